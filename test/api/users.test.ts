import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { accountWith } from '../support/account.ts';
import { createBackend } from '../support/api.ts';
import { useServer } from '../support/journey.ts';

const USERS = '/cis/v1/users';

describe('API: users (R-31, R-33)', function () {
  this.timeout(20_000);
  const clients = [
    { id: 'reader', type: 'machine', secret: 'reader-secret', permissions: ['auth:execute', 'users:reveal'] },
  ];
  const suite = useServer({ settings: { clients } });
  const backend = createBackend(suite);

  const create = (body: unknown) => backend.call(USERS, { body });

  it('are created by an address, in its canonical form, and are not verified', async () => {
    const address = suite.address();
    const { status, headers, body } = await create({ email: ` ${address.toUpperCase()} ` });
    expect(status).to.equal(201);
    expect(headers['cache-control']).to.equal('no-store');
    const { id, createdAt } = await accountWith(suite, address);
    expect(body).to.deep.equal({
      result: {
        user_id: id,
        status: 'Active',
        created_at: createdAt,
        updated_at: createdAt,
        email: { value: address, email_verified: false },
      },
    });
  });

  it('are created by a number', async () => {
    const number = suite.number();
    const { status, body } = await create({ phone_number: number });
    expect(status).to.equal(201);
    expect(body.result).to.deep.include({ phone_number: { value: number, phone_number_verified: false } });
  });

  it('are found by what they are known by, and are themselves from the first proof on', async () => {
    const address = suite.address();
    const { body } = await create({ email: address });
    const { user_id: id } = body.result as { user_id: string };
    const { tokens } = await suite.signIn(suite.browser(), address, { parameters: { scope: 'openid email' } });
    expect(tokens.claims()).to.include({ sub: id, email: address, email_verified: true });
    const [event] = await suite.events({ type: 'identifier.proven', accountId: id });
    expect(event).to.include({ clientId: 'demo' });
    const again = await suite.signIn(suite.browser(), address);
    expect(again.tokens.claims()?.sub).to.equal(id);
    expect(await suite.events({ type: 'identifier.proven', accountId: id })).to.have.length(1);
  });

  it('are not there twice, however they are spelled, whoever made them', async () => {
    const [made, known] = [suite.address(), suite.address()];
    await create({ email: made });
    await suite.signIn(suite.browser(), known);
    for (const email of [made, made.toUpperCase(), known]) {
      const { status, body } = await create({ email });
      expect(status).to.equal(409);
      expect(body).to.deep.equal({
        message: 'A user with this identifier exists',
        error_code: 409,
        ts_error_code: 'identifier_taken',
      });
    }
  });

  it('are made once, however many ask at the same time', async () => {
    const token = await backend.token();
    const email = suite.address();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => backend.call(USERS, { token, body: { email } })),
    );
    expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 409)).to.have.length(19);
  });

  it('have one identifier at first: who proves one of two must not get what the other brought (R-33)', async () => {
    const { status, body } = await create({ email: suite.address(), phone_number: suite.number() });
    expect(status).to.equal(400);
    expect(body).to.deep.equal({
      message: ['expected either email or phone_number; the person adds the other one'],
      error_code: 400,
    });
  });

  it('begin anew when their owner comes: what was begun in their name is over (R-33)', async () => {
    const address = suite.address();
    const { body } = await create({ email: address });
    const { user_id: accountId } = body.result as { user_id: string };
    const { artifacts } = suite.server.server.store;
    const artifact = { accountId, clientId: 'demo-backend', payload: 'x', uid: null, createdAt: Date.now() };
    const rest = { expiresAt: Date.now() + 60_000, consumedAt: null, successor: null };
    await artifacts.save({ ...artifact, ...rest, model: 'SessionLife', id: 'squatter', grantId: null });
    await artifacts.save({ ...artifact, ...rest, model: 'Grant', id: 'squatters-grant', grantId: 'squatter' });
    await artifacts.save({ ...artifact, ...rest, model: 'RefreshToken', id: 'token', grantId: 'squatters-grant' });
    await suite.signIn(suite.browser(), address);
    for (const [model, id] of [
      ['SessionLife', 'squatter'],
      ['Grant', 'squatters-grant'],
      ['RefreshToken', 'token'],
    ] as const) {
      expect(await artifacts.find(model, id, Date.now()), model).to.equal(null);
    }
  });

  it('say nothing of themselves that is not so: no field makes an address verified (R-31, R-60)', async () => {
    const email = suite.address();
    const extra = { email_verified: true, status: 'Disabled', user_id: 'mine', is_admin: true, attributes: { a: 1 } };
    const { status, body } = await create({ email, ...extra });
    expect(status).to.equal(201);
    expect(body.result).to.deep.include({ status: 'Active', email: { value: email, email_verified: false } });
    expect((await accountWith(suite, email)).attributes).to.deep.equal({});
  });

  it('are written by clients with the permission only', async () => {
    const email = suite.address();
    const { status, headers, body } = await backend.call(USERS, {
      token: await backend.token('reader'),
      body: { email },
    });
    expect(status).to.equal(403);
    expect(headers['www-authenticate']).to.contain('insufficient_scope');
    expect(body).to.deep.equal({ message: 'The client does not have the permission for this', error_code: 403 });
    expect(await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: email })).to.equal(
      null,
    );
  });

  it('and with a token that was asked for with less, nobody does more', async () => {
    const token = await backend.token('demo-backend', { scope: 'auth:execute' });
    expect(decodeJwt(token).scope).to.equal('auth:execute');
    expect((await backend.call(USERS, { token, body: { email: suite.address() } })).status).to.equal(403);
  });

  it('leave a line in the audit trail, with the client (R-66)', async () => {
    const { body } = await create({ email: suite.address() });
    const { user_id: accountId } = body.result as { user_id: string };
    const [event] = await suite.events({ type: 'account.created', accountId });
    expect(event).to.include({ clientId: 'demo-backend' });
    expect(event?.identifier).to.match(/•••@/);
  });
});
