import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import {
  challengeOf,
  leadsOn,
  PLENTY,
  STORES,
  shotOf,
  times,
  volley,
  type Waiting,
  waitForCode,
} from '../support/attack.ts';
import { useServer } from '../support/journey.ts';
import type { WireResponse } from '../support/wire.ts';

const GUESSES = 200;
const ROUNDS = 10;
const ALLOWED = 5;
/** The right guess is one of the five evaluated in 1 of 40 rounds; more luck than this comes once in 400,000 runs. */
const MOST_LUCK = 4;

/** Codes that are not this one, all different. */
const wrongCodes = (code: string, count: number): string[] =>
  times(count, (index) => String((Number(code) + index + 1) % 1_000_000).padStart(6, '0'));

const guess = ({ browser }: Waiting, codes: readonly string[]): Promise<WireResponse[]> =>
  volley(codes.map((code) => shotOf(browser, 'code-submit', { code })));

for (const { name, overrides } of STORES) {
  describe(`safety: five guesses, however many come at once (R-04), on ${name}`, function () {
    this.timeout(30_000);
    // Without the budget of the address, which would also stop them, at ten.
    const suite = useServer({ overrides, env: { BUDGETS_FAILURES_PER_IDENTIFIER: PLENTY } });

    async function round(): Promise<{ won: boolean; evaluated: number; told: number }> {
      const waiting = await waitForCode(suite, suite.address());
      const guesses = wrongCodes(waiting.code, GUESSES);
      guesses[randomInt(GUESSES)] = waiting.code;
      const answers = await guess(waiting, guesses);
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      const won = answers.some((answer) => leadsOn(answer, suite));
      // The field is shown again, marked as wrong, only to a guess that was looked at.
      const told = answers.filter(({ body }) => body.includes('aria-invalid')).length;
      return { won, told, evaluated: (await challengeOf(suite, waiting.uid)).attempts };
    }

    it(`of ${GUESSES} guesses at once ${ALLOWED} are looked at, and the right one has the luck of blind tries`, async () => {
      const rounds: Awaited<ReturnType<typeof round>>[] = [];
      while (rounds.length < ROUNDS) rounds.push(await round());
      expect(rounds.filter(({ evaluated }) => evaluated > ALLOWED)).to.deep.equal([]);
      expect(rounds.filter(({ told }) => told > ALLOWED)).to.deep.equal([]);
      expect(rounds.filter(({ won }) => won).length).to.be.at.most(MOST_LUCK);
    });

    it('the right code is refused once five wrong ones were looked at', async () => {
      const waiting = await waitForCode(suite, suite.address());
      await guess(waiting, wrongCodes(waiting.code, ALLOWED));
      const [late] = await guess(waiting, [waiting.code]);
      expect(late?.status).to.equal(422);
      expect(await challengeOf(suite, waiting.uid)).to.include({ attempts: ALLOWED, state: 'open' });
    });

    it('a resend gives neither further guesses nor a longer life (R-05)', async () => {
      const time = suite.freeze();
      const address = suite.address();
      const waiting = await waitForCode(suite, address);
      const { expiresAt } = await challengeOf(suite, waiting.uid);
      await guess(waiting, wrongCodes(waiting.code, 3));
      time.advance(61_000);
      await waiting.browser.submit('code-resend');
      expect(await suite.server.code(address, 2)).to.equal(waiting.code);
      await guess(waiting, wrongCodes(waiting.code, 2));
      const [late] = await guess(waiting, [waiting.code]);
      expect(late?.status).to.equal(422);
      expect(await challengeOf(suite, waiting.uid)).to.include({ attempts: ALLOWED, sends: 2, expiresAt });
    });
  });
}
