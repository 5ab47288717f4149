import { expect } from 'chai';
import { accountWith, noticesTo } from '../../support/account.ts';
import type { Browser } from '../../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';
import type { Page } from '../../support/page.ts';

const HOSTILE = '"><script>alert(1)</script>';

describe('console: accounts', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });
  let owner: Browser;

  before(async () => {
    owner = await signInAsOwner(suite);
  });

  const go = (browser: Browser, path: string) => browser.get(`${suite.server.issuer}${path}`);

  async function find(q: string): Promise<Page> {
    await go(owner, '/admin/accounts');
    return owner.submit('search-submit', { q });
  }

  /** Somebody who has signed in at the demo application. */
  async function person(): Promise<{ address: string; browser: Browser; path: string; id: string }> {
    const [address, browser] = [suite.address('person'), suite.browser()];
    await suite.signIn(browser, address);
    const { id } = await accountWith(suite, address);
    return { address, browser, id, path: `/admin/accounts/${id}` };
  }

  it('are listed masked, and found by exactly what they are known by, its masked form and their id', async () => {
    const { address, id } = await person();
    for (const q of [address, ` ${address.toUpperCase()} `, id]) {
      const page = await find(q);
      expect([page.status, page.url.pathname, page.url.search], q).to.deep.equal([200, `/admin/accounts/${id}`, '']);
    }
    for (const q of ['p***@e***.org', 'p•••@e•••.org']) {
      const page = await find(q);
      expect([page.status, page.url.searchParams.get('q')], q).to.deep.equal([200, q]);
      expect(page.text, q).to.include(id).and.to.include('p•••@e•••.org').and.to.not.include(address);
    }
    const all = await find('');
    expect([all.status, all.url.search]).to.deep.equal([200, '']);
    expect(all.text).to.not.include(address).and.to.not.include('person.');
  });

  it('that nobody has are said to be unknown, with what was typed', async () => {
    for (const q of ['nobody@example.org', '+4915112345678', 'p0b5v0tTYbV4tYc2nP8sHg']) {
      const page = await find(q);
      expect([page.status, page.value('search')], q).to.deep.equal([404, q]);
      expect(page.textOf('search-hint')).to.include('Nobody is known by this');
    }
  });

  it('are not searched for by a part of an address', async () => {
    for (const q of ['person', 'person@', HOSTILE]) {
      const page = await find(q);
      expect([page.status, page.value('search')], q).to.deep.equal([422, q]);
      expect(page.html).to.not.include('<script>alert');
      expect(page.textOf('search-hint')).to.include('no whole address');
    }
  });

  it('come page by page', async () => {
    for (let count = 0; count < 27; count += 1) {
      await go(owner, '/admin/accounts/new');
      await owner.submit('save', { identifier: suite.address('many') });
      expect(owner.page.textOf('done')).to.include('The account is there');
    }
    const ids = new Set<string>();
    let page = await go(owner, '/admin/accounts');
    for (;;) {
      for (const [, id = ''] of page.html.matchAll(/href="\/admin\/accounts\/([^/"?]{22}|account-of-[^"]+)"/g))
        ids.add(id);
      if (!page.has('next-page')) break;
      page = await owner.click('next-page');
    }
    const stored = await suite.server.server.store.accounts.list(null, 500);
    expect([...ids].sort()).to.deep.equal(stored.map(({ id }) => encodeURIComponent(id)).sort());
  });

  it('are made for somebody, who signs in to them later', async () => {
    const address = suite.address('prepared');
    await go(owner, '/admin/accounts');
    await owner.click('new-account');
    await owner.submit('save', { identifier: address });
    const { id } = await accountWith(suite, address);
    expect(owner.page.url.pathname).to.equal(`/admin/accounts/${id}`);
    expect(owner.page.text).to.include('Unverified');
    const { tokens } = await suite.signIn(suite.browser(), address);
    expect(tokens.claims()?.sub).to.equal(id);
    expect((await go(owner, `/admin/accounts/${id}`)).text)
      .to.include('Verified')
      .and.to.not.include('Unverified');
    const [event] = await suite.events({ type: 'account.created', accountId: id });
    expect(event?.actor).to.match(/^console:o•••@e•••\.org \(/);
  });

  it('are refused beside the field, with what was typed', async () => {
    const { address } = await person();
    for (const [identifier, said] of [
      ['ada@', 'no e-mail address'],
      [HOSTILE, 'no e-mail address'],
      [address, 'Somebody is known by this already'],
    ] as const) {
      await go(owner, '/admin/accounts/new');
      const page = await owner.submit('save', { identifier });
      expect(page.status).to.be.oneOf([409, 422]);
      expect(page.value('identifier')).to.equal(identifier);
      expect(page.textOf('identifier-problem')).to.include(said);
      expect(page.html).to.not.include('<script>alert');
    }
  });

  it('have attributes that tokens say, and that are checked one by one', async () => {
    const { path, address } = await person();
    await go(owner, path);
    let page = await owner.submit('attributes-save', {
      name: HOSTILE,
      birthdate: 'yesterday',
      website: 'javascript:x',
    });
    expect(page.status).to.equal(422);
    expect(page.value('name')).to.equal(HOSTILE);
    expect(page.textOf('birthdate-problem')).to.include('Expected YYYY-MM-DD');
    expect(page.textOf('website-problem')).to.include('https');
    expect(page.html).to.not.include('<script>alert');
    page = await owner.submit('attributes-save', { birthdate: '1815-12-10', website: '' });
    expect(page.status).to.equal(200);
    expect(page.textOf('done')).to.include('Saved');
    expect((await accountWith(suite, address)).attributes).to.deep.equal({ name: HOSTILE, birthdate: '1815-12-10' });
    expect(page.html).to.not.include('<script>alert');
    const [event] = await suite.events({ type: 'account.changed' });
    expect(JSON.stringify(event)).to.include('birthdate').and.to.not.include('1815');
  });

  it('are not overwritten by whoever has read them before somebody else changed them', async () => {
    const { path, address } = await person();
    const slow = owner.tab();
    await go(slow, path);
    await go(owner, path);
    await owner.submit('attributes-save', { name: 'First' });
    const page = await slow.submit('attributes-save', { name: 'Second' });
    expect(page.status).to.equal(409);
    expect(page.textOf('version-problem')).to.include('Somebody else has changed');
    expect(page.value('name')).to.equal('Second');
    expect((await accountWith(suite, address)).attributes).to.deep.equal({ name: 'First' });
    await slow.submit('attributes-save', {});
    expect((await accountWith(suite, address)).attributes).to.deep.equal({ name: 'Second' });
  });

  it('are signed out, from one browser or from all', async () => {
    const { path, address, browser } = await person();
    const elsewhere = suite.browser();
    await suite.signIn(elsewhere, address);
    expect((await go(owner, path)).has('end-2')).to.equal(true);
    await owner.click('end-1');
    expect(owner.page.textOf('done')).to.include('The session has ended');
    expect(owner.page.has('end-2')).to.equal(false);
    await owner.click('end-all');
    expect(owner.page.text).to.include('Not signed in anywhere');
    for (const one of [browser, elsewhere]) {
      await suite.begin(one);
      expect(one.page.has('identifier')).to.equal(true);
    }
  });

  it('are disabled after a question, which kills what lives, and enabled again', async () => {
    const { path, browser, address } = await person();
    const { tokens } = await suite.signIn(browser, address);
    await go(owner, path);
    await owner.click('disable');
    expect(owner.page.text).to.include('Disable this account?').and.to.include(address);
    await owner.click('confirm');
    expect(owner.page.textOf('done')).to.include('Disabled');
    expect(await (await suite.party()).introspect(tokens.access_token)).to.deep.equal({ active: false });
    expect((await find(address)).text).to.include('Disabled');
    await go(owner, path);
    await owner.click('enable');
    expect(owner.page.textOf('done')).to.include('Enabled');
    expect((await suite.signIn(suite.browser(), address)).tokens.access_token).to.be.a('string');
  });

  it('are deleted after a question, and are not here any more', async () => {
    const { path, address } = await person();
    await go(owner, path);
    await owner.click('delete');
    await owner.click('confirm');
    expect(owner.page.url.pathname).to.equal('/admin/accounts');
    expect(owner.page.textOf('done')).to.include('deleted');
    for (const gone of [path, `${path}/delete`, `${path}/disable`]) {
      expect((await go(owner, gone)).status, gone).to.equal(404);
      expect(owner.page.text).to.include('There is nothing at this address');
    }
    expect(await noticesTo(suite, address)).to.have.length(1);
    expect((await find(address)).text).to.include('Nobody found');
  });

  it('are shown masked to whoever only looks, without what may be done', async () => {
    const { path, address } = await person();
    await go(owner, path);
    await owner.submit('attributes-save', { name: 'Somebody Particular' });
    const viewer = await signInAs(suite, 'viewer', path);
    const { page } = viewer.browser;
    expect(page.status).to.equal(200);
    expect(page.text).to.include('p•••@e•••.org').and.to.not.include(address).and.to.not.include('Particular');
    for (const id of ['disable', 'delete', 'end-all', 'end-1', 'attributes-save'])
      expect(page.has(id), id).to.equal(false);
  });

  it('are changed by nobody whose role does not allow it, whatever they send', async () => {
    const { path, id, address } = await person();
    const viewer = await signInAs(suite, 'viewer', path);
    const csrf = viewer.browser.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    expect(csrf).to.not.equal('');
    const deeds = ['disable', 'delete', 'enable', 'lift-hold', 'end-sessions', 'attributes', 'sessions/x/end'];
    for (const deed of deeds) {
      const page = await viewer.browser.postFrom(suite.server.issuer, `${suite.server.issuer}${path}/${deed}`, {
        csrf,
      });
      expect(page.status, deed).to.equal(403);
      expect(page.text, deed).to.include('Not for your role');
    }
    const made = await viewer.browser.postFrom(suite.server.issuer, `${suite.server.issuer}/admin/accounts/new`, {
      csrf,
      identifier: suite.address('sneaked'),
    });
    expect(made.status).to.equal(403);
    for (const question of ['disable', 'delete'])
      expect((await go(viewer.browser, `${path}/${question}`)).status).to.equal(403);
    expect(await accountWith(suite, address)).to.include({ id, status: 'active' });
    expect((await suite.server.server.store.accounts.list(null, 500)).some(({ id: one }) => one === id)).to.equal(true);
  });

  it('are changed by no form of another page, nor by one without its token', async () => {
    const { path, address } = await person();
    const disable = `${suite.server.issuer}${path}/disable`;
    await go(owner, path);
    const csrf = owner.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    const page = await owner.clone().postFrom('https://evil.example', disable, { csrf });
    expect(page.status, 'another site').to.equal(403);
    for (const fields of [{}, { csrf: 'x' }]) {
      const refused = await owner.postFrom(suite.server.issuer, disable, fields);
      expect(refused.status).to.equal(403);
      expect(refused.text).to.include('Form too old');
    }
    expect(await accountWith(suite, address)).to.include({ status: 'active' });
  });
});
