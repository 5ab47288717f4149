import { expect } from 'chai';
import { createBrowser } from '../support/browser.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';

const ISSUER = 'https://login.example.test';

/** As in production: TLS ends at a proxy, the server itself listens in the clear. */
describe('journey: an https issuer behind a proxy', () => {
  let server: TestServer;

  before(async () => {
    server = await startServer({ env: { ISSUER } });
  });
  after(() => server.close());

  it('leads to the application, refreshes and logs out, with cookies that leave only over TLS (R-54)', async () => {
    const origins = { [ISSUER]: server.listening };
    const redirectUri = `${server.application}/callback`;
    const party = await createRelyingParty({
      issuer: ISSUER,
      clientId: 'demo',
      clientSecret: 'demo-secret',
      redirectUri,
      origins,
    });
    const browser = createBrowser({ origins, stopAt: [server.application] });
    const started = await party.start({ scope: 'openid email' });
    await browser.get(started.url);
    await browser.submit('identifier-submit', { identifier: 'tls@example.org' });
    await browser.submit('code-submit', { code: await server.code('tls@example.org') });
    const tokens = await party.finish(browser.landedAt(), started);
    expect(tokens.claims()).to.include({ iss: ISSUER, email: 'tls@example.org' });
    const names = browser.cookies(new URL(ISSUER)).map(({ name }) => name);
    expect(names).to.include('__Host-session');
    for (const cookie of browser.cookies()) {
      expect(cookie, cookie.name).to.include({ secure: true, httpOnly: true, sameSite: 'lax' });
    }

    const refreshed = await party.refresh(tokens.refresh_token ?? '');
    await browser.get(party.logoutUrl(refreshed.id_token, `${server.application}/`));
    await browser.submit('logout-confirm');
    expect(browser.landedAt().href).to.equal(`${server.application}/`);
    expect(browser.cookies(new URL(ISSUER)).map(({ name }) => name)).to.not.include('__Host-session');
  });
});
