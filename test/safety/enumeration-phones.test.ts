import { expect } from 'chai';
import { median, NO_BUDGETS, times } from '../support/attack.ts';
import { accountOf, provenNumber } from '../support/factories.ts';
import { type Suite, useServer } from '../support/journey.ts';
import { strangerVisits, type Visit } from './stranger-visits.ts';

const VISITS = 200;
/** */
const CLOSE_MS = 10;

async function enrol(suite: Suite): Promise<string> {
  const number = suite.number();
  await suite.server.server.store.accounts.createOrFind(accountOf({ identifiers: [provenNumber(number)] }));
  return number;
}

describe('safety: nobody can find out whose number has an account (R-24)', function () {
  this.timeout(60_000);
  const suite = useServer({ env: { ...NO_BUDGETS, SIGN_UP: 'closed' } });

  it('text messages go to people with an account only', async () => {
    const [known, unknown] = [await enrol(suite), suite.number()];
    await strangerVisits(suite, unknown);
    await strangerVisits(suite, known);
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
        async () => visits.known.push(await strangerVisits(suite, known[turn % known.length] ?? '', turn % 4 === 0)),
        async () => visits.unknown.push(await strangerVisits(suite, suite.number(), turn % 4 === 0)),
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
