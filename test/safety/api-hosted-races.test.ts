import { expect } from 'chai';
import type { ApiAnswer } from '../support/api.ts';
import { createBackend } from '../support/api.ts';
import { NO_BUDGETS, STORES, shotOf, times, volley } from '../support/attack.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer, wrongCode } from '../support/journey.ts';

const PARALLEL = 50;
const ROUNDS = 5;

for (const { name, overrides } of STORES) {
  describe(`safety: hosted sign-ins over the API, all at once, on ${name}`, function () {
    this.timeout(60_000);
    const suite = useServer({ overrides, env: NO_BUDGETS });
    const hosted = createHosted(suite);
    const backend = createBackend(suite);

    /** The same calls at once, with one token of the client. */
    async function validations(email: string, passcodes: readonly string[]): Promise<ApiAnswer[]> {
      const token = await backend.token();
      return Promise.all(
        passcodes.map((passcode) =>
          backend.call('/v1/auth/otp/email/validation', { token, body: { email, passcode } }),
        ),
      );
    }

    const isRight = ({ status }: { readonly status: number }): boolean => status === 200;

    it(`${PARALLEL} right codes at once give one result (R-03), ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = suite.address();
        const code = await hosted.code(address);
        const answers = await validations(
          address,
          times(PARALLEL, () => code),
        );
        expect(answers.filter(isRight)).to.have.length(1);
        expect(answers.every(({ status }) => status === 200 || status === 400)).to.equal(true);
      }
    });

    it(`of ${PARALLEL} guesses at once five are looked at (R-04), and the right code is void then`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = suite.address();
        const code = await hosted.code(address);
        const answers = await validations(
          address,
          times(PARALLEL, (index) => wrongCode(code, (index % 9) + 1)),
        );
        expect(answers.filter(({ status }) => status === 400)).to.have.length(PARALLEL);
        // The last of the five says so, and everybody after it.
        const locked = answers.filter(({ text }) => text.includes('multiple failed attempts'));
        expect(locked).to.have.length(PARALLEL - 4);
        expect((await hosted.validate(address, code)).status).to.equal(400);
      }
    });

    it(`${PARALLEL} browsers that open one result get one code, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const result = await hosted.prove(suite.address());
        const landed = await Promise.all(times(PARALLEL, () => hosted.open(result)));
        const codes = landed.filter((url) => url?.searchParams.has('code'));
        const refused = landed.filter((url) => url?.searchParams.get('error') === 'access_denied');
        expect([codes.length, refused.length]).to.deep.equal([1, PARALLEL - 1]);
      }
    });

    it(`${PARALLEL} presses of the button behind one link lead on once (R-03), ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const browser = suite.browser();
        await browser.get(await hosted.link(suite.address()));
        const shot = shotOf(browser, 'link-confirm');
        const answers = await volley(times(PARALLEL, () => shot));
        expect(answers.filter(({ status }) => status === 303)).to.have.length(1);
        expect(answers.filter(({ status }) => status === 400)).to.have.length(PARALLEL - 1);
      }
    });

    it(`${PARALLEL} exchanges of one code at both endpoints never leave two live sets of tokens (R-40)`, async () => {
      const party = await suite.party('demo-backend');
      for (let round = 0; round < ROUNDS; round += 1) {
        const code = await hosted.authorizationCode(suite.address());
        const answers = await Promise.all(
          times(PARALLEL, (index) => (index % 2 === 0 ? hosted.exchangeAtApi(code) : hosted.exchange(code))),
        );
        const given = answers.filter(isRight);
        expect(given.length).to.be.at.most(1);
        const refreshes = given.map(({ body }) =>
          party.token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }),
        );
        expect((await Promise.all(refreshes)).filter(isRight).length).to.be.at.most(1);
      }
    });

    it('two results of one new person make one account, whoever exchanges first (R-30)', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = suite.address();
        const codes = [await hosted.authorizationCode(address), await hosted.authorizationCode(address)];
        const answers = await Promise.all(codes.map((code) => hosted.exchangeAtApi(code)));
        expect(answers.filter(isRight)).to.have.length(1);
      }
    });
  });
}
