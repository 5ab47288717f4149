import { PLAIN_BRANDING } from '../../domain/branding.ts';
import { USUAL_LIFETIMES } from '../../domain/client.ts';
import { ACCOUNT_CLIENT_ID, CONSOLE_CLIENT_ID } from '../../domain/own-clients.ts';
import type { DeclaredClient } from './clients.ts';

/** Where the engine sends people who have signed in to look after their account, below the issuer. */
export const SIGNED_IN_PATH = '/account/signed-in';

/** Where it sends those who have signed in to administer. */
export const CONSOLE_SIGNED_IN_PATH = '/admin/signed-in';

interface Installation {
  readonly issuer: string;
  /** What people know this installation by. */
  readonly service: string;
}

/** The applications that this server itself is to the engine. */
export const ownClients = (installation: Installation): DeclaredClient[] => [
  ownClient(installation, {
    id: ACCOUNT_CLIENT_ID,
    name: installation.service,
    home: '/account',
    back: SIGNED_IN_PATH,
  }),
  {
    ...ownClient(installation, {
      id: CONSOLE_CLIENT_ID,
      name: `${installation.service} Console`,
      home: '/admin',
      back: CONSOLE_SIGNED_IN_PATH,
    }),
    // Whoever comes by gets no account: administrators are invited, and have one by then.
    signUp: 'closed',
  },
];

/**
 * Pages of ours use the session itself and throw the code away, so that they need no secret and ask for nothing but to
 * know who is there.
 */
const ownClient = (
  { issuer }: Installation,
  { id, name, home, back }: Readonly<Record<'id' | 'name' | 'home' | 'back', string>>,
): DeclaredClient => ({
  id,
  name,
  type: 'spa',
  secret: null,
  redirectUris: [`${issuer}${back}`],
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
  clientUri: `${issuer}${home}`,
  policyUri: null,
  tosUri: null,
  initiateLoginUri: null,
  permissions: [],
  resources: [],
  accessTokenFormat: 'opaque',
  backchannelLogoutUri: null,
  organizations: 'none',
  lifetimes: USUAL_LIFETIMES,
  claims: {},
  branding: PLAIN_BRANDING,
});
