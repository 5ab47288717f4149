import { expect } from 'chai';
import { median, NO_BUDGETS, timed, type Waiting, waitForCode } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';

const ROUNDS = 40;
const REDIRECT = 'https://closed.example.test/callback';
/** */
const CLOSE_MS = 10;

describe('safety: a wrong code, a spent one, an expired one and one of nobody cost the same (R-08)', function () {
  this.timeout(60_000);
  const clients = [
    { id: 'closed', secret: 'closed-secret', signUp: 'closed', firstParty: true, redirectUris: [REDIRECT] },
  ];
  const suite = useServer({ env: NO_BUDGETS, settings: { clients } });
  const took: Record<string, number[]> = {};

  async function measure(kind: string, browser: Browser, code: string): Promise<void> {
    const { answer, ms } = await timed(() => enterCode(browser, code));
    expect(answer.status, kind).to.equal(422);
    expect(answer.headers.get('content-type'), kind).to.match(/^text\/html/);
    took[kind] = [...(took[kind] ?? []), ms];
  }

  const fresh = (): Promise<Waiting> => waitForCode(suite, suite.address());

  /** In front of the code page of a challenge that nobody will ever get a code for. */
  async function decoy(): Promise<Browser> {
    const browser = suite.browser();
    await suite.begin(browser, { clientId: 'closed', redirectUri: REDIRECT });
    await browser.submit('identifier-submit', { identifier: suite.address() });
    return browser;
  }

  it(`medians of ${ROUNDS} answers each lie within ${CLOSE_MS} ms, and all say 422`, async () => {
    const time = suite.freeze();
    for (let round = 0; round < ROUNDS; round += 1) {
      const [wrong, spent, expired, nobody] = [await fresh(), await fresh(), await fresh(), await decoy()];
      await measure('wrong', wrong.browser, wrongCode(wrong.code));
      await measure('of nobody', nobody, '123456');
      for (let shift = 1; shift <= 4; shift += 1) await enterCode(spent.browser, wrongCode(spent.code, shift));
      const again = spent.browser.tab();
      await again.get(spent.browser.page.url);
      await enterCode(spent.browser, wrongCode(spent.code, 5));
      await measure('spent', again, spent.code);
      time.advance(301_000);
      await measure('expired', expired.browser, expired.code);
    }
    const medians = Object.values(took).map(median);
    expect(medians).to.have.length(4);
    expect(Math.max(...medians) - Math.min(...medians)).to.be.below(CLOSE_MS);
  });
});
