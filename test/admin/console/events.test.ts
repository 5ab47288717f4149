import { expect } from 'chai';
import { accountWith } from '../../support/account.ts';
import type { Browser } from '../../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';

const HOSTILE = '"><script>alert(1)</script>';

describe('console: events', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });
  let owner: Browser;
  let id: string;
  let address: string;

  before(async () => {
    owner = await signInAsOwner(suite);
    address = suite.address('seen');
    await suite.signIn(suite.browser(), address);
    ({ id } = await accountWith(suite, address));
    await suite.events({ type: 'session.started', accountId: id });
  });

  const go = (path: string, browser = owner) => browser.get(`${suite.server.issuer}${path}`);
  const filtered = async (conditions: Record<string, string>) => {
    await go('/admin/events');
    return owner.submit('filter-submit', conditions);
  };

  it('say in words what happened, newest first, and nothing that tells who it was', async () => {
    const page = await go('/admin/events');
    expect(page.text).to.include('Signed in').and.to.include('s•••@e•••.org').and.to.not.include(address);
  });

  it('are narrowed by what, whom, where and when', async () => {
    const found = await filtered({ type: 'session.started', account: address, client: 'demo', from: '2000-01-01' });
    expect(found.text).to.include(id).and.to.not.include('Nothing matches');
    expect(found.value('account'), 'whoever was found, by their id').to.equal(id);
    expect(found.url.searchParams.get('account')).to.equal(id);
    expect((await filtered({ account: id })).text).to.include('Account created');
    for (const none of [
      { type: 'key.retired' },
      { client: 'nobody' },
      { until: '2000-01-01' },
      { from: '2999-01-01' },
    ]) {
      expect((await filtered(none)).text, JSON.stringify(none)).to.include('Nothing matches');
    }
    const today = new Date().toISOString().slice(0, 10);
    expect((await filtered({ account: id, from: today, until: today })).text, 'the last day as a whole').to.include(
      'Signed in',
    );
  });

  it('say what is no condition beside its field, and keep what was typed', async () => {
    for (const [name, value, said, status] of [
      ['from', HOSTILE, 'Expected a day', 422],
      ['until', '2026-13-45', 'Expected a day', 422],
      ['account', 'nobody@example.org', 'Nobody is known', 404],
      ['account', 'nobody@', 'no whole address', 422],
    ] as const) {
      const page = await filtered({ [name]: value });
      expect(page.status).to.equal(status);
      expect(page.value(name)).to.equal(value);
      expect(page.textOf(`${name}-problem`)).to.include(said);
      expect(page.html).to.not.include('<script>alert');
    }
    for (const hostile of [{ actor: HOSTILE }, { type: HOSTILE }, { client: HOSTILE }, { account: HOSTILE }]) {
      const page = await filtered(hostile);
      expect(page.status).to.equal(200);
      expect(page.html).to.not.include('<script>alert');
    }
    expect((await go(`/admin/events?${new URLSearchParams({ cursor: HOSTILE })}`)).status).to.equal(400);
  });

  it('come page by page, all of them and each once', async () => {
    const seen: string[] = [];
    let page = await filtered({ account: id });
    const places = () =>
      [...page.html.matchAll(/href="\/admin\/events\/(\d+\.[^"]+)"/g)].map(([, place = '']) => place);
    for (let count = 0; count < 30; count += 1) {
      await go(`/admin/accounts/${id}`);
      await owner.submit('attributes-save', { nickname: `n${count}` });
    }
    await suite.events({ type: 'account.changed', accountId: id }, 30);
    for (page = await filtered({ account: id }); ; page = await owner.click('next-page')) {
      seen.push(...places());
      if (!page.has('next-page')) break;
    }
    const stored = await suite.server.server.store.events.list({ accountId: id }, 500);
    expect(seen).to.deep.equal(stored.map((event) => `${event.at}.${event.id}`));
  });

  it('show what an administrator has changed, before and after, and lead to all of theirs', async () => {
    await go('/admin/organizations/new');
    await owner.submit('save', { name: 'Before' });
    await owner.submit('rename-save', { name: HOSTILE });
    await suite.events({ type: 'organization.renamed' });
    const list = await filtered({ type: 'organization.renamed' });
    const [, href = ''] = /href="(\/admin\/events\/\d+\.[^"]+)"/.exec(list.html) ?? [];
    const page = await go(href);
    expect(page.title).to.include('Organization renamed');
    expect(page.text).to.include('"Before"').and.to.include('→').and.to.include('alert(1)');
    expect(page.html).to.include('<del>').and.to.include('<ins>');
    expect(page.html).to.not.include('<script>alert');
    const [, theirs = ''] = /href="(\/admin\/events\?actor=[^"]+)"/.exec(page.html) ?? [];
    expect((await go(theirs)).text)
      .to.include('Organization renamed')
      .and.to.include('Administrator signed in');
  });

  it('that are not there are not found', async () => {
    for (const place of [
      '1.x',
      'x',
      `${Date.now()}.${'a'.repeat(22)}`,
      '9'.repeat(30),
      `1.${encodeURIComponent(HOSTILE)}`,
    ]) {
      const page = await go(`/admin/events/${place}`);
      expect(page.status, place).to.be.oneOf([400, 404]);
    }
  });

  it('are taken along as the Admin API exports them, with the same filter', async () => {
    await filtered({ account: id, type: 'account.changed' });
    const page = await owner.click('export');
    expect(page.headers.get('content-type')).to.equal('application/x-ndjson');
    expect(page.headers.get('content-disposition')).to.include('attachment');
    const lines = page.html
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; account_id: string });
    expect(lines).to.have.length.at.least(30);
    expect(lines.every((line) => line.type === 'account.changed' && line.account_id === id)).to.equal(true);
    for (const query of ['from=x', `account=${address}`]) {
      expect((await go(`/admin/events/export?${query}`)).status, query).to.equal(400);
    }
  });

  it('are read by viewers, too, and by nobody who is not signed in', async () => {
    const { browser } = await signInAs(suite, 'viewer', '/admin/events');
    expect(browser.page.status).to.equal(200);
    expect((await go('/admin/events/export', browser)).headers.get('content-type')).to.equal('application/x-ndjson');
    const stranger = suite.browser();
    for (const path of ['/admin/events', '/admin/events/export', '/admin/accounts', '/admin']) {
      expect((await go(path, stranger)).has('identifier'), path).to.equal(true);
    }
  });
});
