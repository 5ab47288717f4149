import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { expect } from 'chai';
import { createBackend } from '../../examples/backend/backend.ts';
import { type Countersign, connect } from '../../examples/backend/countersign.ts';
import { createHosted } from '../../examples/backend/hosted.ts';
import type { Browser } from '../support/browser.ts';
import { useServer, wrongCode } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

const SITE = 'https://shop.example.test';

describe('examples/backend', function () {
  this.timeout(20_000);
  const suite = useServer({
    settings: {
      clients: [
        {
          id: 'shop',
          secret: 'shop-secret',
          redirectUris: [`${SITE}/callback`],
          grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
          firstParty: true,
          pkceRequired: false,
          permissions: ['auth:execute', 'users:write'],
          accessTokenFormat: 'jwt',
        },
      ],
    },
  });
  const sites: Server[] = [];
  after(() => {
    for (const site of sites) site.close();
  });

  /** A browser that finds the example at its public address. */
  async function visitor(create: (countersign: Countersign) => Server): Promise<Browser> {
    const { issuer } = suite.server;
    const site = create(connect({ issuer, clientId: 'shop', clientSecret: 'shop-secret' }));
    return suite.browser({ origins: { [SITE]: await listen(site) } });
  }

  async function listen(site: Server): Promise<string> {
    sites.push(site);
    const port = await freePort();
    await once(site.listen(port, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${port}`;
  }

  const claimsIn = (browser: Browser): Record<string, unknown> =>
    JSON.parse(browser.page.textOf('claims')) as Record<string, unknown>;

  /** Gives an identifier and types the code; a wrong one first, which does not end it. */
  async function signIn(browser: Browser, identifier: string, submit: string): Promise<void> {
    await browser.get(SITE);
    await browser.submit('send', { identifier });
    const code = await suite.server.code(identifier);
    await browser.submit(submit, { passcode: wrongCode(code) });
    expect(browser.page.text).to.include('Invalid code');
    await browser.submit(submit, { passcode: code });
    expect(browser.page.url.href).to.equal(`${SITE}/`);
  }

  for (const channel of ['email', 'sms'] as const) {
    const person = (): string => (channel === 'email' ? suite.address() : suite.number());

    it(`hosted, by ${channel}`, async () => {
      const [browser, identifier] = [await visitor((countersign) => createHosted(countersign, SITE)), person()];
      await signIn(browser, identifier, 'validate');
      expect(claimsIn(browser)).to.include({ aud: 'shop' }).and.to.have.property('nonce');
      await browser.click('logout');
      expect(browser.page.has('claims')).to.equal(false);
    });

    it(`backend to backend, by ${channel}`, async () => {
      const [browser, identifier] = [await visitor(createBackend), person()];
      await signIn(browser, identifier, 'authenticate');
      const { sub } = claimsIn(browser);
      await browser.click('refresh');
      expect(claimsIn(browser)).to.include({ sub, aud: 'shop' });
      await browser.click('logout');
      expect(browser.page.has('claims')).to.equal(false);
    });
  }

  it('hosted: an answer to one browser does not sign another one in', async () => {
    const { issuer } = suite.server;
    const site = createHosted(connect({ issuer, clientId: 'shop', clientSecret: 'shop-secret' }), SITE);
    const listening = await listen(site);
    const origins = { [SITE]: listening };
    const [attacker, victim, address] = [suite.browser({ origins }), suite.browser({ origins }), suite.address()];
    await attacker.get(SITE);
    await attacker.submit('send', { identifier: address });
    const cookie = attacker.cookies(SITE).map(({ name, value }) => `${name}=${value}`);
    const validated = await fetch(`${listening}/validate`, {
      method: 'POST',
      headers: { cookie: cookie.join('; ') },
      body: new URLSearchParams({ passcode: await suite.server.code(address) }),
      redirect: 'manual',
    });
    const elsewhere = suite.browser({ stopAt: [SITE] });
    await elsewhere.get(validated.headers.get('location') ?? '');
    await victim.get(SITE);
    await victim.get(elsewhere.landedAt());
    expect(victim.page.title).to.equal('Begun in another browser');
    await victim.get(SITE);
    expect(victim.page.has('claims')).to.equal(false);
  });

  for (const file of ['hosted.ts', 'backend.ts']) {
    it(`${file} has fewer than 100 lines`, () => {
      const text = readFileSync(new URL(`../../examples/backend/${file}`, import.meta.url), 'utf8');
      expect(text.split('\n').length).to.be.below(100);
    });
  }
});
