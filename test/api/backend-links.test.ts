import { expect } from 'chai';
import { createBackendSuite, verified } from '../support/backend.ts';
import { parametersOf, useServer } from '../support/journey.ts';

for (const mount of ['/v1', '/cis/v1']) {
  describe(`backend to backend: a link, at ${mount} (contracts.md §5)`, function () {
    this.timeout(20_000);
    const suite = useServer();
    const api = createBackendSuite(suite, mount);
    const callback = (): string => `${suite.server.application}/callback`;
    const send = (body: Readonly<Record<string, unknown>>) =>
      api.call(`${mount}/auth/link/email/send`, { body: { redirect_uri: callback(), ...body } });
    const authenticate = (code: unknown, body: Readonly<Record<string, unknown>> = {}, token?: string) =>
      api.call(`${mount}/auth/link/email/authenticate`, {
        body: { code, ...body },
        ...(token === undefined ? {} : { token }),
      });

    /** Opens the newest link and presses its button. @returns what came to the application */
    async function follow(address: string, body: Readonly<Record<string, unknown>> = {}) {
      const before = (await suite.server.inbox(address)).length;
      const sent = await send({ identifier_type: 'email', identifier: address, ...body });
      expect(sent.status, sent.text).to.equal(200);
      const [mail] = await suite.server.messages(address, before + 1);
      const browser = suite.browser();
      await browser.get(mail?.link ?? '');
      await browser.click('link-confirm');
      return { sent, landed: parametersOf(browser.landedAt()) };
    }

    it('leads to the redirect URI with code and state, and becomes tokens, once', async () => {
      const address = suite.address();
      const id = await api.create(address);
      const { sent, landed } = await follow(address, { state: 'their-state' });
      expect(sent.body).to.deep.equal({ message: 'Email sent successfully' });
      expect(landed).to.have.all.keys('code', 'state');
      expect(landed.state).to.equal('their-state');
      const answer = await authenticate(landed.code);
      expect(answer.status, answer.text).to.equal(200);
      const { payload } = await verified(suite, answer.body.id_token, { audience: 'demo-backend' });
      expect(payload).to.include({ sub: id, email_verified: true, sid: answer.body.session_id });
      expect((await authenticate(landed.code)).body).to.deep.equal({
        error_code: '400',
        message: 'Invalid magic link code',
      });
    });

    it('is worth nothing to another client, without its request id, as another code, or after two minutes', async () => {
      const time = suite.freeze();
      const address = suite.address();
      await api.create(address);
      const refused = { error_code: '400', message: 'Invalid magic link code' };
      const { landed } = await follow(address);
      const party = await suite.party('demo-backend');
      const exchanged = await party.exchange(landed.code ?? '', 'v'.repeat(43), { code_verifier: undefined });
      expect(exchanged.body.error).to.equal('invalid_grant');
      time.advance(121_000);
      expect((await authenticate(landed.code)).body).to.deep.equal(refused);
      const second = await follow(address, { generate_request_id: true });
      expect((await authenticate(second.landed.code)).body).to.deep.equal(refused);
      const third = await follow(address, { generate_request_id: true });
      const named = await authenticate(third.landed.code, { request_id: third.sent.body.request_id });
      expect(named.status).to.equal(200);
    });

    it('is not sent with a redirect URI that is not registered, to whoever nobody knows, or handed over', async () => {
      const address = suite.address();
      await api.create(address);
      const elsewhere = await send({ email: address, redirect_uri: `${callback()}/` });
      expect(elsewhere.body).to.deep.equal({
        error_code: '400',
        message: 'redirect_uri is not one of the allowed redirect URIs configured for this app',
      });
      const nobody = await send({ email: suite.address() });
      expect(nobody.status).to.equal(404);
      expect(nobody.body).to.deep.equal({ error_code: '404', message: 'User not found' });
      for (const body of [{ email: address, channel: 'direct' }, {}, { email: address, identifier: address }]) {
        expect((await send(body)).body.error_code).to.equal('400');
      }
      await suite.delivered();
      expect(await suite.server.inbox(address)).to.have.length(0);
    });

    it('joins a session, and says so when there is none', async () => {
      const { identifier, answer } = await api.signIn();
      const { landed } = await follow(identifier);
      const lost = await authenticate(landed.code, { session_id: 'nobody-has-this' });
      expect(lost.body).to.deep.equal({ error_code: '400', message: 'Session not found' });
      const joined = await authenticate(landed.code, { session_id: answer.body.session_id });
      expect(joined.body.session_id).to.equal(answer.body.session_id);
    });
  });
}
