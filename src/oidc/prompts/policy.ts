import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Accounts } from '../../services/people/accounts.ts';
import { ownMetadata } from '../client-metadata.ts';
import type { GrantMemberships } from '../grants/membership.ts';
import { createTicketCheck } from '../tickets/check.ts';
import { type AssuranceDeps, createAssuranceCheck } from './assurance.ts';
import { askForOrganization, type RequestOrganizations } from './organizations.ts';

/**
 * When people are asked: choose an account (only on demand), sign in, choose an organization, consent. The engine's own
 * prompts and checks; each becomes one interaction (references §2.5).
 */
export function createPolicy(
  deps: AssuranceDeps & { readonly requestOrganizations: RequestOrganizations },
): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  askOncePerNativeRequest(policy);
  askOfUnverified(policy);
  const checks = policy.get('login')?.checks;
  checks?.add(
    new interactionPolicy.Check('no_account', 'End-User authentication is required', 'login_required', accountIsGone),
  );
  // One check for all that is asked about the way of signing in; the engine's two know no acr_values and no policy.
  checks?.remove('essential_acrs');
  checks?.remove('essential_acr');
  checks?.add(createAssuranceCheck(deps));
  checks?.add(createTicketCheck());
  askForOrganization(policy, deps.requestOrganizations);
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

/** Whoever has registered themselves may pose as anybody: people are told so each time, and asked. */
function askOfUnverified(policy: interactionPolicy.DefaultPolicy): void {
  const isUnasked = ({ oidc: { client, result } }: KoaContextWithOIDC): boolean =>
    client !== undefined && ownMetadata(client, 'unverified') && result?.consent === undefined;
  const check = new interactionPolicy.Check(
    'client_unverified',
    'the application was not verified',
    'consent_required',
    isUnasked,
  );
  policy.get('consent')?.checks.add(check);
}

/** A session may outlive its account, or the account be disabled: then somebody has to sign in. */
const accountIsGone = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.session?.accountId !== undefined && oidc.account === undefined;

/**
 * Only the client a token was made for learns about it, and only while its account may act, for whom it is. A client
 * without a secret has only said who it is (RFC 7662 §2.1).
 */
export const createMayIntrospect =
  (accounts: Accounts, memberships: GrantMemberships) =>
  async (_ctx: KoaContextWithOIDC, client: AskingClient, token: IntrospectedToken): Promise<boolean> => {
    if (token.clientId !== client.clientId || client.clientAuthMethod === 'none') return false;
    if (token.accountId === undefined) return true;
    if ((await accounts.findActive(token.accountId)) === null) return false;
    return (await memberships.of(token.accountId, token.grantId)) !== 'ended';
  };

interface AskingClient {
  readonly clientId: string;
  readonly clientAuthMethod?: string | undefined;
}

interface IntrospectedToken {
  readonly clientId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly grantId?: string | undefined;
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
