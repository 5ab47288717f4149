import { errors, interactionPolicy, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { consentCovers } from '../domain/account.ts';
import type { Accounts } from '../services/accounts.ts';
import type { AccountWithRecord } from './accounts.ts';
import { type AssuranceDeps, createAssuranceCheck } from './assurance-check.ts';
import { ownMetadata } from './client-metadata.ts';

type Grant = InstanceType<Provider['Grant']>;

/**
 * When people are asked: choose an account (only on demand), sign in, consent. The engine's own prompts and checks;
 * each becomes one interaction (references §2.5).
 */
export function createPolicy(deps: AssuranceDeps): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  askOncePerNativeRequest(policy);
  const checks = policy.get('login')?.checks;
  checks?.add(
    new interactionPolicy.Check('no_account', 'End-User authentication is required', 'login_required', accountIsGone),
  );
  // One check for all that is asked about the way of signing in; the engine's two know no acr_values and no policy.
  checks?.remove('essential_acrs');
  checks?.remove('essential_acr');
  checks?.add(createAssuranceCheck(deps));
  return policy;
}

/**
 * Another application on the device may pose as a native one, so the engine never answers it without a person
 * (RFC 8252 §8.6). Who has just signed in was asked; people of our own applications are not asked a second time.
 */
function askOncePerNativeRequest(policy: interactionPolicy.DefaultPolicy): void {
  const native = policy.get('consent')?.checks.get('native_client_prompt');
  if (native === undefined) throw new Error('the engine has no check for native applications any more');
  const { check } = native;
  native.check = (ctx) => {
    const { client, result } = ctx.oidc;
    const answered = client !== undefined && ownMetadata(client, 'first_party') && result?.login !== undefined;
    return answered ? false : check(ctx);
  };
}

/** A session may outlive its account, or the account be disabled: then somebody has to sign in. */
const accountIsGone = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.session?.accountId !== undefined && oidc.account === undefined;

/**
 * The grant a request runs under: the session's, widened without a question for first-party clients and for what the
 * account agreed to before.
 */
export async function loadGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { provider, session, client, result } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const wanted = wantedBy(ctx);
  if (existing !== undefined && grantCovers(existing, wanted)) return existing;
  const record = (ctx.oidc.account as AccountWithRecord | undefined)?.record;
  const scopes = new Set([...wanted.scopes, ...wanted.resources.flatMap(([, ofResource]) => ofResource)]);
  const agreed = record !== undefined && consentCovers(record, client.clientId, scopes, wanted.claims);
  if (!ownMetadata(client, 'first_party') && !agreed) return existing;
  const grant = existing ?? new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(wanted.scopes);
  if (wanted.claims.length > 0) grant.addOIDCClaims(wanted.claims);
  for (const [resource, ofResource] of wanted.resources) grant.addResourceScope(resource, ofResource);
  await grant.save();
  return grant;
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

/**
 * Only the client a token was made for learns about it, and only while its account may act. A client
 * without a secret has only said who it is (RFC 7662 §2.1).
 */
export const createMayIntrospect =
  (accounts: Accounts) =>
  async (_ctx: KoaContextWithOIDC, client: AskingClient, token: IntrospectedToken): Promise<boolean> => {
    if (token.clientId !== client.clientId || client.clientAuthMethod === 'none') return false;
    return token.accountId === undefined || (await accounts.findActive(token.accountId)) !== null;
  };

interface AskingClient {
  readonly clientId: string;
  readonly clientAuthMethod?: string | undefined;
}

interface IntrospectedToken {
  readonly clientId?: string | undefined;
  readonly accountId?: string | undefined;
}

/** RFC 7009 §2.1: somebody else's token is refused, and nothing happens to it. */
export async function mayRevoke(
  _ctx: KoaContextWithOIDC,
  client: { clientId: string },
  token: { clientId?: string | undefined },
): Promise<boolean> {
  if (token.clientId === client.clientId) return true;
  throw new errors.InvalidRequest('client is not authorized to revoke the presented token');
}
