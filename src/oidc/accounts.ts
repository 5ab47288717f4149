import type { AccountClaims, FindAccount, KoaContextWithOIDC, Account as OidcAccount } from 'oidc-provider';
import { type Account, primaryOf } from '../domain/account.ts';
import { PROFILE_CLAIMS } from '../domain/attributes.ts';
import type { Caller } from '../services/caller.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Newcomers } from '../services/people/newcomers.ts';
import type { GrantContexts } from './grants/context.ts';
import { type GrantMemberships, organizationClaims } from './grants/membership.ts';

/** The engine's account, with our record in it for whoever decides about consent. */
export interface AccountWithRecord extends OidcAccount {
  readonly record: Account;
}

/** Which scope asks for which claims (OpenID Connect Core §5.4). */
export const CLAIMS_BY_SCOPE: Record<string, string[]> = {
  // How and when somebody was authenticated goes into every ID token (OpenID Connect Core §2, R-44).
  openid: ['sub', 'auth_time', 'acr', 'amr', 'approval_data', 'org_id', 'org_name', 'roles'],
  profile: [...PROFILE_CLAIMS, 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** The scopes that mean something to this server; others mean something to the resources that a client has. */
export const OWN_SCOPES: readonly string[] = ['openid', 'offline_access', 'profile', 'email', 'phone'];

export interface ClaimsDeps {
  readonly grantContexts: GrantContexts;
  readonly memberships: GrantMemberships;
}

export interface FindAccountDeps extends ClaimsDeps {
  readonly accounts: Accounts;
  readonly newcomers: Newcomers;
}

/**
 * A disabled or deleted account is not found, and with it all its tokens are dead; neither is one that has left the
 * organization a token is for.
 */
export const createFindAccount =
  (deps: FindAccountDeps): FindAccount =>
  async (ctx, id, token) => {
    const record = (await deps.accounts.findActive(id)) ?? (await newcomerOf(ctx, id, deps.newcomers));
    if (record === null) return undefined;
    if (token !== undefined && (await deps.memberships.of(id, grantIdOf(token))) === 'ended') return undefined;
    const account: AccountWithRecord = {
      accountId: id,
      record,
      claims: (use) => claimsFor(deps, record, use, ctx.oidc.entities.Grant?.jti),
    };
    return account;
  };

/** What there is to be said of an account in the tokens of a grant, and at `/me`. */
export const claimsFor = async (
  deps: ClaimsDeps,
  record: Account,
  use: string,
  grantId: string | undefined,
): Promise<AccountClaims> => ({
  ...claimsOf(record),
  ...organizationClaims(await deps.memberships.of(record.id, grantId)),
  ...(await contextClaims(use, grantId, deps.grantContexts)),
});

const grantIdOf = (token: object): string | undefined =>
  'grantId' in token && typeof token.grantId === 'string' ? token.grantId : undefined;

/** Somebody new is an account as soon as their client exchanges its code, and not before (contracts.md §4.3). */
async function newcomerOf({ oidc, state }: KoaContextWithOIDC, id: string, newcomers: Newcomers) {
  const { client, route } = oidc;
  if (client === undefined) return null;
  if (route !== 'token') return newcomers.find(id, client.clientId);
  return newcomers.settle(id, client.clientId, state.caller as Caller);
}

/** What the sign-in of a grant was for; what was approved stands where it is signed. */
async function contextClaims(use: string, grantId: string | undefined, contexts: GrantContexts) {
  const context = use === 'id_token' ? await contexts.find(grantId) : null;
  return context?.approvalData == null ? {} : { approval_data: context.approvalData };
}

/** `…_verified` is true of what was proven here, by whomever an account was made. */
function claimsOf(account: Account): AccountClaims {
  const email = primaryOf(account, 'email');
  const phone = primaryOf(account, 'sms');
  const profile = PROFILE_CLAIMS.flatMap((name) =>
    name in account.attributes ? [[name, account.attributes[name]]] : [],
  );
  return {
    ...Object.fromEntries(profile),
    sub: account.id,
    ...(email === undefined ? {} : { email: email.value, email_verified: email.verifiedAt !== null }),
    ...(phone === undefined ? {} : { phone_number: phone.value, phone_number_verified: phone.verifiedAt !== null }),
  };
}
