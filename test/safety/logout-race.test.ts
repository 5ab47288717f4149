import { expect } from 'chai';
import { STORES, shotOf, times, visitOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const ROUNDS = 5;
const PARALLEL = 12;

for (const { name, overrides } of STORES) {
  describe(`safety: what has logged out stays out, on ${name}`, function () {
    this.timeout(20_000);
    const suite = useServer({ overrides });

    const silent = async (): Promise<URL> => (await (await suite.party()).start({ prompt: 'none' })).url;
    const sessionOf = (browser: Browser): string =>
      browser
        .cookies()
        .filter(({ name }) => name.startsWith('session'))
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');

    it('silent sign-ins on their way do not bring the session back', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const browser = suite.browser();
        await suite.signIn(browser, suite.address());
        const url = await silent();
        await browser.get('/session/end'.replace(/^/, suite.server.issuer));
        const visit = visitOf(browser, url);
        const cookie = sessionOf(browser);
        await volley([
          ...times(PARALLEL, () => visit),
          shotOf(browser, 'logout-confirm'),
          ...times(PARALLEL, () => visit),
        ]);
        const after = await send({ ...visit, url: await silent(), headers: { cookie, accept: 'text/html' } });
        expect(String(after.headers.location)).to.include('error=login_required');
      }
    });
  });
}
