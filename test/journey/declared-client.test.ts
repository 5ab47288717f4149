import { expect } from 'chai';
import { useServer } from '../support/journey.ts';

const CALLBACK = 'https://shop.example.test/callback';

/** What the configuration takes, the engine has to take: it would know no such client, and say so only to people. */
describe('journey: a client with everything that can be declared of one', () => {
  const shop = {
    id: 'shop',
    secret: 'shop-secret',
    redirectUris: [CALLBACK, 'http://[::1]:3001/callback'],
    postLogoutRedirectUris: ['http://localhost:3001/'],
    logoUri: 'http://127.0.0.1:3001/logo.svg',
    clientUri: 'https://shop.example.test/#home',
    policyUri: 'http://[::1]:3001/privacy',
    tosUri: 'https://shop.example.test/terms?lang=en',
    initiateLoginUri: 'https://localhost:3001/login',
    backchannelLogoutUri: 'https://shop.example.test/logout',
  };
  const suite = useServer({ settings: { clients: [shop] } });

  it('can be signed in to', async () => {
    const browser = suite.browser();
    await suite.begin(browser, { clientId: 'shop', redirectUri: CALLBACK });
    expect(browser.page.has('identifier')).to.equal(true);
  });

  it('stands in the audit trail as what it is, and without its secret', async () => {
    const [event] = await suite.events({ clientId: 'shop', actor: 'configuration' });
    expect(event).to.include({ type: 'client.created', network: null, requestId: null });
    const changes = new Map(event?.changes?.map(({ field, after }) => [field, after]));
    expect(changes.get('redirectUris')).to.equal(JSON.stringify(shop.redirectUris));
    expect(JSON.stringify(event)).not.to.include(shop.secret);
  });
});
