import { expect } from 'chai';
import { enterCode, useServer } from '../support/journey.ts';

describe('safety: a disabled account is out at once (R-35)', function () {
  this.timeout(20_000);
  const suite = useServer();

  async function disable(address: string): Promise<void> {
    const { accounts } = suite.server.server.store;
    const account = await accounts.findByIdentifier({ channel: 'email', value: address });
    if (account === null) throw new Error('no such account');
    await accounts.update({ ...account, status: 'disabled' });
  }

  it('with its sessions, its access tokens and its refresh tokens, wherever they are shown', async () => {
    const [browser, address, party] = [suite.browser(), suite.address(), await suite.party()];
    const parameters = { scope: 'openid email offline_access', prompt: 'consent' };
    const { tokens } = await suite.signIn(browser, address, { parameters });
    expect((await party.introspect(tokens.access_token)).active).to.equal(true);
    await disable(address);
    expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
    expect(await party.introspect(tokens.refresh_token ?? '')).to.deep.equal({ active: false });
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(refreshed.body.error).to.equal('invalid_grant');
    const userinfo = await fetch(`${suite.server.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userinfo.status).to.equal(401);
    await suite.begin(browser, { parameters: { prompt: 'none' } });
    expect(browser.landedAt().searchParams.get('error')).to.equal('login_required');
  });

  it('with the authorization code it has just been given', async () => {
    const [browser, address, party] = [suite.browser(), suite.address(), await suite.party()];
    await suite.signIn(browser, address);
    const { verifier } = await suite.begin(browser);
    const code = browser.landedAt().searchParams.get('code') ?? '';
    await disable(address);
    expect((await party.exchange(code, verifier)).body.error).to.equal('invalid_grant');
  });

  it('and proves an address in vain: the application hears no, and nobody is signed in', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(suite.browser(), address);
    await disable(address);
    await suite.begin(browser);
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.landedAt().searchParams.get('error')).to.equal('access_denied');
    expect(browser.cookies().filter(({ name }) => name === 'session')).to.deep.equal([]);
  });
});
