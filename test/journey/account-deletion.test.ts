import { expect } from 'chai';
import { accountWith, addIdentifier, noticesTo, openAccount } from '../support/account.ts';
import { useServer } from '../support/journey.ts';

const OFFLINE = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };

describe('journey: somebody deletes their account', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('only after they said that they mean it', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await openAccount(suite, browser, address);
    await browser.click('account-delete');
    expect(browser.page.text).to.contain(address);
    await browser.submit('delete-confirm');
    expect(browser.page.alert).to.contain('Nothing has been deleted');
    expect((await accountWith(suite, address)).status).to.equal('active');
  });

  it('kills its sessions, its refresh tokens and its opaque tokens at once (R-35)', async () => {
    const [here, other, address, party] = [suite.browser(), suite.browser(), suite.address(), await suite.party()];
    const { tokens } = await suite.signIn(other, address, OFFLINE);
    const { verifier } = await suite.begin(other);
    const code = other.landedAt().searchParams.get('code') ?? '';
    await openAccount(suite, here, address, '/account/delete');
    await here.submit('delete-confirm', { sure: 'yes' });
    expect(here.page.url.pathname).to.equal('/account/deleted');
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      expect(await party.introspect(token)).to.deep.equal({ active: false });
    }
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(refreshed.body.error).to.equal('invalid_grant');
    expect((await party.exchange(code, verifier)).body.error).to.equal('invalid_grant');
    const userinfo = await fetch(`${suite.server.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(userinfo.status).to.equal(401);
    for (const browser of [here, other]) {
      await browser.get((await party.start({ prompt: 'none' })).url);
      expect(browser.landedAt().searchParams.get('error')).to.equal('login_required');
    }
  });

  it('leaves nothing of its sign-ins behind', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(suite.browser(), address, OFFLINE);
    await openAccount(suite, browser, address, '/account/delete');
    const { id } = await accountWith(suite, address);
    await browser.submit('delete-confirm', { sure: 'yes' });
    const { artifacts, accounts } = suite.server.server.store;
    expect(await accounts.findById(id)).to.equal(null);
    for (const model of ['SessionLife', 'Session', 'Grant']) {
      expect(await artifacts.listByAccount(model, id, Date.now(), 10), model).to.deep.equal([]);
    }
    expect((await suite.events({ type: 'account.deleted', accountId: id }))[0]?.identifier).to.match(/•••/);
  });

  it('is told so at every identifier’s channel, and may come back as somebody new: no sub is given twice (R-34)', async () => {
    const [browser, address, number] = [suite.browser(), suite.address('grace'), suite.number()];
    const { tokens } = await suite.signIn(browser, address);
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, number);
    await browser.click('account-delete');
    await browser.submit('delete-confirm', { sure: 'yes' });
    expect((await noticesTo(suite, address))[0]).to.contain('g•••@e•••.org');
    expect((await noticesTo(suite, number))[0]).to.contain('deleted');
    for (const identifier of [address, number]) {
      const again = await suite.signIn(suite.browser(), identifier);
      expect(again.tokens.claims()?.sub).to.not.equal(tokens.claims()?.sub);
    }
  });
});
