import { z } from 'zod';
import { isOwnClient } from '../../domain/own-clients.ts';
import { isOneLine } from '../../domain/plain-text.ts';
import { type RedirectUriFault, redirectUriFault } from '../../domain/redirect-uri.ts';
import { apiFaults, apiFields } from './client-api.ts';
import { brandingField } from './client-looks.ts';
import { tokenFaults, tokenFields } from './client-tokens.ts';
import type { Fault } from './fields.ts';

/** What is wrong with a redirect URI, for the person who registered it. */
const REDIRECT_URI_FAULTS: Record<RedirectUriFault, string> = {
  not_a_uri: 'is not an absolute URI',
  too_long: 'is longer than 2048 characters',
  wildcard: 'contains a wildcard; every redirect URI is registered in full and compared exactly',
  fragment: 'contains a fragment (#…)',
  userinfo: 'contains user information before the host',
  backslash_or_control: 'contains a backslash, white space or a control character',
  dot_segment: 'contains a dot segment (/./ or /../)',
  http_outside_loopback: 'uses http; only localhost, 127.0.0.1 and [::1] may, everything else needs https',
  scheme_not_allowed: 'uses a scheme that this type of client may not have; use https',
  scheme_not_private_use: 'uses a custom scheme without a dot; take a reversed domain name such as com.example.app:',
};

/** What is wrong with a redirect URI, in a sentence that begins with it. */
export const redirectUriWords = (uri: string, fault: RedirectUriFault): string =>
  `${JSON.stringify(uri)} ${REDIRECT_URI_FAULTS[fault]}`;

export const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export const STANDARD_SCOPES = ['openid', 'profile', 'email', 'phone', 'offline_access'];

/** A page a browser may be sent to: https, or http on this machine. A fragment is fine here, nothing is appended. */
const pageUri = (description: string) =>
  z
    .string()
    .refine((uri) => redirectUriFault(uri.split('#')[0] ?? '', false) === null, 'expected an absolute https URI')
    .nullable()
    .default(null)
    .describe(description);

const declarationFields = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/, 'expected 1 to 128 letters, digits, dots, dashes, underscores')
    .describe('The client_id.'),
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine(isOneLine, 'line breaks, control characters and marks of direction are not allowed')
    .optional()
    .describe('How people see it; the id when left out.'),
  type: z
    .enum(['web', 'spa', 'native', 'machine'])
    .default('web')
    .describe('`web` and `machine` have a secret; `spa` and `native` are public (RFC 6749 §2.1).'),
  secret: z
    .string()
    .min(1)
    .optional()
    .describe('The client_secret: plain, or a reference to an environment variable as in config/clients.example.json.'),
  secretFile: z.string().min(1).optional().describe('A file that holds the client_secret.'),
  redirectUris: z.array(z.string()).max(50).default([]).describe('Exact redirect URIs (R-68).'),
  postLogoutRedirectUris: z.array(z.string()).max(50).default([]).describe('Where a browser may go after logout.'),
  grantTypes: z.array(z.enum(GRANTS)).min(1).optional().describe('Left out: what the type of client needs.'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'expected a scope name (RFC 6749 §3.3)'))
    .max(100)
    .optional()
    .describe('Scopes it may ask for. Left out: the standard ones, none for `machine`.'),
  firstParty: z.boolean().default(false).describe('Ours: people are not asked for consent.'),
  pkceRequired: z.boolean().default(true).describe('False only for a `web` client that cannot do PKCE (R-38).'),
  signUp: z.enum(['open', 'closed', 'inherit']).default('inherit').describe('May unknown people sign in here?'),
  channels: z
    .array(z.enum(['email', 'sms']))
    .min(1)
    .default(['email', 'sms'])
    .describe('By what people may sign in here, as far as the installation offers it.'),
  mailProof: z.enum(['code', 'link', 'both']).default('both').describe('What a mail carries: a code, a link, or both.'),
  secondFactor: z
    .enum(['when-asked', 'always'])
    .default('when-asked')
    .describe('`always`: every sign-in needs an address and a number; `when-asked`: those with `acr_values`.'),
  rememberDevices: z
    .boolean()
    .default(false)
    .describe('A browser may be remembered, so that it skips the second factor of `secondFactor: always`.'),
  smsText: z
    .string()
    .max(140)
    .refine((text) => text.includes('{otp}'), 'expected a text with {otp} in it')
    .nullable()
    .default(null)
    .describe('Text of its SMS, with {otp} and {app}.'),
  keepSignedIn: z.boolean().default(false).describe('Refresh tokens without the `offline_access` scope.'),
  trustLoginHint: z.boolean().default(false).describe('A `login_hint` sends the code at once.'),
  logoUri: pageUri('Logo; never fetched by the server.'),
  clientUri: pageUri('Home page.'),
  policyUri: pageUri('Privacy policy.'),
  tosUri: pageUri('Terms of service.'),
  // Not even http on this machine: the engine, which obeys the standard, would know no such client at all.
  initiateLoginUri: z
    .string()
    .refine(
      (uri) => /^https:/i.test(uri) && redirectUriFault(uri.split('#')[0] ?? '', false) === null,
      'expected an absolute https URI, also on this machine',
    )
    .nullable()
    .default(null)
    .describe('Where a person starts over, https only (OpenID Connect Core §4, Dynamic Client Registration §2).'),
  ...apiFields,
  ...tokenFields,
  branding: brandingField,
});

