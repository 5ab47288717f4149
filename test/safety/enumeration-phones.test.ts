import { expect } from 'chai';
import {
  median,
  NO_BUDGETS,
  type Observation,
  observe,
  shotOf,
  shownBy,
  timed,
  times,
  uidOf,
} from '../support/attack.ts';
import { accountOf, provenNumber } from '../support/factories.ts';
import { enterCode, type Suite, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const VISITS = 200;
/** */
const CLOSE_MS = 10;

async function enrol(suite: Suite): Promise<string> {
  const number = suite.number();
  await suite.server.server.store.accounts.createOrFind(accountOf({ identifiers: [provenNumber(number)] }));
  return number;
}

interface Visit {
  /** What the answer to the number took. */
  readonly ms: number;
  /** The answer to the number, the page it leads to, the answers to a wrong code and to a resend. */
  readonly seen: readonly Observation[];
}

/** @param further whether to go on after the answer to the number */
async function visit(suite: Suite, number: string, further = true): Promise<Visit> {
  const browser = suite.browser();
  await suite.begin(browser);
  const own = [number, number.replace(/^(\+49)(\d{4})/, '$1 $2 '), uidOf(browser)];
  const shot = shotOf(browser, 'identifier-submit', { identifier: number });
  const { answer, ms } = await timed(() => send(shot));
  const pages = [shownBy(shot, answer)];
  if (!further) return { ms, seen: pages.map((page) => observe(page, own)) };
  pages.push(await browser.get(new URL(answer.headers.location ?? '', shot.url)));
  pages.push(await enterCode(browser, '000000'));
  pages.push(await browser.submit('code-resend'));
  return { ms, seen: pages.map((page) => observe(page, own)) };
}

describe('safety: nobody can find out whose number has an account (R-24)', function () {
  this.timeout(60_000);
  const suite = useServer({ env: { ...NO_BUDGETS, SIGN_UP: 'closed' } });

  it('text messages go to people with an account only', async () => {
    const [known, unknown] = [await enrol(suite), suite.number()];
    await visit(suite, unknown);
    await visit(suite, known);
    await suite.delivered();
    expect(await suite.server.inbox(known)).to.have.length(1);
    expect(await suite.server.inbox(unknown)).to.deep.equal([]);
  });

  it(`${VISITS} known and ${VISITS} unknown numbers see the same, equally fast`, async () => {
    suite.freeze();
    const visits: Record<'known' | 'unknown', Visit[]> = { known: [], unknown: [] };
    const known = await Promise.all(times(20, () => enrol(suite)));
    for (let turn = 0; turn < VISITS; turn += 1) {
      const both = [
        async () => visits.known.push(await visit(suite, known[turn % known.length] ?? '', turn % 4 === 0)),
        async () => visits.unknown.push(await visit(suite, suite.number(), turn % 4 === 0)),
      ];
      for (const go of turn % 2 === 0 ? both : both.reverse()) await go();
    }
    const sights = Object.values(visits).flatMap((some) => some.map(({ seen }) => seen));
    const whole = sights.filter(({ length }) => length > 1).map((seen) => JSON.stringify(seen));
    expect([whole.length, new Set(whole).size]).to.deep.equal([VISITS / 2, 1]);
    expect(new Set(sights.map(([first]) => JSON.stringify(first))).size).to.equal(1);
    const [toKnown, toUnknown] = [visits.known, visits.unknown].map((some) => median(some.map(({ ms }) => ms)));
    expect(Math.abs(Number(toKnown) - Number(toUnknown))).to.be.below(CLOSE_MS);
  });
});
