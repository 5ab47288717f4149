import { expect } from 'chai';
import { PLENTY, type Waiting, waitForCode } from '../support/attack.ts';
import { enterCode, type Suite, useServer, wrongCode } from '../support/journey.ts';
import type { Page } from '../support/page.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Enters this many wrong codes. @returns the last answer */
async function fail({ browser, code }: Waiting, count: number): Promise<Page> {
  for (let shift = 1; shift <= count; shift += 1) await enterCode(browser, wrongCode(code, shift));
  return browser.page;
}

/** Ten wrong codes by strangers, over three challenges, networks and applications. */
async function burn(suite: Suite, address: string): Promise<void> {
  for (const [clientId, count] of [
    ['demo', 4] as const,
    ['demo-backend', 4] as const,
    ['demo-third-party', 2] as const,
  ]) {
    const page = await fail(await waitForCode(suite, address, { clientId }), count);
    expect(page.status).to.equal(422);
  }
}

describe('safety: ten wrong codes an hour for one address (R-13)', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('counts over several challenges, applications and networks, and then refuses even the right code', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await burn(suite, address);
    const eleventh = await waitForCode(suite, address);
    const refused = await enterCode(eleventh.browser, wrongCode(eleventh.code));
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers.get('retry-after'))).to.be.within(3590, 3600);
    expect((await enterCode(eleventh.browser, eleventh.code)).status).to.equal(429);
    time.advance(HOUR);
    const later = await waitForCode(suite, address);
    await enterCode(later.browser, later.code);
    expect(later.browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('leaves other addresses alone', async () => {
    await burn(suite, suite.address());
    const other = await waitForCode(suite, suite.address());
    await enterCode(other.browser, other.code);
    expect(other.browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('lets a browser in that has signed in with the address before (R-19)', async () => {
    const time = suite.freeze();
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    await burn(suite, address);
    const stranger = await waitForCode(suite, address);
    expect((await enterCode(stranger.browser, stranger.code)).status).to.equal(429);
    time.advance(11 * MINUTE);
    await suite.signIn(browser, address, { parameters: { prompt: 'login' } });
  });

  it('gives a browser that knows one address no further tries at another one', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, suite.address());
    await burn(suite, address);
    const waiting = await waitForCode(suite, address, { browser, parameters: { prompt: 'login' } });
    expect((await enterCode(browser, waiting.code)).status).to.equal(429);
  });

  it('gives a known browser no more tries than anybody else has', async () => {
    const time = suite.freeze();
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    for (let challenge = 0; challenge < 2; challenge += 1) {
      time.advance(11 * MINUTE);
      await fail(await waitForCode(suite, address, { browser, parameters: { prompt: 'login' } }), 5);
    }
    const waiting = await waitForCode(suite, address, { browser, parameters: { prompt: 'login' } });
    expect((await enterCode(browser, waiting.code)).status).to.equal(429);
  });

  it('takes nothing for right codes: somebody may sign in as often as mail is sent', async () => {
    const time = suite.freeze();
    const address = suite.address();
    for (let signIn = 0; signIn < 12; signIn += 1) {
      if (signIn % 4 === 0) time.advance(11 * MINUTE);
      await suite.signIn(suite.browser(), address);
    }
  });
});

describe('safety: wrong codes in a row (NIST SP 800-63B §5.2.2)', function () {
  this.timeout(20_000);
  const suite = useServer({
    env: {
      BUDGETS_CONSECUTIVE_FAILURES: '10',
      BUDGETS_FAILURES_PER_IDENTIFIER: PLENTY,
      BUDGETS_SENDS_PER_IDENTIFIER: PLENTY,
    },
  });

  it('stop at the bound, for longer than an hour', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await burn(suite, address);
    time.advance(24 * HOUR);
    const waiting = await waitForCode(suite, address);
    expect((await enterCode(waiting.browser, waiting.code)).status).to.equal(429);
  });

  it('begin anew with a right code', async () => {
    const address = suite.address();
    for (let round = 0; round < 3; round += 1) {
      await fail(await waitForCode(suite, address), 4);
      await suite.signIn(suite.browser(), address);
    }
  });

  // A known browser's success left the strangers' count standing, and every other browser locked out for 30 days.
  it('end for everybody when the owner signs in with a browser that has done so before (R-19)', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    await burn(suite, address);
    await suite.signIn(browser, address, { parameters: { prompt: 'login' } });
    await suite.signIn(suite.browser(), address);
  });
});

describe('safety: wrong codes at one application (R-14)', function () {
  this.timeout(20_000);
  const suite = useServer({
    env: { BUDGETS_FAILURES_PER_CLIENT: JSON.stringify([{ limit: 6, windowSeconds: 600 }]) },
  });

  it('are bounded over all addresses, and other applications do not notice', async () => {
    await fail(await waitForCode(suite, suite.address()), 3);
    await fail(await waitForCode(suite, suite.address()), 3);
    const here = await waitForCode(suite, suite.address());
    expect((await enterCode(here.browser, here.code)).status).to.equal(429);
    const there = await waitForCode(suite, suite.address(), { clientId: 'demo-backend' });
    await enterCode(there.browser, there.code);
    expect(there.browser.landedAt().searchParams.has('code')).to.equal(true);
    const [event] = await suite.events({ type: 'budget.refused' });
    expect(event).to.include({ reason: 'failures.client.0', clientId: 'demo' });
  });
});
