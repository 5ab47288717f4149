import { expect } from 'chai';
import type { Account } from '../../src/domain/account.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, type SignedIn, useServer, wrongCode } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

describe('journey: an account that was disabled (R-35)', () => {
  const suite = useServer();

  async function setStatus(address: string, status: Account['status']): Promise<void> {
    const { accounts } = suite.server.server.store;
    const account = await accounts.findByIdentifier({ channel: 'email', value: address });
    if (account === null) throw new Error('there is no such account');
    expect(await accounts.update({ ...account, status })).not.to.equal(null);
  }

  async function disabled(): Promise<SignedIn & { browser: Browser; address: string }> {
    const [browser, address] = [suite.browser(), suite.address()];
    const result = await suite.signIn(browser, address);
    await setStatus(address, 'disabled');
    return { ...result, browser, address };
  }

  it('has no tokens any more', async () => {
    const { tokens } = await disabled();
    const party = await suite.party();
    expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
    expect(await party.introspect(tokens.refresh_token ?? '')).to.deep.equal({ active: false });
    expect((await rejectionOf(party.userinfo(tokens.access_token))).message).to.be.a('string');
    expect(await rejectionOf(party.refresh(tokens.refresh_token ?? ''))).to.include({ error: 'invalid_grant' });
  });

  it('has no session any more: its browser is asked who is there', async () => {
    const { browser } = await disabled();
    await suite.begin(browser, { parameters: { prompt: 'none' } });
    expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
    for (const parameters of [{}, { prompt: 'select_account' }, { max_age: '9999' }]) {
      await suite.begin(browser, { parameters });
      expect(browser.page.status).to.equal(200);
      expect(browser.page.has('identifier')).to.equal(true);
    }
  });

  it('is told that it cannot sign in, once its person has proven the address', async () => {
    const { address } = await disabled();
    const browser = suite.browser();
    const { state } = await suite.begin(browser);
    const code = await suite.askForCode(browser, address);
    expect((await enterCode(browser, wrongCode(code))).alert).to.contain('4 tries left');
    await enterCode(browser, code);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied', state });
    await suite.begin(browser, { parameters: { prompt: 'none' } });
    expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
  });

  it('cannot finish a sign-in that has begun before', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(suite.browser(), address);
    await suite.begin(browser);
    const code = await suite.askForCode(browser, address);
    await setStatus(address, 'disabled');
    await enterCode(browser, code);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
  });

  it('leaves the browser to somebody else', async () => {
    const { browser, tokens } = await disabled();
    const started = await suite.begin(browser);
    await enterCode(browser, await suite.askForCode(browser, suite.address('grace')));
    if (browser.stoppedAt === null) await browser.click('proceed-submit');
    const other = await suite.finish(browser, started);
    expect(other.tokens.claims()?.sub).to.be.a('string').and.not.to.equal(tokens.claims()?.sub);
  });

  it('can sign in again when it is enabled, as the same person', async () => {
    const { address, tokens } = await disabled();
    await setStatus(address, 'active');
    const again = await suite.signIn(suite.browser(), address);
    expect(again.tokens.claims()?.sub).to.equal(tokens.claims()?.sub);
  });
});
