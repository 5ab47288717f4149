import {
  clientRegistration,
  clientRegistrationShape,
  GRANTS,
  redirectUriWords,
} from '../../../config/schema/client.ts';
import { type Client, type ClientType, PERMISSIONS } from '../../../domain/client.ts';
import { redirectUriFault } from '../../../domain/redirect-uri.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { ClientFields } from '../../../services/clients/client-registry.ts';
import { type Issue, problemsOf } from './field-problems.ts';

type Name = keyof typeof clientRegistrationShape;

/** How a field of a client stands in a form, which knows lines, ticks and nothing else. */
type Kind = 'text' | 'optional' | 'lines' | 'words' | 'flag' | 'checks' | 'seconds' | 'pairs';

/** Every field that is changed in the form; what a client looks like has a page of its own. */
const KINDS = {
  name: 'text',
  firstParty: 'flag',
  redirectUris: 'lines',
  postLogoutRedirectUris: 'lines',
  backchannelLogoutUri: 'optional',
  initiateLoginUri: 'optional',
  signUp: 'text',
  channels: 'checks',
  mailProof: 'text',
  smsText: 'optional',
  secondFactor: 'text',
  rememberDevices: 'flag',
  trustLoginHint: 'flag',
  organizations: 'text',
  keepSignedIn: 'flag',
  grantTypes: 'checks',
  scopes: 'words',
  resources: 'lines',
  accessTokenFormat: 'text',
  lifetimes: 'seconds',
  claims: 'pairs',
  pkceRequired: 'flag',
  permissions: 'checks',
  clientUri: 'optional',
  policyUri: 'optional',
  tosUri: 'optional',
} as const satisfies Partial<Record<Name, Kind>>;

type FormName = keyof typeof KINDS;

const ALL = Object.keys(KINDS) as FormName[];

/** What can be ticked, each a field of its own: a form names each thing once. */
const TICKS: Readonly<Partial<Record<FormName, readonly string[]>>> = {
  channels: ['email', 'sms'],
  grantTypes: GRANTS,
  permissions: PERMISSIONS,
};

const LIFETIMES = ['accessTokenSeconds', 'idTokenSeconds', 'refreshTokenSeconds', 'refreshTokenAbsoluteSeconds'];

/** What a machine has, at which nobody signs in. */
const OF_MACHINES: readonly FormName[] = [
  'name',
  'grantTypes',
  'scopes',
  'resources',
  'accessTokenFormat',
  'lifetimes',
  'permissions',
];

/** What only clients with a secret can have (RFC 6749 §2.1, RFC 9700 §2.1.1). */
const OF_SECRETS: readonly FormName[] = ['pkceRequired', 'permissions'];

/** The fields of the form for one type of client. */
export function formFields(type: ClientType): FormName[] {
  if (type === 'machine') return [...OF_MACHINES];
  return type === 'web' ? ALL : ALL.filter((name) => !OF_SECRETS.includes(name));
}

/** A client as the form shows it. */
export const valuesOf = (client: Pick<Client, FormName>): FieldValues =>
  Object.fromEntries(ALL.flatMap((name) => shown(name, client[name])).map(([name, value]) => [name, value]));

function shown(name: FormName, value: unknown): [string, string][] {
  const list = Array.isArray(value) ? value.map(String) : [];
  switch (KINDS[name] as Kind) {
    case 'lines':
      return [[name, list.join('\n')]];
    case 'words':
      return [[name, list.join(' ')]];
    case 'flag':
      return [[name, value === true ? 'yes' : '']];
    case 'checks':
      return (TICKS[name] ?? []).map((tick) => [`${name}.${tick}`, list.includes(tick) ? 'yes' : '']);
    case 'seconds':
      return Object.entries(value as object).map(([part, seconds]) => [`${name}.${part}`, String(seconds ?? '')]);
    case 'pairs':
      return [
        [
          name,
          Object.entries(value as object)
            .map(([one, other]) => `${one} = ${other}`)
            .join('\n'),
        ],
      ];
    default:
      return [[name, String(value ?? '')]];
  }
}

type Typed = Readonly<Record<string, string | undefined>>;

