import { expect } from 'chai';
import { Problem } from '../../src/domain/errors.ts';
import { disturbedStore } from '../outage/disturbed-store.ts';
import { observe, PLENTY, STORES, shotOf, uidOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { accountOf, provenNumber } from '../support/factories.ts';
import { enterCode, type Suite, useServer } from '../support/journey.ts';
import type { Page } from '../support/page.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A new browser that has been shown the form. */
async function visitor(suite: Suite): Promise<Browser> {
  const browser = suite.browser();
  await suite.begin(browser);
  return browser;
}

/** The answer to a number, in a new browser. */
const ask = async (suite: Suite, number: string): Promise<Page> =>
  (await visitor(suite)).submit('identifier-submit', { identifier: number });

/** Another number of the same block. */
const neighbour = (number: string, index: number): string => number.slice(0, -4) + String(1000 + index);

const retryAfter = ({ headers }: Page): number => Number(headers.get('retry-after'));

for (const { name, overrides } of STORES) {
  describe(`safety: three text messages in ten minutes, however many ask at once (R-15), on ${name}`, function () {
    this.timeout(20_000);
    const suite = useServer({ overrides });

    it('12 sign-ins that ask at once for one number get three messages, and 429 for the rest', async () => {
      const number = suite.number();
      const browsers = await Promise.all(Array.from({ length: 12 }, () => visitor(suite)));
      const answers = await volley(
        browsers.map((browser) => shotOf(browser, 'identifier-submit', { identifier: number })),
      );
      const refusals = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 303)).to.have.length(3);
      expect(refusals).to.have.length(9);
      for (const { headers } of refusals) expect(Number(headers['retry-after'])).to.be.within(590, 600);
    });
  });
}

describe('safety: what one number may be sent (R-15, R-17)', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('is three messages in ten minutes and ten a day', async () => {
    const time = suite.freeze();
    const number = suite.number();
    for (let sent = 0; sent < 10; sent += 1) {
      if (sent > 0 && sent % 3 === 0) {
        const refused = await ask(suite, number);
        expect([refused.status, retryAfter(refused)]).to.deep.equal([429, 600]);
        time.advance(10 * MINUTE);
      }
      expect((await ask(suite, number)).has('code')).to.equal(true);
    }
    time.advance(10 * MINUTE);
    const refused = await ask(suite, number);
    expect([refused.status, retryAfter(refused)]).to.deep.equal([429, 24 * 3600 - 40 * 60]);
    time.advance(24 * HOUR);
    expect((await ask(suite, number)).has('code')).to.equal(true);
  });

  it('counts what is sent again, and is one bucket for all spellings', async () => {
    const time = suite.freeze();
    const number = suite.number();
    const browser = await visitor(suite);
    await suite.askForCode(browser, number);
    time.advance(61_000);
    await browser.submit('code-resend');
    for (const [identifier, status] of [
      [number.replace('+49', '0'), 200] as const,
      [`00${number.slice(1)}`, 429] as const,
    ]) {
      const answer = await (await visitor(suite)).submit('identifier-submit', { identifier, country: 'DE' });
      expect(answer.status).to.equal(status);
    }
    time.advance(121_000);
    expect((await browser.submit('code-resend')).status).to.equal(429);
  });
});

describe('safety: a block of numbers that nobody answers from pauses itself (R-18)', function () {
  this.timeout(30_000);
  const suite = useServer();

  /** Asks for codes for that many numbers of a block, which nobody types in. */
  async function pump(number: string, count: number, from = 0): Promise<void> {
    for (let index = from; index < from + count; index += 1) {
      expect((await ask(suite, neighbour(number, index))).has('code'), `message ${index}`).to.equal(true);
    }
  }

  it('after 20 messages without an answer, for the rest of the day, with a line in the audit trail', async () => {
    const time = suite.freeze();
    const number = suite.number();
    await pump(number, 20);
    const refused = await ask(suite, number);
    expect([refused.status, retryAfter(refused)]).to.deep.equal([429, 24 * 3600]);
    expect(await suite.server.inbox(number)).to.deep.equal([]);
    const [event] = await suite.events({ type: 'budget.refused' });
    expect(event).to.deep.include({ reason: 'sms.unanswered.0', clientId: 'demo', identifier: '+49•••67' });
    expect((await ask(suite, suite.number())).has('code'), 'other blocks').to.equal(true);
    time.advance(24 * HOUR);
    expect((await ask(suite, number)).has('code'), 'the next day').to.equal(true);
  });

  it('and goes on where at least a tenth is answered', async () => {
    suite.freeze();
    const number = suite.number();
    await pump(number, 19);
    const browser = await visitor(suite);
    const started = await suite.begin(browser);
    await enterCode(browser, await suite.askForCode(browser, number));
    await suite.finish(browser, started);
    await pump(number, 10, 19);
    expect((await ask(suite, neighbour(number, 40))).status).to.equal(429);
  });

  it('and keeps nobody out of a browser in which they have signed in before (R-19)', async () => {
    const time = suite.freeze();
    const number = suite.number();
    const browser = suite.browser();
    await suite.signIn(browser, number);
    await pump(number, 20);
    time.advance(HOUR);
    expect((await ask(suite, neighbour(number, 50))).status).to.equal(429);
    expect((await ask(suite, number)).status, 'another browser').to.equal(429);
    await suite.begin(browser, { parameters: { prompt: 'login' } });
    expect(await suite.askForCode(browser, number)).to.match(/^\d{6}$/);
  });
});

