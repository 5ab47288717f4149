import { expect } from 'chai';
import fc from 'fast-check';
import { declarationOf, declarationsOf } from '../../src/config/client-declaration.ts';
import { clientDeclaration, clientRegistration, clientRegistrationShape } from '../../src/config/schema/client.ts';
import { PLAIN_BRANDING } from '../../src/domain/branding.ts';
import { CLAIM_SOURCES } from '../../src/domain/claim-mapping.ts';
import { type Client, PERMISSIONS, USUAL_LIFETIMES } from '../../src/domain/client.ts';
import { OTHER, STRONG, useConfigurationDirectory } from '../support/configuration.ts';
import { clientOf } from '../support/factories.ts';

/** How a secret is referred to. */
const referenceTo = (variable: string): string => `\${env:${variable}}`;

/** In a text it is text. */
const REFERENCE = referenceTo('HOME');

const page = fc.constantFrom(null, 'https://shop.example/page', 'http://localhost:3000/page#part');
const words = fc.constantFrom(null, 'Hello', 'Grüße, <b>you</b> & "all"', REFERENCE);
const seconds = (...values: number[]) => fc.constantFrom(null, ...values);

/** Every field that an administrator decides, with more than its default. */
const fields = fc.record({
  name: fc.constantFrom('Shop', 'Büro “Nord”', REFERENCE),
  type: fc.constantFrom('web', 'spa', 'native', 'machine'),
  redirectUris: fc.subarray([
    'https://shop.example/callback',
    'https://shop.example/b?c=d',
    'http://127.0.0.1/callback',
  ]),
  postLogoutRedirectUris: fc.subarray(['https://shop.example/']),
  grantTypes: fc.subarray(['authorization_code', 'refresh_token', 'client_credentials'], { minLength: 1 }),
  scopes: fc.subarray(['openid', 'profile', 'email', 'phone', 'offline_access', 'orders:read']),
  firstParty: fc.boolean(),
  pkceRequired: fc.boolean(),
  signUp: fc.constantFrom('open', 'closed', 'inherit'),
  channels: fc.subarray(['email', 'sms'], { minLength: 1 }),
  mailProof: fc.constantFrom('code', 'link', 'both'),
  secondFactor: fc.constantFrom('when-asked', 'always'),
  rememberDevices: fc.boolean(),
  smsText: fc.constantFrom(null, '{otp} for {app}'),
  keepSignedIn: fc.boolean(),
  trustLoginHint: fc.boolean(),
  logoUri: page,
  clientUri: page,
  policyUri: page,
  tosUri: page,
  initiateLoginUri: fc.constantFrom(null, 'https://shop.example/login'),
  permissions: fc.subarray([...PERMISSIONS]),
  resources: fc.subarray(['https://api.example/v1', 'urn:example:ledger']),
  accessTokenFormat: fc.constantFrom('opaque', 'jwt'),
  backchannelLogoutUri: fc.constantFrom(null, 'https://shop.example/logged-out'),
  organizations: fc.constantFrom('none', 'optional', 'required'),
  lifetimes: fc.record({
    accessTokenSeconds: seconds(60, 86_400),
    idTokenSeconds: seconds(300),
    refreshTokenSeconds: seconds(300, 3600),
    refreshTokenAbsoluteSeconds: seconds(3600, 86_400),
  }),
  claims: fc.dictionary(fc.constantFrom('user_id', 'https://shop.example/mail'), fc.constantFrom(...CLAIM_SOURCES)),
  branding: fc.record({
    accent: fc.constantFrom(null, '#aa3366'),
    texts: fc.dictionary(
      fc.constantFrom('en', 'de', 'pt-BR'),
      fc.record({ heading: words, intro: words, mailIntro: words }),
    ),
  }),
});

