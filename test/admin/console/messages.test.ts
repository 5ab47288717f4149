import { expect } from 'chai';
import type { Message } from '../../../src/domain/message.ts';
import type { Browser } from '../../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { challengeOf, freshId, messageOf } from '../../support/factories.ts';
import { useServer } from '../../support/journey.ts';

const MINUTE = 60_000;

describe('console: messages', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });
  let owner: Browser;
  before(async () => {
    owner = await signInAsOwner(suite);
  });

  const go = (path: string, browser = owner) => browser.get(`${suite.server.issuer}${path}`);

  /** A notice that nobody tries before long. */
  async function waiting(overrides: Partial<Message> = {}): Promise<Message> {
    const now = Date.now();
    const message = messageOf(challengeOf({ createdAt: now }), {
      id: freshId('message'),
      challengeId: null,
      template: 'notice',
      notice: { kind: 'identifier_added', identifier: 'a•••@e•••.org' },
      to: { channel: 'email', value: suite.address() },
      createdAt: now,
      notBefore: now + 10 * MINUTE,
      notAfter: now + 60 * MINUTE,
      ...overrides,
    });
    await suite.server.server.store.outbox.add([message]);
    return message;
  }

  async function failed(): Promise<Message> {
    const { outbox } = suite.server.server.store;
    const message = await waiting();
    const later = Date.now() + 11 * MINUTE;
    for (const { message: one } of await outbox.lease('test', later, later + MINUTE, 100)) {
      await outbox.settle(one.id, 'test', { state: 'failed', outcome: '550 no such mailbox' });
    }
    return message;
  }

  it('that failed is found by its recipient, looked at, and sent once more after a question', async () => {
    const { id, to } = await failed();
    await go('/admin/messages');
    const page = await owner.submit('filter-submit', { to: to.value.toUpperCase(), state: 'failed' });
    expect(page.text).to.include('550 no such mailbox').and.to.include('Failed');
    expect(page.html.replaceAll(/value="[^"]*"/g, ''), 'masked but for what was typed').to.not.include(to.value);
    await go(`/admin/messages/${id}`);
    expect(owner.page.textOf('state')).to.include('Failed');
    expect(owner.page.has('drop'), 'it does not wait').to.equal(false);
    await owner.click('retry');
    expect(owner.page.text).to.include('Send this message now?');
    await owner.click('confirm');
    expect(owner.page.textOf('done')).to.include('due now');
    expect(await suite.server.messages(to.value, 1)).to.have.length(1);
    const [event] = await suite.events({ type: 'message.retried' });
    expect(event?.actor).to.match(/^console:/);
    await suite.delivered();
    await go(`/admin/messages/${id}/retry`);
    const refused = await owner.click('confirm');
    expect([refused.status, refused.textOf('problem')]).to.deep.equal([
      409,
      'What became of this message is settled meanwhile.',
    ]);
  });

  it('that waits is given up', async () => {
    const { id, to } = await waiting();
    await go(`/admin/messages/${id}`);
    await owner.click('drop');
    await owner.click('confirm');
    expect(owner.page.textOf('done')).to.include('given up');
    expect(owner.page.textOf('state')).to.include('Dropped');
    expect(owner.page.has('retry')).to.equal(false);
    expect(await suite.server.inbox(to.value)).to.deep.equal([]);
  });

  it('are listed page by page with the filter kept, and nothing typed is lost', async () => {
    const client = freshId('client');
    for (let count = 0; count < 26; count += 1) await waiting({ clientId: client });
    await go(`/admin/messages?client=${client}&state=queued`);
    expect(owner.page.value('client')).to.equal(client);
    await owner.click('next-page');
    expect(owner.page.url.searchParams.get('client')).to.equal(client);
    expect(owner.page.has('next-page')).to.equal(false);
    await go('/admin/messages');
    const kept = await owner.submit('filter-submit', { client, state: 'queued' });
    expect(kept.url.search, 'a link that can be kept').to.equal(`?state=queued&client=${client}`);
    const refused = await owner.submit('filter-submit', { to: 'nobody' });
    expect(refused.value('client')).to.equal(client);
    expect([refused.status, refused.value('to')]).to.deep.equal([422, 'nobody']);
    expect(refused.textOf('to-problem')).to.include('no whole address');
    expect((await go('/admin/messages?state=lost')).status).to.equal(200);
    expect((await go('/admin/messages/unknown')).status).to.equal(404);
  });

  it('to somebody come page by page, too', async () => {
    const to = { channel: 'email', value: suite.address('flooded') } as const;
    const ids: string[] = [];
    for (let count = 0; count < 27; count += 1) ids.push((await waiting({ to })).id);
    await waiting({ to, state: 'dropped' });
    await go('/admin/messages');
    const listed = (): string[] => ids.filter((id) => owner.page.html.includes(`href="/admin/messages/${id}"`));
    await owner.submit('filter-submit', { to: to.value, state: 'queued' });
    const first = listed();
    expect(first).to.have.length(25);
    await owner.click('next-page');
    expect([owner.page.value('to'), owner.page.value('state')]).to.deep.equal([to.value, 'queued']);
    expect([...first, ...listed()].sort()).to.deep.equal(ids.sort());
    expect(owner.page.has('next-page')).to.equal(false);
    await owner.click('first-page');
    expect(listed()).to.deep.equal(first);
    await go('/admin/messages');
    await owner.submit('filter-submit', { to: to.value }, { forced: { cursor: 'nonsense' } });
    expect(owner.page.status).to.equal(400);
  });

  it('are looked at by viewers, who change nothing', async () => {
    const { browser } = await signInAs(suite, 'viewer');
    const { id } = await waiting();
    await go(`/admin/messages/${id}`, browser);
    expect(browser.page.has('retry') || browser.page.has('drop')).to.equal(false);
    expect((await go(`/admin/messages/${id}/drop`, browser)).status).to.equal(403);
  });
});
