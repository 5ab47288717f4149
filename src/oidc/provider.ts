import type { Middleware } from 'koa';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isProblem } from '../domain/errors.ts';
import { JWKS_CACHE_SECONDS } from '../domain/signing-key.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Outbound } from '../ports/outbound.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import type { Clients } from '../services/clients/clients.ts';
import type { LogoutNotices } from '../services/logout-notices.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Organizations } from '../services/people/organizations.ts';
import type { Audit } from '../services/trail/audit.ts';
import type { Vault } from '../services/vault.ts';
import { ArtifactAdapter } from './adapter.ts';
import { createClientAdapter } from './client-metadata.ts';
import { type ConfigurationDeps, createConfiguration } from './configuration.ts';
import { createGrantMemberships } from './grants/membership.ts';
import { keepKeysAlive } from './keys/live-keystore.ts';
import type { EnginePages } from './pages.ts';
import { createRequestOrganizations } from './prompts/organizations.ts';
import { tellOfLogouts } from './sessions/back-channel.ts';
import { createSessionLives, lifeId } from './sessions/life.ts';
import { boundIdTokenRequests } from './tokens/id-token-requests.ts';
import { releaseMappedClaims } from './tokens/mapped-claims.ts';
import { createRotation, replayedSuccessor } from './tokens/rotation.ts';
import { isVouchedFor } from './vouched-clients.ts';

type MadeHere = 'adapter' | 'now' | 'cookies' | 'secure' | 'memberships' | 'requestOrganizations';

export interface ProviderDeps extends Omit<ConfigurationDeps, MadeHere> {
  readonly issuer: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly limits: AbuseLimits;
  readonly clients: Clients;
  readonly accounts: Accounts;
  readonly organizations: Organizations;
  readonly pages: EnginePages;
  /** How long a lost response of a refresh may be asked for again, in seconds. */
  readonly refreshReuseSeconds: number;
  readonly log: Log;
  /** The way to clients that are told of logouts. */
  readonly outbound: Outbound;
  readonly logoutNotices: LogoutNotices;
  readonly random: Random;
}

/** The authorization engine, configured and with what it lacks around it. */
export function createProvider(deps: ProviderDeps): Provider {
  const rotation = createRotation({ ...deps, toleranceSeconds: deps.refreshReuseSeconds });
  const lives = createSessionLives({ ...deps, sessionSeconds: deps.lifetimes.sessionSeconds });
  const clientAdapter = createClientAdapter(deps.clients);
  const configuration = createConfiguration({
    ...deps,
    adapter: (model) => (model === 'Client' ? clientAdapter : new ArtifactAdapter(model, { ...deps, rotation, lives })),
    now: () => deps.clock.now(),
    cookies: deps.vault.cookies,
    secure: deps.issuer.startsWith('https:'),
    memberships: createGrantMemberships(deps),
    requestOrganizations: createRequestOrganizations(deps),
  });
  const provider = new Provider(deps.issuer, configuration);
  // Scheme and host of every request are pinned to the issuer before they come here.
  provider.proxy = true;
  keepKeysAlive(provider, deps.keyRing);
  compareSecretsByHash(provider, deps.clients);
  nameSessionsByLife(provider);
  tellOfLogouts(provider, deps);
  boundIdTokenRequests(provider);
  releaseMappedClaims(provider);
  provider.use(answerSuccessor);
  provider.use(cachePublicDocuments);
  provider.use(refuseOpaqueOrigins);
  provider.use(dressPages(deps.pages));
  listen(provider, deps);
  return provider;
}

/** The maintainer's way to keep secrets hashed (panva/node-oidc-provider#631). */
function compareSecretsByHash(provider: Provider, clients: Clients): void {
  provider.Client.prototype.compareClientSecret = async function compareClientSecret(
    this: { clientId: string },
    actual: string,
  ) {
    if (isVouchedFor(Provider.ctx, this.clientId)) return true;
    const client = await clients.find(this.clientId);
    return client !== null && clients.secretMatches(client, actual);
  };
}

/**
 * A session has one name: in every token of every client, in the list of its account, and where it is ended. It cannot be
 * presented in the session's place. Browsers and APIs have the same kind.
 */
function nameSessionsByLife(provider: Provider): void {
  const session = provider.Session.prototype as unknown as {
    uid: string;
    sidFor(clientId: string, sid?: string): string | undefined;
    ensureClientContainer(clientId: string): void;
  };
  session.ensureClientContainer = function ensureClientContainer(clientId) {
    this.sidFor(clientId, lifeId(this.uid));
  };
  provider.Client.prototype.includeSid = () => true;
}

/** A repeated refresh is answered with the successor that exists, never with a second one. */
const answerSuccessor: Middleware = async (ctx, next) => {
  await next();
  const oidc = ctx as unknown as KoaContextWithOIDC;
  if (oidc.oidc?.route !== 'token') return;
  const successor = replayedSuccessor(oidc);
  if (successor !== undefined && ctx.status === 200) {
    ctx.body = { ...(ctx.body as Record<string, unknown>), refresh_token: successor };
  }
};

/** What only changes with a key or a release may be kept, but never longer than a rotation waits. */
const cachePublicDocuments: Middleware = async (ctx, next) => {
  await next();
  const { route } = (ctx as unknown as KoaContextWithOIDC).oidc ?? {};
  if (ctx.status === 200 && (route === 'jwks' || route === 'discovery'))
    ctx.set('cache-control', `public, max-age=${JWKS_CACHE_SECONDS}`);
};

/** `Origin: null` is every sandboxed frame and every local file: nobody's, whatever the engine answers to it. */
const refuseOpaqueOrigins: Middleware = async (ctx, next) => {
  await next();
  if (ctx.get('origin') === 'null') ctx.remove('access-control-allow-origin');
};

const dressPages =
  (pages: EnginePages): Middleware =>
  async (ctx, next) => {
    await next();
    await pages.dress(ctx as unknown as KoaContextWithOIDC);
  };

/** The engine calls whatever it does not know a server error; a client should know that it may come back. */
function tellWhen(ctx: KoaContextWithOIDC, error: Error): void {
  if (!isProblem(error, 'store_unavailable', 'too_many_requests')) return;
  ctx.status = error.status;
  ctx.set('retry-after', String(error.retryAfter ?? 5));
}

/** What the engine reports becomes audit events and log lines. */
function listen(provider: Provider, { audit, log }: ProviderDeps): void {
  const callerOf = (ctx: KoaContextWithOIDC) => ctx.state.caller as { network: string; requestId: string } | undefined;
  const clientOf = (ctx: KoaContextWithOIDC) => ctx.oidc?.entities.Client?.clientId;

  provider.on('grant.error', (ctx, error) => {
    if (error.message !== 'invalid_client') return;
    audit.record({
      type: 'client.authentication_failed',
      clientId: clientOf(ctx),
      caller: callerOf(ctx),
      reason: 'token',
    });
  });
  provider.on('grant.revoked', (ctx) => {
    audit.record({ type: 'grant.revoked', clientId: clientOf(ctx), caller: callerOf(ctx), reason: ctx.oidc.route });
  });
  provider.on('end_session.success', (ctx) => {
    const accountId = ctx.oidc.session?.accountId;
    audit.record({ type: 'session.ended', accountId, clientId: clientOf(ctx), caller: callerOf(ctx) });
  });
  provider.on('server_error', (ctx, error) => {
    tellWhen(ctx, error);
    if (isProblem(error, 'too_many_requests')) return;
    log.error({ err: error, request: ctx.state.requestId }, 'the authorization engine failed');
  });
}
