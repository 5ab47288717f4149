import { expect } from 'chai';
import type { Browser } from '../../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';
import { colleague, comesBack, forTeam, withOrganizations } from '../../support/organizations.ts';

const HOSTILE = '"><script>alert(1)</script>';

describe('console: organizations', function () {
  this.timeout(30_000);
  const suite = useServer({ ...withOrganizations(), env: withOwner });
  let owner: Browser;

  before(async () => {
    owner = await signInAsOwner(suite);
  });

  const go = (browser: Browser, path: string) => browser.get(`${suite.server.issuer}${path}`);

  /** @returns where it is looked at */
  async function made(name: string): Promise<string> {
    await go(owner, '/admin/organizations/new');
    await owner.submit('save', { name });
    expect(owner.page.textOf('done')).to.include('The organization is there');
    return owner.page.url.pathname;
  }

  it('are made, get members, and are in the tokens of these', async () => {
    const { browser, sub, address } = await colleague(suite);
    const path = await made('Analytical Engines');
    const page = await owner.submit('add-member', { person: sub, roles: 'admin, billing' });
    expect(page.textOf('done')).to.include('added');
    expect(page.text).to.include('admin').and.to.include('billing').and.to.not.include(address);
    const started = await suite.begin(browser, forTeam('team'));
    const { tokens } = await comesBack(suite, browser, started, 'team');
    expect(tokens.claims()).to.deep.include({ org_name: 'Analytical Engines', roles: ['admin', 'billing'] });
    expect((await go(owner, `/admin/accounts/${sub}`)).text).to.include('Analytical Engines');
    const [event] = await suite.events({ type: 'member.put', accountId: sub });
    expect(event?.actor).to.match(/^console:/);
    expect(event?.object).to.equal(`organization:${path.split('/').at(-1)}`);
  });

  it('change the roles of a member, and let one go', async () => {
    const { sub } = await colleague(suite);
    const path = await made('Changing');
    await owner.submit('add-member', { person: sub, roles: 'guest' });
    await go(owner, `${path}/members/${sub}`);
    expect(owner.page.value('roles')).to.equal('guest');
    let page = await owner.submit('save', { roles: 'auditor <b>' });
    expect(page.status).to.equal(400);
    expect(page.value('roles')).to.equal('auditor <b>');
    expect(page.textOf('roles-problem')).to.include('A role has');
    page = await owner.submit('save', { roles: 'auditor' });
    expect(page.text).to.include('auditor').and.to.not.include('guest');
    await go(owner, `${path}/members/${sub}`);
    await owner.click('leave');
    expect(owner.page.textOf('done')).to.include('removed');
    expect(owner.page.text).to.include('No member yet');
    expect((await go(owner, `${path}/members/${sub}`)).status).to.equal(404);
  });

  it('take no member whom nobody knows, and keep what was typed', async () => {
    await made('Unknown');
    for (const person of ['nobody@example.org', 'nobody', HOSTILE, 'aaaaaaaaaaaaaaaaaaaaaa']) {
      const page = await owner.submit('add-member', { person, roles: 'guest' });
      expect(page.status).to.be.oneOf([404, 422]);
      expect(page.value('person')).to.equal(person);
      expect(page.value('roles')).to.equal('guest');
      expect(page.textOf('person-problem')).to.match(/Nobody is known|no e-mail address/);
      expect(page.html).to.not.include('<script>alert');
    }
  });

  it('are renamed by whoever has seen the present name', async () => {
    const path = await made('Old');
    const slow = owner.tab();
    await go(slow, path);
    await owner.submit('rename-save', { name: HOSTILE });
    expect(owner.page.textOf('done')).to.include('Renamed');
    expect(owner.page.title).to.include(HOSTILE);
    expect(owner.page.html).to.not.include('<script>alert');
    const late = await slow.submit('rename-save', { name: 'Late' });
    expect(late.status).to.equal(409);
    expect(late.value('name')).to.equal('Late');
    expect(late.textOf('name-problem')).to.include('Somebody else');
    const empty = await owner.submit('rename-save', { name: '  ' });
    expect(empty.status).to.equal(400);
    expect(empty.textOf('name-problem')).to.include('between 1 and 100');
    const list = await go(owner, '/admin/organizations');
    expect(list.text).to.include(HOSTILE);
    expect(list.html).to.not.include('<script>alert');
  });

  it('are removed after a question, and are not here any more', async () => {
    const path = await made('Leaving');
    await owner.click('remove');
    expect(owner.page.text).to.include('Leaving');
    await owner.click('confirm');
    expect(owner.page.textOf('done')).to.include('removed');
    for (const gone of [path, `${path}/remove`, `${path}/members/x`])
      expect((await go(owner, gone)).status).to.equal(404);
  });

  it('are looked at, and not changed, by a viewer', async () => {
    const path = await made('Looked at');
    const { browser } = await signInAs(suite, 'viewer', path);
    expect(browser.page.status).to.equal(200);
    for (const id of ['add-member', 'rename-save', 'remove']) expect(browser.page.has(id), id).to.equal(false);
    const csrf = browser.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    for (const deed of ['rename', 'members', 'remove', 'members/x', 'members/x/remove']) {
      const page = await browser.postFrom(suite.server.issuer, `${suite.server.issuer}${path}/${deed}`, {
        csrf,
        name: 'x',
      });
      expect(page.status, deed).to.equal(403);
      expect(page.text, deed).to.include('Not for your role');
    }
    expect((await go(browser, '/admin/organizations/new')).status).to.equal(403);
    expect((await go(owner, path)).text).to.include('Looked at');
  });
});