/** What was typed, as the schema of clients wants it. */
const typedFields = (type: ClientType, typed: Typed): Partial<Record<FormName, unknown>> =>
  Object.fromEntries(formFields(type).map((name) => [name, read(name, typed)]));

function read(name: FormName, typed: Typed): unknown {
  const text = typed[name]?.trim() ?? '';
  switch (KINDS[name] as Kind) {
    case 'lines':
      return linesOf(text).map(({ line }) => line);
    case 'words':
      return text.split(/\s+/).filter((word) => word !== '');
    case 'flag':
      return typed[name] === 'yes';
    case 'checks':
      return (TICKS[name] ?? []).filter((tick) => typed[`${name}.${tick}`] === 'yes');
    case 'seconds':
      return Object.fromEntries(LIFETIMES.map((part) => [part, secondsIn(typed[`${name}.${part}`]?.trim() ?? '')]));
    case 'pairs':
      return Object.fromEntries(linesOf(text).map(({ line }) => pairIn(line)));
    case 'optional':
      return text === '' ? null : text;
    default:
      return text;
  }
}

/** Lines that say something, with their numbers as somebody counts who looks at them. */
const linesOf = (text = ''): { readonly line: string; readonly number: number }[] =>
  text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');

const secondsIn = (text: string): unknown => (text === '' ? null : /^\d{1,15}$/.test(text) ? Number(text) : text);

const pairIn = (line: string): [string, string] => {
  const [name = '', ...value] = line.split('=');
  return [name.trim(), value.join('=').trim()];
};

/** A form that was read: what the client is to be, or what is wrong with which field, in the words of the API. */
export type CheckedClient = { readonly fields: ClientFields } | { readonly problems: FieldProblems };

/** @param present what stays as it is where the form has no field for it; null for a new client */
export function checkedClient(type: ClientType, typed: Typed, present: Client | null): CheckedClient {
  const names = Object.keys(clientRegistrationShape) as Name[];
  const kept = present === null ? {} : Object.fromEntries(names.map((name) => [name, present[name]]));
  const fields = typedFields(type, typed);
  const parsed = clientRegistration.safeParse({ ...kept, ...(present === null ? filled(fields) : fields), type });
  if (parsed.success) return { fields: parsed.data };
  const { issues } = parsed.error;
  // Rules across fields are asked when the shape of all of them is right; what is wrong with a URI is said at once.
  const early = uriIssues(type, fields).filter(({ path }) => issues.every((issue) => issue.path[0] !== path[0]));
  return { problems: problemsOf([...issues, ...early], fieldAt(typed)) };
}

/** Without lists in which nothing stands: a new client gets what is usual for its type. */
const filled = (fields: Partial<Record<FormName, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0));

const uriIssues = (type: ClientType, fields: Partial<Record<FormName, unknown>>): Issue[] =>
  (['redirectUris', 'postLogoutRedirectUris'] as const).flatMap((name) =>
    ((fields[name] as string[] | undefined) ?? []).flatMap((uri, index) => {
      const fault = redirectUriFault(uri, type === 'native');
      return fault === null ? [] : [{ path: [name, index], message: redirectUriWords(uri, fault) }];
    }),
  );

/** The field of the form that an issue is about, and the line of it. */
const fieldAt =
  (typed: Typed) =>
  ({ path: [first, second] }: Issue): { readonly field: string; readonly line: number | null } => {
    const name = String(first ?? 'name');
    const kind: Kind | undefined = Object.hasOwn(KINDS, name) ? KINDS[name as FormName] : undefined;
    if (kind === 'seconds' && second !== undefined) return { field: `${name}.${String(second)}`, line: null };
    const isLine = kind === 'lines' && typeof second === 'number';
    return { field: name, line: isLine ? (linesOf(typed[name])[second]?.number ?? null) : null };
  };

/** What stands in the form of a new client. */
export const NEW_CLIENT: FieldValues = {
  pkceRequired: 'yes',
  signUp: 'inherit',
  'channels.email': 'yes',
  'channels.sms': 'yes',
  mailProof: 'both',
  secondFactor: 'when-asked',
  organizations: 'none',
  accessTokenFormat: 'opaque',
};
