import { expect } from 'chai';
import { createBackendSuite } from '../support/backend.ts';
import { createGate } from '../support/gate.ts';
import { useServer } from '../support/journey.ts';

describe('safety: a session that ends while a backend is about to get something in it (R-35)', function () {
  this.timeout(20_000);
  const gate = createGate();
  const suite = useServer({
    overrides: gate.overrides,
    settings: {
      clients: [
        {
          id: 'opaque',
          name: 'opaque',
          secret: 'opaque-secret',
          firstParty: true,
          grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
          redirectUris: ['http://localhost:4444/callback'],
          permissions: ['auth:execute', 'users:write', 'users:reveal'],
        },
      ],
    },
  });
  const api = createBackendSuite(suite);

  /** What is alive of an account. */
  async function left(accountId: string): Promise<readonly string[]> {
    const { artifacts } = suite.server.server.store;
    const models = ['SessionLife', 'Grant', 'Session', 'SessionProof'];
    const found = await Promise.all(models.map((model) => artifacts.listByAccount(model, accountId, Date.now(), 10)));
    return found.flat().map(({ model }) => model);
  }

  for (const model of ['SessionProof', 'Grant', 'GrantContext', 'AccessToken', 'RefreshToken']) {
    it(`its ${model}: nothing of it is good for anything`, async () => {
      const [address, token] = [suite.address(), await api.token('opaque')];
      const id = await api.create(address);
      const first = await api.authenticate(address, await api.codeFor(address, {}, token), {}, token);
      const session_id = first.body.session_id;
      const code = await api.codeFor(address, {}, token);
      const { reached, open } = gate.hold(model);
      const joining = api.authenticate(address, code, { session_id }, token);
      await reached;
      expect((await api.logout(session_id, token)).status).to.equal(204);
      open();
      const answer = await joining;
      expect([answer.status, answer.body.message], answer.text).to.deep.equal([400, 'Session not found']);
      expect(await left(id)).to.deep.equal([]);
      expect((await api.refresh(first.body.refresh_token, token)).status).to.equal(400);
    });
  }

  it('its AccessToken in the refresh over the API', async () => {
    const [address, token] = [suite.address(), await api.token('opaque')];
    await api.create(address);
    const { body } = await api.authenticate(address, await api.codeFor(address, {}, token), {}, token);
    const { reached, open } = gate.hold('AccessToken');
    const refreshing = api.refresh(body.refresh_token, token);
    await reached;
    await api.logout(body.session_id, token);
    open();
    const answer = await refreshing;
    expect([answer.status, answer.body.error_code]).to.deep.equal([400, 'auth_invalid_credentials']);
  });
});
