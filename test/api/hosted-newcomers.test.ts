import { expect } from 'chai';
import { decodeJwt } from 'jose';
import type { Account } from '../../src/domain/account.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';

const MINUTE = 60_000;

describe('API: people who are new become users when their code is exchanged (contracts.md §4.3)', function () {
  this.timeout(20_000);
  const suite = useServer();
  const hosted = createHosted(suite);
  const accountBy = (value: string): Promise<Account | null> =>
    suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value });

  it('not before: neither by a right code nor by the result', async () => {
    const address = suite.address();
    const code = await hosted.authorizationCode(address);
    expect(await accountBy(address)).to.equal(null);
    const { status, body } = await hosted.exchange(code);
    expect(status).to.equal(200);
    expect((await accountBy(address))?.id).to.equal(decodeJwt(String(body.id_token)).sub);
    const [event] = await suite.events({
      type: 'account.created',
      accountId: String(decodeJwt(String(body.id_token)).sub),
    });
    expect(event?.clientId).to.equal('demo-backend');
  });

  it('never, when nobody exchanges it: the browser is signed in nowhere', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await hosted.authorizationCode(address, { browser });
    await suite.begin(browser);
    expect(browser.page.has('identifier')).to.equal(true);
    await browser.get(`${suite.server.issuer}/account`);
    expect(browser.page.has('identifier')).to.equal(true);
    expect(await accountBy(address)).to.equal(null);
  });

  it('only where the client has asked for it, and the application lets people sign up', async () => {
    const [address, known] = [suite.address(), suite.address()];
    expect((await hosted.send(address, { create_new_user: false })).status).to.equal(404);
    await suite.signIn(suite.browser(), known);
    const code = await hosted.authorizationCode(known, { send: { create_new_user: false } });
    expect((await hosted.exchangeAtApi(code)).body.is_user_created).to.equal(false);
  });

  it('not when somebody else has the address by then', async () => {
    const address = suite.address();
    const code = await hosted.authorizationCode(address);
    const { tokens } = await suite.signIn(suite.browser(), address);
    const { status, body } = await hosted.exchange(code);
    expect([status, body.error]).to.deep.equal([400, 'invalid_grant']);
    expect((await accountBy(address))?.id).to.equal(tokens.claims()?.sub);
  });

  it('once: of two results for one address the one that is exchanged first', async () => {
    const address = suite.address();
    const codes = [await hosted.authorizationCode(address), await hosted.authorizationCode(address)];
    const answers = await Promise.all(codes.map((code) => hosted.exchange(code)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400]);
  });

  it('and have the id that the browser was told of before', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const code = await hosted.authorizationCode(address, { browser });
    const { body } = await hosted.exchange(code);
    const started = await suite.begin(browser);
    const { tokens } = await suite.finish(browser, started);
    expect(tokens.claims()?.sub).to.equal(decodeJwt(String(body.id_token)).sub);
  });

  it('are not made again out of what is left of them once they were deleted (R-34)', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const first = await hosted.exchange(await hosted.authorizationCode(address, { browser }));
    const { sub = '' } = decodeJwt(String(first.body.id_token));
    await suite.server.server.store.accounts.remove(sub);
    await suite.begin(browser, { clientId: 'demo-backend' });
    expect(browser.page.has('identifier')).to.equal(true);
    const again = await hosted.exchange(await hosted.authorizationCode(address));
    expect(decodeJwt(String(again.body.id_token)).sub).not.to.equal(sub);
  });

  it('are turned away when they were disabled between the code and the result, or the exchange', async () => {
    const { accounts } = suite.server.server.store;
    const disable = async (address: string): Promise<void> => {
      const account = await accountBy(address);
      if (account === null) throw new Error('nobody');
      await accounts.update({ ...account, status: 'disabled' });
    };
    const [early, late] = [suite.address(), suite.address()];
    for (const address of [early, late]) await suite.signIn(suite.browser(), address);
    const result = await hosted.prove(early);
    await disable(early);
    expect((await hosted.open(result))?.searchParams.get('error')).to.equal('access_denied');
    const code = await hosted.authorizationCode(late);
    await disable(late);
    expect((await hosted.exchange(code)).body.error).to.equal('invalid_grant');
  });

  it('have two minutes to open the result', async () => {
    const time = suite.freeze();
    const result = await hosted.prove(suite.address());
    time.advance(2 * MINUTE + 1);
    expect((await hosted.open(result))?.searchParams.get('error')).to.equal('access_denied');
  });
});

describe('API: hosted sign-ins where sign-up is closed', function () {
  this.timeout(20_000);
  const suite = useServer({ env: { SIGN_UP: 'closed' } });
  const hosted = createHosted(suite);

  it('a client that wants new users is told that there are none to be had', async () => {
    const { status, body } = await hosted.send(suite.address());
    expect(status).to.equal(400);
    expect(body.message).to.deep.equal(['create_new_user: sign-up is not allowed for this app']);
  });
});