type DeclarationFields = z.output<typeof declarationFields>;

const isConfidential = (type: DeclarationFields['type']): boolean => type === 'web' || type === 'machine';

const grantsOf = (client: Pick<DeclarationFields, 'type' | 'grantTypes'>): string[] =>
  client.grantTypes ?? (client.type === 'machine' ? ['client_credentials'] : ['authorization_code', 'refresh_token']);

/** What administrators decide about a client, wherever they do; its id and secret are another matter. */
type ClientFields = Omit<DeclarationFields, 'id' | 'secret' | 'secretFile'>;

/** Everything that is wrong with a client beyond the shape of its fields: where, and in words. */
function* clientFaults(client: ClientFields): Generator<Fault> {
  for (const field of ['redirectUris', 'postLogoutRedirectUris'] as const) {
    for (const [index, uri] of client[field].entries()) {
      const fault = redirectUriFault(uri, client.type === 'native');
      if (fault !== null) yield { path: [field, index], message: redirectUriWords(uri, fault) };
    }
  }
  if (client.secondFactor === 'always' && new Set(client.channels).size < 2) {
    yield { path: ['secondFactor'], message: 'two factors need both channels, email and sms' };
  }
  yield* apiFaults(client, isConfidential(client.type));
  yield* tokenFaults(client);
  const grants = grantsOf(client);
  if (grants.includes('authorization_code') && client.redirectUris.length === 0) {
    yield { path: ['redirectUris'], message: 'the authorization_code grant needs at least one' };
  }
  if (isConfidential(client.type)) return;
  if (!client.pkceRequired) {
    yield { path: ['pkceRequired'], message: 'PKCE cannot be lifted for public clients (RFC 9700 §2.1.1)' };
  }
  if (grants.includes('client_credentials')) {
    yield { path: ['grantTypes'], message: 'client_credentials needs a client with a secret (RFC 6749 §4.4)' };
  }
}

/** A declared client brings its secret along. */
function* secretFaults({ type, secret }: DeclarationFields): Generator<Fault> {
  if (isConfidential(type) && secret === undefined) {
    yield { path: ['secret'], message: `a client of type ${type} needs a secret or a secretFile` };
  }
  if (!isConfidential(type) && secret !== undefined) {
    yield { path: ['secret'], message: `a client of type ${type} cannot keep a secret (RFC 6749 §2.1)` };
  }
}

/** What is left out depends on the type of client. */
const completed = <Fields extends ClientFields>(client: Fields) => ({
  ...client,
  grantTypes: grantsOf(client),
  scopes: client.scopes ?? (client.type === 'machine' ? [] : STANDARD_SCOPES),
});

const registrationFields = declarationFields
  .omit({ id: true, secret: true, secretFile: true })
  .required({ name: true });

/** A client as an administrator registers it: by the rules of declared ones, with an id and a secret that the server makes. */
export const clientRegistration = registrationFields
  .superRefine((client, context) => {
    for (const fault of clientFaults(client)) context.addIssue({ code: 'custom', ...fault });
  })
  .transform(completed);

/** The fields of a registration, for what else is made of them. */
export const clientRegistrationShape = registrationFields.shape;

/** One client of the configuration. `secretFile` and `${env:…}` are resolved before a declaration gets here. */
export const clientDeclaration = declarationFields
  .superRefine((client, context) => {
    for (const fault of [...clientFaults(client), ...secretFaults(client)]) {
      context.addIssue({ code: 'custom', ...fault });
    }
  })
  .transform(({ secretFile: _resolved, ...client }) => ({
    ...completed(client),
    name: client.name ?? client.id,
    secret: client.secret ?? null,
  }));

/** A client as the configuration declares it: a `Client` with its secret in plain text, null for public clients. */
export type ClientDeclaration = z.output<typeof clientDeclaration>;

/** All declared clients; ids are unique. */
export const clientsField = z
  .array(clientDeclaration)
  .superRefine((clients, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of clients.entries()) {
      if (isOwnClient(id)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'id'],
          message: `${id} is the server's own; take another id`,
        });
      }
      if (seen.has(id)) context.addIssue({ code: 'custom', path: [index, 'id'], message: `${id} is declared twice` });
      seen.add(id);
    }
  })
  .default([])
  .meta({
    defaultText: 'none',
    description:
      'Clients that exist as soon as the server runs; read-only elsewhere. See `config/clients.example.json`.',
  });
