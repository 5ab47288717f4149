import { ACCOUNT_CLIENT_ID } from '../domain/client.ts';
import type { DeclaredClient } from './clients.ts';

/** Where the engine sends people who have signed in to look after their account, below the issuer. */
export const SIGNED_IN_PATH = '/account/signed-in';

/**
 * The application that `/account` is to the engine. Its pages use the session itself and throw the code away, so that it
 * needs no secret and asks for nothing but to know who is there.
 *
 * @param service what people know this installation by
 */
export const accountClient = ({ issuer, service }: { issuer: string; service: string }): DeclaredClient => ({
  id: ACCOUNT_CLIENT_ID,
  name: service,
  type: 'spa',
  secret: null,
  redirectUris: [`${issuer}${SIGNED_IN_PATH}`],
  postLogoutRedirectUris: [],
  grantTypes: ['authorization_code'],
  scopes: ['openid'],
  firstParty: true,
  pkceRequired: true,
  signUp: 'inherit',
  channels: ['email', 'sms'],
  mailProof: 'both',
  secondFactor: 'when-asked',
  rememberDevices: false,
  smsText: null,
  keepSignedIn: false,
  trustLoginHint: false,
  logoUri: null,
  clientUri: `${issuer}/account`,
  policyUri: null,
  tosUri: null,
  initiateLoginUri: null,
  permissions: [],
  resources: [],
  accessTokenFormat: 'opaque',
  backchannelLogoutUri: null,
  organizations: 'none',
});
