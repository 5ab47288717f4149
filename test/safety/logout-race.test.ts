import { expect } from 'chai';
import { STORES, shotOf, times, uidOf, visitOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { useServer } from '../support/journey.ts';
import type { RawAnswer } from '../support/relying-party.ts';
import { send } from '../support/wire.ts';

const ROUNDS = 3;
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

    /** Confirms the logout of a browser, with other requests before and after it, all at once. */
    async function logOutAmong(browser: Browser, others: () => Promise<unknown>): Promise<void> {
      await browser.get(`${suite.server.issuer}/session/end`);
      const confirm = shotOf(browser, 'logout-confirm');
      await Promise.all([...times(PARALLEL, others), volley([confirm]), ...times(PARALLEL, others)]);
    }

    it('silent sign-ins on their way do not bring the session back', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const browser = suite.browser();
        await suite.signIn(browser, suite.address());
        const visit = visitOf(browser, await silent());
        const cookie = sessionOf(browser);
        await logOutAmong(browser, () => send(visit));
        const after = await send({ ...visit, url: await silent(), headers: { cookie, accept: 'text/html' } });
        expect(String(after.headers.location)).to.include('error=login_required');
      }
    });

    it('a consent on its way does not bring the session back', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const browser = suite.browser();
        await suite.signIn(browser, suite.address());
        await suite.begin(browser, { clientId: 'demo-third-party' });
        const uid = uidOf(browser);
        await volley([shotOf(browser, 'consent-allow')]);
        const cookie = sessionOf(browser);
        const resume = visitOf(browser, new URL(`/auth/${uid}`, suite.server.issuer));
        const cookies: string[] = [];
        await logOutAmong(browser, async () => {
          const { setCookies } = await send(resume);
          cookies.push(setCookies.map((line) => line.split(';')[0]).join('; '));
        });
        for (const carried of new Set([cookie, ...cookies.filter((line) => line.includes('session='))])) {
          const headers = { cookie: carried, accept: 'text/html' };
          const after = await send({ ...resume, url: await silent(), headers });
          expect(String(after.headers.location)).to.include('error=login_required');
        }
      }
    });

    it('refreshes on their way leave no live tokens of the session', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const browser = suite.browser();
        const { tokens } = await suite.signIn(browser, suite.address(), { parameters: { scope: 'openid email' } });
        const party = await suite.party();
        const refresh = (token: unknown) => party.token({ grant_type: 'refresh_token', refresh_token: String(token) });
        const answers: RawAnswer[] = [];
        await logOutAmong(browser, async () => answers.push(await refresh(tokens.refresh_token)));
        for (const { body } of answers.filter(({ status }) => status === 200)) {
          expect((await party.introspect(String(body.access_token))).active).to.equal(false);
          expect((await refresh(body.refresh_token)).status).to.equal(400);
        }
        expect((await refresh(tokens.refresh_token)).status).to.equal(400);
      }
    });
  });
}
