import { expect } from 'chai';
import { Problem } from '../../src/domain/errors.ts';
import type { AuditEvent } from '../../src/domain/event.ts';
import type { Store } from '../../src/ports/store.ts';
import { ADMIN_KEY, createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

interface Shown {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly account_id: string | null;
  readonly client_id: string | null;
}

/** An hour ago: no upkeep has taken it away, and nothing else in the test happened then. */
const FIRST = Date.now() - 3_600_000;

/** Two events each millisecond. */
const trail = (count: number): AuditEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `event${String(index).padStart(6, '0')}`,
    at: FIRST + Math.floor(index / 2),
    type: index % 3 === 0 ? 'session.started' : 'session.ended',
    accountId: `account${index % 5}`,
    clientId: index % 2 === 0 ? 'even' : null,
    identifier: 'a•••@e•••.org',
    network: '192.0.2.7',
    requestId: `request${index}`,
    reason: null,
    actor: null,
    object: null,
    changes: null,
  }));

describe('Admin API: events', function () {
  this.timeout(30_000);
  const COUNT = 1_205;
  const suite = useServer({ env: withAdmin });
  const administrator = createAdministrator(suite);
  const everything = trail(COUNT);
  const bounds = `from=${FIRST}&until=${FIRST + COUNT}`;
  before(() => suite.server.server.store.events.append(everything));

  const newestFirst = [...everything].sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1));

  async function listed(query: string): Promise<{ items: Shown[]; next_cursor: string | null }> {
    const { status, text, body } = await administrator.call('GET', `/events?${query}`);
    expect(status, text).to.equal(200);
    return body as unknown as { items: Shown[]; next_cursor: string | null };
  }

  async function exported(query: string): Promise<Shown[]> {
    const { status, headers, text } = await administrator.call('GET', `/events/export?${query}`);
    expect(status, text).to.equal(200);
    expect(headers['content-type']).to.contain('application/x-ndjson');
    expect(headers['cache-control']).to.equal('no-store');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Shown);
  }

  it('are listed newest first, each once, whatever is recorded meanwhile', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listed(`${bounds}&limit=100${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).to.be.at.most(100);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
      await administrator.call('GET', '/events', { key: 'not-a-key-at-all-000' });
    } while (cursor !== null && seen.length < COUNT + 100);
    expect(seen).to.deep.equal(newestFirst.map(({ id }) => id));
  });

  it('are narrowed by type, account, client and time, all at once', async () => {
    const query = `type=session.started&account_id=account0&client_id=even&from=${FIRST + 100}&until=${FIRST + 200}`;
    const expected = newestFirst.filter(
      ({ type, accountId, clientId, at }) =>
        type === 'session.started' &&
        accountId === 'account0' &&
        clientId === 'even' &&
        at >= FIRST + 100 &&
        at < FIRST + 200,
    );
    expect(expected.length).to.be.greaterThan(2);
    for (const events of [(await listed(`${query}&limit=100`)).items, await exported(query)]) {
      expect(events.map(({ id }) => id)).to.deep.equal(expected.map(({ id }) => id));
    }
  });

  it('of one administrator say who did what to what, before and after', async () => {
    const { body } = await administrator.call('POST', '/organizations', { body: { name: 'Traced' } });
    const object = `organization:${String(body.id)}`;
    await suite.events({ type: 'organization.created', actor: 'key:ADMIN_API_KEY' });
    const { items } = await listed('actor=key%3AADMIN_API_KEY&type=organization.created');
    expect(items[0]).to.deep.include({
      actor: 'key:ADMIN_API_KEY',
      object,
      changes: [{ field: 'name', before: null, after: '"Traced"' }],
    });
    expect((await listed('actor=key%3Anobody')).items).to.deep.equal([]);
  });

  it('are watched from a moment on: oldest first, each of them, whatever turns up late', async () => {
    const tail = async (query: string) => {
      const { status, text, body } = await administrator.call('GET', `/events/tail?${query}`);
      expect(status, text).to.equal(200);
      return body as unknown as { items: Shown[]; next_cursor: string };
    };
    const client = `client_id=watched`;
    const watched = (at: number, id: string) => ({ ...everything[0], at, id, clientId: 'watched' }) as AuditEvent;
    const { append } = suite.server.server.store.events;
    const now = Date.now();
    await append([watched(now - 40_000, 'one'), watched(now - 20_000, 'two'), watched(now - 1_000, 'four')]);
    const first = await tail(`${client}&from=${now - 60_000}&limit=2`);
    expect(first.items.map(({ id }) => id)).to.deep.equal(['one', 'two']);
    const second = await tail(`${client}&cursor=${first.next_cursor}&limit=2`);
    expect(second.items.map(({ id }) => id)).to.deep.equal(['four']);
    await append([watched(now - 2_000, 'three'), watched(now, 'five')]);
    const third = await tail(`${client}&cursor=${second.next_cursor}`);
    expect(third.items.map(({ id }) => id)).to.deep.equal(['three', 'four', 'five']);
    expect((await tail(client)).items, 'from now on').to.deep.equal([]);
    for (const cursor of ['nowhere', '1.', '1.2', '-1', '1.x.y']) {
      expect((await administrator.call('GET', `/events/tail?cursor=${cursor}`)).status, cursor).to.equal(400);
    }
  });

  it('are exported whole, a line each, as the list shows them', async () => {
    const events = await exported(bounds);
    expect(events.map(({ id }) => id)).to.deep.equal(newestFirst.map(({ id }) => id));
    expect(events.slice(0, 50)).to.deep.equal((await listed(bounds)).items);
    expect(await exported('from=1&until=2')).to.deep.equal([]);
  });

  it('say who did what, and neither key nor address', async () => {
    const address = suite.address('secretive');
    const { body } = await administrator.call('POST', '/accounts', { body: { email: address } });
    await suite.events({ type: 'account.created', accountId: String(body.id) });
    const events = await exported(`account_id=${String(body.id)}`);
    expect(events.map(({ type }) => type)).to.deep.equal(['account.created']);
    expect(JSON.stringify(events)).not.to.contain('secretive').and.not.to.contain(ADMIN_KEY);
    expect(suite.server.logLines.join('\n')).not.to.contain(address).and.not.to.contain(ADMIN_KEY);
  });

  it('are asked for by what there is, and by nothing else (R-59, R-60)', async () => {
    const hostile = [
      'limit=0',
      'limit=101',
      'limit=1e2',
      'limit=1&limit=2',
      'type[$ne]=x',
      'type=%00',
      'account_id=',
      'from=-1',
      'until=tomorrow',
      'cursor=nowhere',
      'cursor=1.',
      'everything=true',
      '__proto__=1',
    ];
    for (const query of hostile) {
      const { status, text, body } = await administrator.call('GET', `/events?${query}`);
      expect(status, `${query}: ${text}`).to.equal(400);
      expect(body.error).to.equal('request_invalid');
    }
    const refused = await administrator.call('GET', '/events/export?limit=1');
    expect(refused.status, refused.text).to.equal(400);
    expect((await listed("client_id=' OR 1=1 --".replaceAll(' ', '%20'))).items).to.deep.equal([]);
  });

  it('are shown to nobody without a key', async () => {
    for (const path of ['/events', '/events/export', '/accounts', '/organizations']) {
      for (const key of [null, 'k'.repeat(43)]) {
        expect((await administrator.call('GET', path, { key })).status, path).to.equal(401);
      }
    }
  });
});

describe('Admin API: an export whose store goes away', function () {
  this.timeout(30_000);
  let lists = 0;
  let lastGood = Infinity;
  const failing = (store: Store): Store => ({
    ...store,
    events: {
      ...store.events,
      async list(filter, limit) {
        lists += 1;
        if (lists > lastGood) throw new Problem('store_unavailable');
        return store.events.list(filter, limit);
      },
    },
  });
  const suite = useServer({ env: withAdmin, overrides: { wrapStore: failing } });
  const asked = (): Promise<Response> =>
    fetch(`${suite.server.listening}/admin/api/events/export?from=${FIRST}&until=${FIRST + 2_000}`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
  before(() => suite.server.server.store.events.append(trail(1_205)));

  it('says so by its status, where nothing was sent yet', async () => {
    [lists, lastGood] = [0, 0];
    const answer = await asked();
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal('5');
    expect(await answer.json()).to.include({ error: 'store_unavailable' });
  });

  it('breaks the connection afterwards, and never looks whole', async () => {
    [lists, lastGood] = [0, 1];
    const answer = await asked();
    expect(answer.status).to.equal(200);
    expect((await rejectionOf(answer.text())).message).to.be.a('string');
  });

  it('is whole as long as the store is there', async () => {
    [lists, lastGood] = [0, Infinity];
    expect((await (await asked()).text()).trim().split('\n')).to.have.length(1_205);
    expect(lists).to.be.greaterThan(2);
  });
});
