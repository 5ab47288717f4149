import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Client } from '../../../domain/client.ts';
import type { Caller } from '../../../services/caller.ts';
import type { ClientRegistrations } from '../../../services/clients/client-registrations.ts';
import type { Clients } from '../../../services/clients/clients.ts';
import { bearerOf } from '../../api/caller-token.ts';
import { readJson } from '../../api/json-body.ts';
import type { TellError } from '../../middleware/error-boundary.ts';
import type { BodyLimits } from '../../middleware/form-body.ts';
import { callerOf } from '../../middleware/request-context.ts';
import type { AdminAuthentication } from '../api/authentication.ts';
import { RegistrationFault, registrationError } from './fault.ts';
import { fieldsOf, metadataOf } from './metadata.ts';

/** Where the engine would have it. */
export const REGISTRATION_PATH = '/reg';

/** Below this everything is JSON, errors of unknown methods, too. */
const PREFIX = /^\/reg(?:\/|$)/i;

const tell: TellError = (ctx, problem) => {
  // RFC 6750 §3: whoever showed something is told that it is no good.
  if (problem.code === 'caller_unknown' && ctx.response.get('www-authenticate') === '') {
    ctx.set('www-authenticate', bearerOf(ctx) === null ? 'Bearer' : 'Bearer error="invalid_token"');
  }
  ctx.body = registrationError(problem);
};

/** How errors of dynamic registration are told (RFC 7591 §3.2.2); null for other paths. */
export const registrationErrorsAt = (path: string): TellError | null => (PREFIX.test(path) ? tell : null);

export interface RegistrationDeps {
  readonly issuer: string;
  readonly registrations: ClientRegistrations;
  readonly authentication: AdminAuthentication;
  readonly clients: Pick<Clients, 'secretMatches'>;
  readonly body: BodyLimits;
}

const anyObject = z.record(z.string(), z.unknown());

/** What the server alone says; a client that sends it back means something by it (RFC 7592 §2.2). */
const NOT_ITS_OWN = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/** Clients that register themselves (RFC 7591) and look after themselves (RFC 7592). */
export function registrationRoutes(deps: RegistrationDeps): Router {
  const { registrations } = deps;
  const router = new Router();
  router.post(REGISTRATION_PATH, async (ctx) => {
    const actor = await deps.authentication.authenticate(ctx, 'register');
    const fields = fieldsOf(await readJson(ctx, anyObject, deps.body.bodyBytes), null);
    const { client, secret, token } = await registrations.register(fields, actor, callerOf(ctx));
    ctx.status = 201;
    const withSecret = secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 };
    ctx.body = { ...shown(deps.issuer, client, token), ...withSecret };
  });
  router.get(OWN_PATH, async (ctx) => {
    const [id, token, caller] = visitOf(ctx);
    ctx.body = shown(deps.issuer, await registrations.read(id, token, caller), token ?? '');
  });
  router.put(OWN_PATH, async (ctx) => {
    const [id, presented, caller] = visitOf(ctx);
    // Who asks is found out before anything else of the request is looked at.
    await registrations.read(id, presented, caller);
    const body = await readJson(ctx, anyObject, deps.body.bodyBytes);
    const change = (present: Client) => {
      refuseForeign(body, present, deps.clients);
      return fieldsOf(body, present);
    };
    const { client, token } = await registrations.replace(id, presented, change, caller);
    ctx.body = shown(deps.issuer, client, token);
  });
  router.delete(OWN_PATH, async (ctx) => {
    await registrations.remove(...visitOf(ctx));
    ctx.status = 204;
  });
  return router;
}

/** Where a client finds itself. */
const OWN_PATH = `${REGISTRATION_PATH}/:client_id`;

const visitOf = (ctx: Context & { params: Record<string, string> }): [id: string, token: string | null, Caller] => [
  ctx.params.client_id ?? '',
  bearerOf(ctx),
  callerOf(ctx),
];

const shown = (issuer: string, client: Client, token: string): object => ({
  ...metadataOf(client),
  registration_client_uri: `${issuer}${REGISTRATION_PATH}/${client.id}`,
  registration_access_token: token,
});

/** A client says which one it is, and that it knows its secret if it says any (RFC 7592 §2.2). @throws RegistrationFault */
function refuseForeign(
  body: Readonly<Record<string, unknown>>,
  present: Client,
  { secretMatches }: Pick<Clients, 'secretMatches'>,
): void {
  const { client_id, client_secret: secret } = body;
  const lines = [
    ...NOT_ITS_OWN.filter((name) => body[name] !== undefined).map((name) => `${name}: is not the client's to say`),
    ...(client_id === present.id ? [] : ['client_id: expected that of the client']),
    ...(secret === undefined || (typeof secret === 'string' && secretMatches(present, secret))
      ? []
      : ['client_secret: expected that of the client, or nothing']),
  ];
  if (lines.length > 0) throw new RegistrationFault('invalid_client_metadata', lines);
}
