import { expect } from 'chai';
import type { Spend } from '../../src/domain/budget.ts';
import { freshId, MINUTE, SECOND, START, spendFrom } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `budgets`: counters in time windows. */
export function budgetsContract(store: CurrentStore): void {
  const spend = (one: Spend, now = START) => store().budgets.spend([one], now);

  describe('budgets', () => {
    it('lets the limit pass and says of what comes next when its window ends', async () => {
      const budget = spendFrom(2, { windowMs: MINUTE });
      expect(await spend(budget, START)).to.equal(null);
      expect(await spend(budget, START + SECOND)).to.equal(null);
      const refusal = { refused: 'budget', key: budget.key, retryAt: START + MINUTE };
      expect(await spend(budget, START + 2 * SECOND)).to.deep.equal(refusal);
    });

    it('lets exactly the limit pass, however many spend at once', async () => {
      const budget = spendFrom(20);
      const answers = await parallel(() => spend(budget));
      expect(count(answers, (answer) => answer === null)).to.equal(20);
    });

    it('opens the next window with the first spend after the end, not at a fixed beat', async () => {
      const budget = spendFrom(1, { windowMs: MINUTE });
      await spend(budget, START);
      expect(await spend(budget, START + MINUTE - 1)).to.have.property('retryAt', START + MINUTE);
      expect(await spend(budget, START + MINUTE + 10 * SECOND)).to.equal(null);
      expect(await spend(budget, START + 2 * MINUTE)).to.have.property('retryAt', START + 2 * MINUTE + 10 * SECOND);
    });

    it('gives the whole limit again from the moment the window ends', async () => {
      const budget = spendFrom(3, { windowMs: MINUTE });
      await parallel(() => spend(budget));
      const answers = await parallel(() => spend(budget, START + MINUTE));
      expect(count(answers, (answer) => answer === null)).to.equal(3);
    });

    it('does not count refused spends', async () => {
      const [spent, other] = [spendFrom(1), spendFrom(2)];
      await spend(spent);
      for (let turn = 0; turn < 5; turn += 1) await store().budgets.spend([spent, other], START);
      expect(await spend(other)).to.equal(null);
      expect(await spend(other)).to.equal(null);
    });

    it('takes one of each of a list, and names the one that is spent', async () => {
      const [wide, narrow] = [spendFrom(9), spendFrom(1)];
      expect(await store().budgets.spend([wide, narrow], START)).to.equal(null);
      expect(await store().budgets.spend([wide, narrow], START)).to.have.property('key', narrow.key);
    });

    it('refuses a budget of nothing, and spends an empty list', async () => {
      expect(await spend(spendFrom(0))).to.have.property('refused', 'budget');
      expect(await store().budgets.spend([], START)).to.equal(null);
    });

    it('keeps counting when the clock steps back', async () => {
      const budget = spendFrom(1, { windowMs: MINUTE });
      await spend(budget, START);
      expect(await spend(budget, START - 30 * SECOND)).to.have.property('refused', 'budget');
    });

    it('keeps budgets apart, hostile keys too', async () => {
      for (const key of HOSTILE_IDS) expect(await spend(spendFrom(1, { key }))).to.equal(null);
      for (const key of HOSTILE_IDS) expect(await spend(spendFrom(1, { key }))).to.have.property('key', key);
    });

    it('tells what was spent and when it ends, of what has not ended', async () => {
      const [long, short, untouched] = [spendFrom(5), spendFrom(5, { windowMs: MINUTE }), spendFrom(5)];
      const keys = [long, short, untouched].map(({ key }) => key);
      await store().budgets.spend([long, short], START);
      await store().budgets.spend([long], START + SECOND);
      const windows = await store().budgets.read(keys, START + SECOND);
      expect(windows).to.have.deep.members([
        { key: long.key, spent: 2, endsAt: START + 10 * MINUTE },
        { key: short.key, spent: 1, endsAt: START + MINUTE },
      ]);
      const later = await store().budgets.read(keys, START + MINUTE);
      expect(later.map(({ key }) => key)).to.deep.equal([long.key]);
      await store().budgets.reset([long.key]);
      expect(await store().budgets.read(keys, START + SECOND)).to.have.length(1);
      expect(await store().budgets.read([], START)).to.deep.equal([]);
    });

    it('forgets on reset what it is told to and nothing else', async () => {
      const [forgotten, kept] = [spendFrom(1), spendFrom(1)];
      await store().budgets.spend([forgotten, kept], START);
      await store().budgets.reset([forgotten.key, freshId('unknown')]);
      expect(await spend(forgotten)).to.equal(null);
      expect(await spend(kept)).to.have.property('refused', 'budget');
    });
  });
}