describe('safety: caps for blocks of numbers and countries (R-18)', function () {
  this.timeout(20_000);
  const rule = (limit: number): string => JSON.stringify([{ limit, windowSeconds: 86_400 }]);
  const suite = useServer({
    env: {
      BUDGETS_SENDS_PER_PREFIX: rule(3),
      BUDGETS_SENDS_PER_COUNTRY: rule(5),
      BUDGETS_UNANSWERED_PER_PREFIX: PLENTY,
    },
  });

  it('hold over all numbers, whoever asks', async () => {
    const time = suite.freeze();
    const number = suite.number();
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await ask(suite, neighbour(number, index))).status);
    expect(statuses).to.deep.equal([200, 200, 200, 429]);
    expect((await suite.events({ type: 'budget.refused' }))[0]?.reason).to.equal('sms.prefix.0');
    // Events of one moment have no order.
    time.advance(1);
    const others = [suite.number(), suite.number(), suite.number()];
    const refused: Page[] = [];
    for (const other of others) refused.push(await ask(suite, other));
    expect(refused.map(({ status }) => status)).to.deep.equal([200, 200, 429]);
    expect((await suite.events({ type: 'budget.refused' }, 2))[0]?.reason).to.equal('sms.country.0');
    expect((await ask(suite, '+447400123456')).status, 'another country').to.equal(200);
    expect((await ask(suite, '+12025550123')).status, 'another country').to.equal(200);
  });
});

describe('safety: where text messages go and where not (R-18)', function () {
  this.timeout(20_000);
  const suite = useServer({ settings: { sms: { countries: ['DE', 'US'] } } });
  const problems: Readonly<Record<string, string>> = {
    '+447400123456': 'We cannot send text messages to that country.',
    '+12423651234': 'We cannot send text messages to that country.',
    '+77011234567': 'We cannot send text messages to that country.',
    '+870773111632': 'We cannot send text messages to that country.',
    '+80012345678': 'We cannot send text messages to that country.',
    '+499001234567': 'We cannot send text messages to this kind of number.',
    '+491805123456': 'We cannot send text messages to this kind of number.',
    '+498001234567': 'We cannot send text messages to this kind of number.',
    '+18005550199': 'We cannot send text messages to this kind of number.',
    '+19005550100': 'We cannot send text messages to this kind of number.',
  };

  for (const [number, problem] of Object.entries(problems)) {
    it(`${number}: ${problem}`, async () => {
      const page = await ask(suite, number);
      expect([page.status, page.alert]).to.deep.equal([422, problem]);
      expect(await suite.server.inbox(number)).to.deep.equal([]);
      expect(page.value('identifier')).to.equal(number);
    });
  }

  it('says so of the number alone: an account that has it changes nothing, and nothing is written', async () => {
    const [mine, nobodys] = ['+447400123456', '+447400123457'];
    const { store } = suite.server.server;
    await store.accounts.createOrFind(accountOf({ identifiers: [provenNumber(mine)] }));
    const seen = [];
    for (const number of [mine, nobodys]) {
      const browser = await visitor(suite);
      const uid = uidOf(browser);
      seen.push(observe(await browser.submit('identifier-submit', { identifier: number }), [number, uid]));
      expect(await store.challenges.findByInteraction(uid)).to.equal(null);
    }
    expect(seen[0]).to.deep.equal(seen[1]);
  });

  it('lists these countries and no others', async () => {
    const { page } = await visitor(suite);
    expect([...page.html.matchAll(/<option value="([A-Z]{2})"/g)].map(([, code]) => code)).to.have.members([
      'DE',
      'US',
    ]);
  });
});

describe('safety: when nobody can tell what has been spent, no text message goes out (R-15)', () => {
  let down = false;
  const suite = useServer({
    overrides: {
      wrapStore: (store) =>
        disturbedStore(store, async (call) => {
          if (down && (call.startsWith('budgets.') || call === 'challenges.open'))
            throw new Problem('store_unavailable');
        }),
    },
  });
  afterEach(() => {
    down = false;
  });

  it('and whoever asked is told to come back', async () => {
    const browser = await visitor(suite);
    const number = suite.number();
    down = true;
    const page = await browser.submit('identifier-submit', { identifier: number });
    expect(page.status).to.equal(503);
    expect(page.headers.has('retry-after')).to.equal(true);
    await suite.delivered();
    expect(await suite.server.inbox(number)).to.deep.equal([]);
  });
});
