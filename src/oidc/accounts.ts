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

/** `…_verified` is true because an identifier is only here once it was proven here. */
function claimsOf(account: Account): AccountClaims {
  const email = primaryOf(account, 'email');
  const phone = primaryOf(account, 'sms');
  const profile = PROFILE_CLAIMS.flatMap((name) =>
    name in account.attributes ? [[name, account.attributes[name]]] : [],
  );
  return {
    ...Object.fromEntries(profile),
    sub: account.id,
    ...(email === undefined ? {} : { email: email.value, email_verified: true }),
    ...(phone === undefined ? {} : { phone_number: phone.value, phone_number_verified: true }),
  };
}