describe('a client in the form of the configuration', () => {
  it('is made of every field that there is to be decided', () => {
    const [sample = {}] = fc.sample(fields, 1);
    expect(Object.keys(sample).sort()).to.deep.equal(Object.keys(clientRegistrationShape).sort());
  });

  it('is the same client again when it is loaded, whatever it is', () => {
    let loaded = 0;
    fc.assert(
      fc.property(fields, (wanted) => {
        const registration = clientRegistration.safeParse(wanted);
        if (!registration.success) return;
        loaded += 1;
        const client: Client = { ...clientOf({ id: 'shop' }), ...registration.data };
        const { secret, ...declared } = JSON.parse(JSON.stringify(declarationOf(client))) as Record<string, unknown>;
        const isPublic = client.type === 'spa' || client.type === 'native';
        expect(secret).to.equal(isPublic ? undefined : referenceTo('CLIENT_SHOP_SECRET'));
        const again = clientDeclaration.parse({ ...declared, ...(isPublic ? {} : { secret: STRONG }) });
        expect(again).to.deep.equal({ ...registration.data, id: 'shop', secret: isPublic ? null : STRONG });
      }),
      { numRuns: 2000 },
    );
    expect(loaded, 'clients that there can be').to.be.above(50);
  });

  it('says nothing that goes without saying', () => {
    const usual = clientRegistration.parse({ name: 'Shop', redirectUris: ['https://shop.example/callback'] });
    expect(declarationOf({ ...clientOf({ id: 'shop' }), ...usual })).to.deep.equal({
      id: 'shop',
      name: 'Shop',
      type: 'web',
      secret: referenceTo('CLIENT_SHOP_SECRET'),
      redirectUris: ['https://shop.example/callback'],
    });
    const { type, ...said } = declarationOf({
      ...clientOf({ id: 'job' }),
      ...clientRegistration.parse({ name: 'Job', type: 'machine' }),
    });
    expect([type, Object.keys(said)]).to.deep.equal(['machine', ['id', 'name', 'secret']]);
    expect(usual).to.deep.include({ lifetimes: USUAL_LIFETIMES, claims: {}, branding: PLAIN_BRANDING });
  });

  it('names a variable of its own for each secret', () => {
    const clients = ['a-b', 'a_b', 'A.B'].map((id) => clientOf({ id }));
    const { secretsMissing, clients: declared } = declarationsOf([...clients, clientOf({ id: 'spa', type: 'spa' })]);
    expect(secretsMissing).to.deep.equal([
      { id: 'a-b', variable: 'CLIENT_A_B_SECRET' },
      { id: 'a_b', variable: 'CLIENT_A_B_SECRET_2' },
      { id: 'A.B', variable: 'CLIENT_A_B_SECRET_3' },
    ]);
    expect(declared.map(({ secret }) => secret)).to.deep.equal([
      ...secretsMissing.map(({ variable }) => referenceTo(variable)),
      undefined,
    ]);
  });

  it('is nothing that would be more than it was: not enabled, not vouched for', () => {
    const disabled = clientOf({ id: 'off', disabled: true });
    const unverified = clientOf({ id: 'new', source: 'registration' });
    expect(declarationsOf([disabled, unverified])).to.deep.equal({
      clients: [],
      secretsMissing: [],
      leftOut: [
        { id: 'off', reason: 'disabled' },
        { id: 'new', reason: 'unverified' },
      ],
    });
  });

  describe('in a file', () => {
    const { file, load, path, problems } = useConfigurationDirectory();
    const [first, second] = [clientOf({ id: 'one', name: 'One' }), clientOf({ id: 'two', signUp: 'closed' })];

    it('is loaded with the secrets that the environment brings along, and missed without them', () => {
      file('clients.json', { clients: declarationsOf([first, second]).clients });
      const env = {
        CONFIG_FILE: path('clients.json'),
        DEMO: 'false',
        CLIENT_ONE_SECRET: STRONG,
        CLIENT_TWO_SECRET: OTHER,
      };
      const [one, two] = load(env).config.clients;
      expect(one).to.deep.include({ id: 'one', name: 'One', secret: STRONG, redirectUris: first.redirectUris });
      expect(two).to.deep.include({ id: 'two', signUp: 'closed', secret: OTHER });
      expect(problems({ ...env, CLIENT_TWO_SECRET: undefined })).to.match(/CLIENT_TWO_SECRET is not set/);
    });
  });
});
