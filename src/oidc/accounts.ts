import type { AccountClaims, FindAccount, Account as OidcAccount } from 'oidc-provider';
import { type Account, primaryOf } from '../domain/account.ts';
import type { Accounts } from '../services/accounts.ts';

/** The engine's account, with our record in it for whoever decides about consent. */
export interface AccountWithRecord extends OidcAccount {
  readonly record: Account;
}

/** Standard claims an account may carry besides its identifiers (OpenID Connect Core §5.1). */
const PROFILE_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
] as const;

/** Which scope asks for which claims (OpenID Connect Core §5.4). */
export const CLAIMS_BY_SCOPE: Record<string, string[]> = {
  // How and when somebody was authenticated goes into every ID token (OpenID Connect Core §2, R-44).
  openid: ['sub', 'auth_time', 'acr', 'amr'],
  profile: [...PROFILE_CLAIMS, 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** The scopes that mean something to this server; others mean something to the resources that a client has. */
export const OWN_SCOPES: readonly string[] = ['openid', 'offline_access', 'profile', 'email', 'phone'];

/** A disabled or deleted account is not found, and with it all its tokens are dead. */
export const createFindAccount =
  (accounts: Accounts): FindAccount =>
  async (_ctx, id) => {
    const record = await accounts.findActive(id);
    if (record === null) return undefined;
    const account: AccountWithRecord = { accountId: id, record, claims: async () => claimsOf(record) };
    return account;
  };

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
async function contextClaims({ oidc }: KoaContextWithOIDC, use: string, contexts: GrantContexts) {
  const context = use === 'id_token' ? await contexts.find(oidc.entities.Grant?.jti) : null;
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
