import { expect } from 'chai';
import { PLAIN_BRANDING } from '../../src/domain/branding.ts';
import { USUAL_LIFETIMES } from '../../src/domain/client.ts';
import { OTHER, STRONG, useConfigurationDirectory } from '../support/configuration.ts';

describe('configured clients', () => {
  const { file, load, problems } = useConfigurationDirectory();

  describe('clients', () => {
    const web = { id: 'shop', secret: STRONG, redirectUris: ['https://shop.example/callback'] };
    const clients = (...declared: unknown[]): string => JSON.stringify(declared);
    const only = (declared: unknown, env: Record<string, string> = {}) =>
      load({ DEMO: 'false', CLIENTS: clients(declared), ...env }).config.clients[0];

    it('have a default for everything optional', () => {
      expect(only(web)).to.deep.equal({
        id: 'shop',
        name: 'shop',
        type: 'web',
        secret: STRONG,
        redirectUris: ['https://shop.example/callback'],
        postLogoutRedirectUris: [],
        grantTypes: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'profile', 'email', 'phone', 'offline_access'],
        firstParty: false,
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
        clientUri: null,
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
      expect(only({ id: 'job', type: 'machine', secret: STRONG })).to.deep.include({
        grantTypes: ['client_credentials'],
        scopes: [],
      });
      expect(only({ id: 'app', type: 'native', redirectUris: ['com.example.app:/cb'] })).to.deep.include({
        secret: null,
      });
    });

    it('take secrets from the environment or a file, and say when there is none', () => {
      file('shop.txt', `${OTHER}\n`);
      const reference = `\${${'env:SHOP'}}`;
      expect(only({ ...web, secret: reference }, { SHOP: OTHER })).to.include({ secret: OTHER });
      expect(only({ ...web, secret: undefined, secretFile: 'shop.txt' })).to.include({ secret: OTHER });
      expect(only({ ...web, secret: undefined, secretFile: 'shop.txt' })).not.to.have.property('secretFile');
      const found = problems({
        CLIENTS: clients({ ...web, secret: reference }, { ...web, id: 'b', secret: undefined, secretFile: 'gone' }),
      });
      expect(found).to.have.length(2);
      expect(found.join('\n'))
        .to.match(/clients\[0].*variable SHOP is not set/)
        .and.match(/clients\[1].*gone: ENOENT/);
    });

    for (const [uri, words] of [
      ['https://*.shop.example/cb', 'wildcard'],
      ['http://shop.example/cb', 'uses http'],
      ['https://shop.example/cb#x', 'fragment'],
      ['https://shop.example/a/../cb', 'dot segment'],
      ['com.example.app:/cb', 'scheme that this type of client'],
      ['/cb', 'not an absolute URI'],
    ] as const) {
      it(`explain what is wrong with the redirect URI ${uri}`, () => {
        const found = problems({ CLIENTS: clients({ ...web, redirectUris: [uri], postLogoutRedirectUris: [uri] }) });
        expect(found).to.have.length(2);
        expect(found[0]).to.include('clients[0].redirectUris[0]').and.include(JSON.stringify(uri)).and.include(words);
      });
    }

    for (const [what, declared, words] of [
      ['no secret', { ...web, secret: undefined }, 'needs a secret'],
      ['no redirect URI', { ...web, redirectUris: [] }, 'needs at least one'],
      ['a secret in a browser', { ...web, type: 'spa' }, 'cannot keep a secret'],
      [
        'no PKCE in a native app',
        { id: 'a', type: 'native', redirectUris: ['http://127.0.0.1/'], pkceRequired: false },
        'PKCE',
      ],
      [
        'client_credentials in public',
        { id: 'a', type: 'spa', redirectUris: web.redirectUris, grantTypes: ['client_credentials'] },
        'client_credentials',
      ],
      ['two factors over one channel', { ...web, channels: ['email'], secondFactor: 'always' }, 'both channels'],
      ['the implicit grant', { ...web, grantTypes: ['implicit'] }, 'grantTypes'],
      [
        'http where the engine takes https only',
        { ...web, initiateLoginUri: 'http://localhost:3001/login' },
        'https URI',
      ],
      ['a script as logo', { ...web, logoUri: 'javascript:alert(1)' }, 'https URI'],
      [
        'permissions in a browser',
        { ...web, type: 'spa', secret: undefined, permissions: ['auth:execute'] },
        'with a secret',
      ],
      ['an unknown permission', { ...web, permissions: ['admin'] }, 'permissions'],
      ['a permission twice', { ...web, permissions: ['otp:direct', 'otp:direct'] }, 'twice'],
      ['a relative audience', { ...web, resources: ['/api'] }, 'RFC 8707'],
      ['an audience with a fragment', { ...web, resources: ['https://api.example/#'] }, 'RFC 8707'],
      ['an audience with white space', { ...web, resources: [' https://api.example/'] }, 'RFC 8707'],
      ['a logout address in the clear', { ...web, backchannelLogoutUri: 'http://shop.example/out' }, 'https URI'],
      ['a logout address with a fragment', { ...web, backchannelLogoutUri: 'https://shop.example/#out' }, 'https URI'],
      [
        'an access token that lives for weeks',
        { ...web, lifetimes: { accessTokenSeconds: 90_000 } },
        'accessTokenSeconds',
      ],
      ['an access token that is dead at once', { ...web, lifetimes: { accessTokenSeconds: 0 } }, 'accessTokenSeconds'],
      [
        'a refresh token that outlives its chain',
        { ...web, lifetimes: { refreshTokenSeconds: 7200, refreshTokenAbsoluteSeconds: 3600 } },
        'not be larger than refreshTokenAbsoluteSeconds',
      ],
      ['a claim of the protocol', { ...web, claims: { acr: 'email' } }, 'every token'],
      ['a claim that says what it is not', { ...web, claims: { email_verified: 'name' } }, 'this server'],
      ['a claim of nothing', { ...web, claims: { mail: 'password' } }, 'claims.mail'],
      [
        'too many claims',
        { ...web, claims: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`c${at}`, 'sub'])) },
        'at most 20',
      ],
      ['a colour by its name', { ...web, branding: { accent: 'red' } }, '#rrggbb'],
      ['a colour that goes on', { ...web, branding: { accent: '#aa33660' } }, '#rrggbb'],
      ['texts in no language', { ...web, branding: { texts: { 'not a tag': {} } } }, 'BCP 47'],
      ['a text of two lines', { ...web, branding: { texts: { en: { intro: 'One\nTwo' } } } }, 'line breaks'],
      [
        'a text that turns around',
        { ...web, branding: { texts: { en: { heading: 'a\u202eb' } } } },
        'marks of direction',
      ],
      ['a text of nothing', { ...web, branding: { texts: { en: { mailIntro: '\u200b' } } } }, 'something to read'],
      ['a text without end', { ...web, branding: { texts: { en: { heading: 'a'.repeat(81) } } } }, 'heading'],
      ['an unknown field', { ...web, redirectUri: 'x' }, 'no such setting'],
      ['the id of our own account pages', { ...web, id: 'countersign-account' }, 'take another id'],
      ['the id of our own console', { ...web, id: 'countersign-admin' }, 'take another id'],
    ] as const) {
      it(`refuse ${what}`, () => expect(problems({ CLIENTS: clients(declared) }).join('\n')).to.include(words));
    }

    it('may be backends: permissions, audiences, signed access tokens, logout, organizations', () => {
      const backend = {
        permissions: ['auth:execute', 'users:write', 'users:reveal', 'otp:direct', 'id_token'],
        resources: ['https://api.example/v1', 'urn:example:ledger'],
        accessTokenFormat: 'jwt',
        backchannelLogoutUri: 'http://127.0.0.1:4000/logged-out',
        organizations: 'optional',
      };
      expect(only({ ...web, ...backend })).to.deep.include(backend);
    });

    it('may have lives, claims and looks of their own', () => {
      const own = {
        lifetimes: {
          accessTokenSeconds: 60,
          idTokenSeconds: 86_400,
          refreshTokenSeconds: 300,
          refreshTokenAbsoluteSeconds: 300,
        },
        claims: { 'https://shop.example/mail': 'email', user_id: 'sub' },
        branding: {
          accent: '#aa3366',
          texts: {
            'pt-BR': { heading: 'Olá!', intro: null, mailIntro: null },
            en: { heading: null, intro: 'Hi', mailIntro: null },
          },
        },
      };
      expect(only({ ...web, ...own })).to.deep.include(own);
      expect(
        only({ ...web, branding: { accent: '#AA3366', texts: { en: { heading: ' Hi ' } } } })?.branding,
      ).to.deep.equal({
        accent: '#aa3366',
        texts: { en: { heading: 'Hi', intro: null, mailIntro: null } },
      });
      expect(only({ ...web, lifetimes: { idTokenSeconds: 60 } })?.lifetimes).to.deep.equal({
        ...USUAL_LIFETIMES,
        idTokenSeconds: 60,
      });
    });

    it('refuse one id twice', () =>
      expect(problems({ CLIENTS: clients(web, web) })).to.match(/shop is declared twice/));

    it('include the demo ones beside PORT+1, unless declared otherwise', () => {
      const { config } = load({ PORT: '5000', CLIENTS: clients({ ...web, id: 'demo' }) });
      expect(config.clients.map(({ id }) => id)).to.deep.equal(['demo', 'demo-backend', 'demo-third-party']);
      expect(config.clients[0]?.secret).to.equal(STRONG);
      expect(config.clients[1]).to.deep.include({
        secret: 'demo-backend-secret',
        redirectUris: ['http://localhost:5001/callback', 'http://localhost:5002/callback'],
        postLogoutRedirectUris: ['http://localhost:5001/'],
        grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
        pkceRequired: false,
        permissions: ['auth:execute', 'users:write', 'users:reveal', 'otp:direct'],
        resources: ['http://localhost:5001/api'],
        accessTokenFormat: 'jwt',
      });
      expect(load().config.clients[0]).to.deep.include({
        secret: 'demo-secret',
        firstParty: true,
        keepSignedIn: true,
        redirectUris: ['http://localhost:3001/callback'],
      });
      expect(load().config.clients[2]).to.include({ name: 'Third Party Demo', firstParty: false });
    });
  });
});
