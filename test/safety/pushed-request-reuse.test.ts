import { expect } from 'chai';
import { locationOf, STORES, times, visitOf, volley } from '../support/attack.ts';
import { useServer } from '../support/journey.ts';

const PARALLEL = 20;
const ROUNDS = 5;

for (const { name, overrides } of STORES) {
  describe(`safety: a pushed request is good for one use (R-46), on ${name}`, function () {
    this.timeout(20_000);
    const suite = useServer({ overrides });

    /** Pushes a request as its client. @returns where the browser goes with it */
    async function pushed(parameters: Record<string, string> = {}, forClient = 'demo'): Promise<URL> {
      const { url } = await (await suite.party()).start(parameters);
      const answer = await fetch(new URL('/request', suite.server.issuer), {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` },
        body: new URLSearchParams(url.searchParams),
      });
      expect(answer.status).to.equal(201);
      const { request_uri: requestUri } = (await answer.json()) as { request_uri: string };
      const search = new URLSearchParams({ client_id: forClient, request_uri: requestUri });
      return new URL(`/auth?${search}`, suite.server.issuer);
    }

    for (const parameters of [{}, { prompt: 'none' }]) {
      it(`${PARALLEL} uses at once with ${JSON.stringify(parameters)} give one authorization code`, async () => {
        const browser = suite.browser();
        await suite.signIn(browser, suite.address());
        for (let round = 0; round < ROUNDS; round += 1) {
          const url = await pushed(parameters);
          const answers = await volley(times(PARALLEL, () => visitOf(browser, url)));
          const codes = answers.filter((answer) => locationOf(answer, suite)?.searchParams.has('code') === true);
          expect(codes).to.have.length(1);
          const [late] = await volley([visitOf(browser, url)]);
          expect(late === undefined ? null : locationOf(late, suite)?.searchParams.get('code')).to.not.be.a('string');
        }
      });
    }

    it('is refused to another client, and after a minute', async () => {
      const time = suite.freeze();
      const browser = suite.browser();
      const foreign = await browser.get(await pushed({}, 'demo-backend'));
      expect(foreign.status).to.equal(400);
      const url = await pushed();
      time.advance(61_000);
      expect((await browser.get(url)).status).to.equal(400);
    });
  });
}
