import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';
import { createRelyingParty } from '../support/relying-party.ts';

const FIVE_SECONDS = 5_001;
const SHOP = 'https://shop.example.org';
const CALLBACK = `${SHOP}/callback`;

describe('Admin API: lives, claims and looks of a client', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);

  const register = (fields: object) =>
    admin.call('POST', '/clients', { body: { name: 'Shop', redirectUris: [CALLBACK], firstParty: true, ...fields } });

  async function make(fields: object = {}) {
    const { status, body, text } = await register(fields);
    expect(status, text).to.equal(201);
    const { client, secret } = body as unknown as { client: { id: string }; secret: string };
    const options = { issuer: suite.server.issuer, clientId: client.id, clientSecret: secret, redirectUri: CALLBACK };
    const party = await createRelyingParty(options);
    return {
      id: client.id,
      async signIn() {
        const browser = suite.browser({ stopAt: [SHOP] });
        const started = await party.start({ scope: 'openid email' });
        await browser.get(started.url);
        const { html } = browser.page;
        await browser.submit('code-submit', { code: await suite.askForCode(browser, suite.address()) });
        return { html, tokens: await party.finish(browser.landedAt(), started) };
      },
    };
  }

  it('change within five seconds, for whoever signs in then', async () => {
    const time = suite.freeze();
    const { id, signIn } = await make();
    const before = await signIn();
    expect(before.tokens.expires_in).to.equal(3600);
    const change = {
      version: 1,
      lifetimes: { accessTokenSeconds: 120 },
      claims: { user_id: 'sub' },
      branding: { accent: '#AA3366', texts: { en: { heading: 'Come in' } } },
    };
    const changed = await admin.call('PATCH', `/clients/${id}`, { body: change });
    expect(changed.body).to.deep.include({
      lifetimes: {
        accessTokenSeconds: 120,
        idTokenSeconds: null,
        refreshTokenSeconds: null,
        refreshTokenAbsoluteSeconds: null,
      },
      claims: { user_id: 'sub' },
      branding: { accent: '#aa3366', texts: { en: { heading: 'Come in', intro: null, mailIntro: null } } },
    });
    time.advance(FIVE_SECONDS);
    const { html, tokens } = await signIn();
    expect(tokens.expires_in).to.equal(120);
    const claims = tokens.claims();
    expect(claims).to.include({ user_id: claims?.sub });
    expect(html).to.include('Come in').and.include('/assets/accent/aa3366.css');
  });

  it('are replaced as a whole, and stay where nothing is said', async () => {
    const { id } = await make({
      lifetimes: { accessTokenSeconds: 120, idTokenSeconds: 90 },
      claims: { user_id: 'sub' },
    });
    const patch = (body: object) => admin.call('PATCH', `/clients/${id}`, { body });
    expect((await patch({ version: 1, name: 'Other' })).body).to.deep.include({ claims: { user_id: 'sub' } });
    const { lifetimes } = (await patch({ version: 2, lifetimes: { idTokenSeconds: 60 } })).body;
    expect(lifetimes).to.deep.include({ accessTokenSeconds: null, idTokenSeconds: 60 });
    expect((await patch({ version: 3, claims: {} })).body.claims).to.deep.equal({});
    const events = await suite.events({ type: 'client.changed', clientId: id }, 3);
    expect(events.flatMap(({ changes }) => changes ?? []).map(({ field }) => field)).to.have.members([
      'name',
      'lifetimes',
      'claims',
    ]);
  });

  it('are refused by the rules and in the words of the configuration', async () => {
    const { status, body } = await register({
      lifetimes: { accessTokenSeconds: 90_000 },
      claims: { mail: 'password' },
      branding: { accent: 'red' },
    });
    expect(status).to.equal(400);
    expect(body.details).to.have.length(3);
    expect(String(body.details))
      .to.include('lifetimes.accessTokenSeconds')
      .and.include('claims.mail')
      .and.include('#rrggbb');
    const names = await register({
      claims: { acr: 'email' },
      lifetimes: { refreshTokenSeconds: 900, refreshTokenAbsoluteSeconds: 600 },
    });
    expect(String(names.body.details))
      .to.include('means something in every token')
      .and.include('refreshTokenAbsoluteSeconds');
    for (const field of ['source', 'registrationTokenHash']) {
      expect((await register({ [field]: 'x' })).status, field).to.equal(400);
    }
  });
});
