import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { challengeOf, median, NO_BUDGETS, type Observation, observe, uidOf } from '../support/attack.ts';
import { accountOf, provenEmail } from '../support/factories.ts';
import { type Suite, useServer } from '../support/journey.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { strangerVisits, type Visit } from './stranger-visits.ts';

const VISITS = 200;
/** */
const CLOSE_MS = 10;

/** Where only people with an account get mail, from a mail server that takes its time. */
function useClosedServer(): { suite: Suite; sink: () => SmtpSink; enrol: () => Promise<string> } {
  let sink: SmtpSink;
  before(async () => {
    sink = await startSmtpSink();
  });
  const suite = useServer({
    get env() {
      return { ...NO_BUDGETS, SIGN_UP: 'closed', SMTP_URL: sink.url };
    },
  });
  after(() => sink.close());
  const enrol = async (): Promise<string> => {
    const address = suite.address();
    const account = accountOf({ identifiers: [provenEmail(address)] });
    await suite.server.server.store.accounts.createOrFind(account);
    return address;
  };
  return { suite, sink: () => sink, enrol };
}

describe('safety: nobody can find out who has an account (R-24)', function () {
  this.timeout(60_000);
  const { suite, sink, enrol } = useClosedServer();

  it('mail goes to people with an account only', async () => {
    const [known, unknown] = [await enrol(), suite.address()];
    await strangerVisits(suite, unknown);
    await strangerVisits(suite, known);
    await sink().waitFor(known);
    expect(sink().messages.flatMap(({ envelope }) => envelope.to)).to.deep.equal([known]);
  });

  it(`${VISITS} known and ${VISITS} unknown addresses see the same, equally fast, while mail takes 3 s`, async () => {
    suite.freeze();
    sink().setDelay(3_000);
    const visits: Record<'known' | 'unknown', Visit[]> = { known: [], unknown: [] };
    const known = await Promise.all(Array.from({ length: 20 }, enrol));
    for (let turn = 0; turn < VISITS; turn += 1) {
      const both = [
        async () => visits.known.push(await strangerVisits(suite, known[turn % known.length] ?? '', turn % 4 === 0)),
        async () => visits.unknown.push(await strangerVisits(suite, suite.address(), turn % 4 === 0)),
      ];
      for (const go of turn % 2 === 0 ? both : both.reverse()) await go();
    }
    const sights = Object.values(visits).flatMap((some) => some.map(({ seen }) => seen));
    const deepest = sights.find(({ length }) => length > 1) ?? [];
    const others = sights.filter((seen) => JSON.stringify(seen) !== JSON.stringify(deepest.slice(0, seen.length)));
    expect(others).to.deep.equal([]);
    const [toKnown, toUnknown] = [visits.known, visits.unknown].map((some) => median(some.map(({ ms }) => ms)));
    expect(Math.abs(Number(toKnown) - Number(toUnknown))).to.be.below(CLOSE_MS);
  });

  it('a mail server that refuses an address does not tell on it', async () => {
    suite.freeze();
    sink().setDelay(0);
    sink().setMode('reject');
    const seen: Observation[][] = [];
    for (const [address, isKnown] of [[await enrol(), true] as const, [suite.address(), false] as const]) {
      const browser = suite.browser();
      await suite.begin(browser);
      const own = [address, uidOf(browser)];
      await browser.submit('identifier-submit', { identifier: address });
      while (isKnown && !(await challengeOf(suite, uidOf(browser))).undelivered) await delay(5);
      seen.push([observe(await browser.reload(), own), observe(await browser.submit('code-resend'), own)]);
    }
    expect(seen[0]).to.deep.equal(seen[1]);
  });
});
