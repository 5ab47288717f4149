import { expect } from 'chai';
import { NO_BUDGETS, STORES, times } from '../support/attack.ts';
import { createBackendSuite } from '../support/backend.ts';
import { useServer, wrongCode } from '../support/journey.ts';

const PARALLEL = 50;

for (const { name, overrides } of STORES) {
  describe(`safety: sign-ins between backends that race, on ${name}`, function () {
    this.timeout(60_000);
    const suite = useServer({ overrides, env: NO_BUDGETS });
    const api = createBackendSuite(suite);

    it(`of ${PARALLEL} right codes at once one signs in (R-03)`, async () => {
      const address = suite.address();
      await api.create(address);
      const [code, token] = [await api.codeFor(address), await api.token()];
      const answers = await Promise.all(times(PARALLEL, () => api.authenticate(address, code, {}, token)));
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
      const sub = await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: address });
      const lives = await suite.server.server.store.artifacts.listByAccount(
        'SessionLife',
        sub?.id ?? '',
        Date.now(),
        100,
      );
      expect(lives, 'sessions').to.have.length(1);
    });

    it(`of ${PARALLEL} guesses at once five are looked at, and the right code is locked (R-04)`, async () => {
      const address = suite.address();
      await api.create(address);
      const [code, token] = [await api.codeFor(address), await api.token()];
      const answers = await Promise.all(
        times(PARALLEL, (index) => api.authenticate(address, wrongCode(code, (index % 9) + 1), {}, token)),
      );
      const refusals = answers.map(({ body }) => body.error_code);
      expect(refusals.filter((reason) => reason === 'auth_invalid_credentials').length).to.be.at.most(5);
      expect(new Set(refusals)).to.have.all.keys('auth_invalid_credentials', 'auth_locked');
      const late = await api.authenticate(address, code, {}, token);
      expect([late.status, late.body.error_code]).to.deep.equal([403, 'auth_locked']);
    });

    it('a link’s code is good once, however often it comes', async () => {
      const address = suite.address();
      await api.create(address);
      const before = (await suite.server.inbox(address)).length;
      const sending = { redirect_uri: `${suite.server.application}/callback`, email: address };
      await api.call('/v1/auth/link/email/send', { body: sending });
      const [mail] = await suite.server.messages(address, before + 1);
      const browser = suite.browser();
      await browser.get(mail?.link ?? '');
      await browser.click('link-confirm');
      const [code, token] = [browser.landedAt().searchParams.get('code'), await api.token()];
      const answers = await Promise.all(
        times(20, () => api.call('/v1/auth/link/email/authenticate', { body: { code }, token })),
      );
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    });

    it('a session that is ended while others join it stays over, with all that they got (R-35)', async () => {
      for (let round = 0; round < 3; round += 1) {
        const { identifier, answer } = await api.signIn();
        const [code, token] = [await api.codeFor(identifier), await api.token()];
        const session_id = answer.body.session_id;
        const joining = api.authenticate(identifier, code, { session_id }, token);
        for (let calls = 0; calls < round * 2; calls += 1) await suite.server.server.store.ping();
        const [joined, ended] = await Promise.all([joining, api.logout(session_id, token)]);
        expect(ended.status).to.equal(204);
        if (joined.status === 200) {
          expect((await api.refresh(joined.body.refresh_token, token)).status).to.equal(400);
        } else expect(joined.body.message).to.equal('Session not found');
      }
    });

    it('one refresh token has one successor, and is theft when it comes late (R-41, R-42)', async () => {
      const { answer } = await api.signIn();
      const token = await api.token();
      const answers = await Promise.all(times(20, () => api.refresh(answer.body.refresh_token, token)));
      const made = answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token);
      expect(made.length).to.be.greaterThan(0);
      expect(new Set(made).size).to.equal(1);
      const time = suite.freeze();
      time.advance((suite.server.config.tokens.refreshReuseSeconds + 1) * 1000);
      expect((await api.refresh(answer.body.refresh_token, token)).status).to.equal(400);
      expect((await api.refresh(made[0], token)).status, 'the whole family').to.equal(400);
    });
  });
}
