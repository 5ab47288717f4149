import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { consentCovers } from '../../domain/account.ts';
import type { GrantContext } from '../../domain/grant-context.ts';
import type { AccountWithRecord } from '../accounts.ts';
import { ownMetadata } from '../client-metadata.ts';
import { type RequestOrganizations, settledOrganization } from '../prompts/organizations.ts';
import { contextOf, isHeldBack } from '../tickets/check.ts';
import type { GrantContexts } from './context.ts';

type Grant = InstanceType<Provider['Grant']>;

export interface GrantDeps {
  readonly grantContexts: GrantContexts;
  readonly requestOrganizations: RequestOrganizations;
}

/**
 * The grant a request runs under: the session's, widened without a question for first-party clients and for what the
 * account agreed to before. What tokens have to say of a sign-in besides who it was hangs on its grant, so that nothing of
 * it gets into the tokens of another: what was proven over an API, or is for another organization, begins a new one.
 */
export const createLoadGrant =
  (deps: GrantDeps) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { provider, session, client } = ctx.oidc;
    if (client === undefined || session?.accountId === undefined || isHeldBack(ctx)) return undefined;
    // Nobody has looked at this one: its people are asked each time, for all of it.
    if (ownMetadata(client, 'unverified') && ctx.oidc.result?.consent === undefined) return undefined;
    const organizationId = settledOrganization(await deps.requestOrganizations.of(ctx));
    if (organizationId === undefined) return undefined;
    const owner = { accountId: session.accountId, clientId: client.clientId };
    const context = contextFor(ctx, organizationId);
    const existing = await reusableGrant(ctx, client.clientId, organizationId, deps.grantContexts);
    const wanted = wantedBy(ctx);
    if (existing !== undefined && grantCovers(existing, wanted)) return existing;
    if (!ownMetadata(client, 'first_party') && !isAgreed(ctx, client.clientId, wanted)) return existing;
    const marked = context === null ? {} : { jti: deps.grantContexts.grantId() };
    const grant = existing ?? new provider.Grant({ ...owner, ...marked });
    grant.addOIDCScope(wanted.scopes);
    if (wanted.claims.length > 0) grant.addOIDCClaims(wanted.claims);
    for (const [resource, ofResource] of wanted.resources) grant.addResourceScope(resource, ofResource);
    await grant.save();
    if (existing === undefined && context !== null) await deps.grantContexts.save(grant.jti, context, grant.expiration);
    return grant;
  };

/** What tokens of this request are to say besides who it is; null when that is nothing. */
function contextFor(ctx: KoaContextWithOIDC, organizationId: string | null): GrantContext | null {
  const proven = contextOf(ctx);
  if (proven !== undefined) return { ...proven, organizationId };
  return organizationId === null ? null : { byTicket: false, organizationId, approvalData: null, isNew: false };
}

/** The grant of the session, unless its tokens say something else than those of this request are to say. */
async function reusableGrant(
  ctx: KoaContextWithOIDC,
  clientId: string,
  organizationId: string | null,
  grantContexts: GrantContexts,
): Promise<Grant | undefined> {
  const { oidc } = ctx;
  const grantId = oidc.result?.consent?.grantId ?? oidc.session?.grantIdFor(clientId);
  if (contextOf(ctx) !== undefined || grantId === undefined) return undefined;
  const context = await grantContexts.find(grantId);
  const sameToSay = (context?.organizationId ?? null) === organizationId && context?.byTicket !== true;
  return sameToSay ? oidc.provider.Grant.find(grantId) : undefined;
}

function isAgreed({ oidc }: KoaContextWithOIDC, clientId: string, wanted: Wanted): boolean {
  const record = (oidc.account as AccountWithRecord | undefined)?.record;
  const scopes = new Set([...wanted.scopes, ...wanted.resources.flatMap(([, ofResource]) => ofResource)]);
  return record !== undefined && consentCovers(record, clientId, scopes, wanted.claims);
}

/** What a request wants to be granted; the scopes of each resource are those that it knows (RFC 8707 §2). */
interface Wanted {
  readonly scopes: string[];
  readonly claims: string[];
  readonly resources: (readonly [resource: string, scopes: string[]])[];
}

function wantedBy({ oidc }: KoaContextWithOIDC): Wanted {
  const asked = [...oidc.requestParamScopes];
  return {
    scopes: [...oidc.requestParamOIDCScopes],
    claims: [...oidc.requestParamClaims],
    resources: Object.entries(oidc.resourceServers ?? {}).map(([resource, { scopes }]) => [
      resource,
      asked.filter((scope) => scopes.has(scope)),
    ]),
  };
}

function grantCovers(grant: Grant, { scopes, claims, resources }: Wanted): boolean {
  const encountered = new Set(grant.getOIDCScopeEncountered().split(' '));
  const known = new Set(grant.getOIDCClaimsEncountered());
  const covers = ([resource, ofResource]: Wanted['resources'][number]): boolean => {
    const granted = new Set(grant.getResourceScopeEncountered(resource).split(' '));
    return ofResource.every((scope) => granted.has(scope));
  };
  return (
    scopes.every((scope) => encountered.has(scope)) &&
    claims.every((claim) => known.has(claim)) &&
    resources.every(covers)
  );
}
