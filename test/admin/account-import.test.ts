import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';

interface Result {
  readonly outcome: string;
  readonly id: string | null;
  readonly reason: string | null;
}

describe('Admin API: importing accounts', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);

  const post = (body: object) => admin.call('POST', '/accounts/import', { body });
  async function imported(accounts: readonly object[], terms: object = {}): Promise<readonly Result[]> {
    const { status, body, text } = await post({ accounts, ...terms });
    expect(status, text).to.equal(200);
    return body.results as unknown as readonly Result[];
  }
  const outcomesOf = (results: readonly Result[]): string[] => results.map(({ outcome, reason }) => reason ?? outcome);

  it('answers each by an outcome of their own, in their order', async () => {
    const [ada, bob] = [suite.address('ada'), suite.address('bob')];
    const results = await imported([
      { email: ada, name: 'Ada' },
      { email: 'nobody' },
      { email: bob, birthdate: 'yesterday' },
      { email: bob, unknown: 1 },
      { name: 'Nobody' },
      { email: bob, created_at: '2020-01-01T00:00:00+01:00' },
    ]);
    expect(outcomesOf(results)).to.deep.equal([
      'created',
      'identifier_invalid',
      'attribute_invalid',
      'record_invalid',
      'identifier_missing',
      'created',
    ]);
    expect(outcomesOf(await imported([{ email: ada }, { email: bob }]))).to.deep.equal(['existing', 'existing']);
    const found = await admin.call('POST', '/accounts/find', { body: { email: bob } });
    expect(found.body).to.include({ created_at: Date.parse('2019-12-31T23:00:00Z') });
  });

  it('is one event for all of them, and one for each who is new', async () => {
    const address = suite.address('eve');
    const { body: key } = await admin.call('POST', '/keys', { body: { name: 'importer', scope: 'write' } });
    const accounts = [{ email: address }, { email: 'nobody' }];
    await admin.call('POST', '/accounts/import', { key: String(key.key), body: { accounts } });
    const actor = `key:${String(key.id)} (importer)`;
    const [batch] = await suite.events({ type: 'accounts.imported', actor });
    expect(batch).to.include({ reason: '1 created, 0 there already, 1 refused' });
    const [created] = await suite.events({ type: 'account.created', actor });
    expect(created?.accountId).to.be.a('string');
    expect(JSON.stringify([batch, created])).to.not.include(address);
  });

  it('of the same people by many at once makes each account once', async () => {
    const people = Array.from({ length: 10 }, () => ({ email: suite.address('many') }));
    const all = await Promise.all(Array.from({ length: 10 }, () => imported(people)));
    for (const index of people.keys()) {
      const outcomes = all.map((results) => results[index]?.outcome);
      expect(outcomes.filter((outcome) => outcome === 'created')).to.have.length(1);
      expect(new Set(all.map((results) => results[index]?.id)).size).to.equal(1);
    }
  });

  it('gives an id to one person only, and an address to no second one', async () => {
    const terms = { keep_ids: true, trust_verified: true };
    const [one, other] = [suite.address(), suite.address()];
    const id = `legacy|${one}`.slice(0, 200);
    expect(outcomesOf(await imported([{ id: 'a b', email: one }], terms))).to.deep.equal(['id_invalid']);
    const safe = id.replace('@', ':');
    expect(outcomesOf(await imported([{ id: safe, email: one, email_verified: true }], terms))).to.deep.equal([
      'created',
    ]);
    expect(outcomesOf(await imported([{ id: safe, email: other }], terms))).to.deep.equal(['id_taken']);
    expect(outcomesOf(await imported([{ id: `${safe}2`, email: one }], terms))).to.deep.equal(['identifier_taken']);
    const both = {
      id: safe,
      email: one,
      email_verified: true,
      phone_number: suite.number(),
      phone_number_verified: true,
    };
    expect(outcomesOf(await imported([both], terms))).to.deep.equal(['identifier_taken']);
  });

  it('lets somebody sign in as whom they were, and nobody before they have proven it', async () => {
    const address = suite.address('zoe');
    const id = `legacy-${address.split('@')[0]}`;
    await imported([{ id, email: address, email_verified: true }], { keep_ids: true });
    const { tokens } = await suite.signIn(suite.browser(), address, { parameters: { scope: 'openid email' } });
    expect(tokens.claims()).to.include({ sub: id, email_verified: true });
  });

  it('takes 500 at most, names that are none from nobody, and keys of the scope write only', async () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ email: `m${index}@example.org` }));
    expect((await post({ accounts: many })).status).to.equal(400);
    expect((await post({ accounts: [] })).status).to.equal(400);
    const hostile = await admin.call('POST', '/accounts/import', {
      body: '{"accounts":[{"__proto__":{}}]}',
      headers: { 'content-type': 'application/json' },
    });
    expect(hostile.status).to.equal(400);
    const made = await admin.call('POST', '/keys', { body: { name: 'reader', scope: 'read' } });
    const refused = await admin.call('POST', '/accounts/import', {
      key: String(made.body.key),
      body: { accounts: [{}] },
    });
    expect(refused.status).to.equal(403);
  });

  // Bug: tokens of a person and those that an application has for itself could have the same `sub`.
  it('gives nobody the id of an application', async () => {
    const accounts = ['demo', 'countersign-admin', 'demo-none'].map((id) => ({ id, email: suite.address() }));
    const results = await imported(accounts, { keep_ids: true });
    expect(outcomesOf(results)).to.deep.equal(['id_taken', 'id_taken', 'created']);
  });

  // Bug: the same import, made again, brought back who was deleted, or gave their id to somebody else.
  it('gives nobody the id of somebody who was deleted', async () => {
    const id = 'legacy|deleted';
    expect(outcomesOf(await imported([{ id, email: suite.address() }], { keep_ids: true }))).to.deep.equal(['created']);
    expect((await admin.call('DELETE', `/accounts/${encodeURIComponent(id)}`)).status).to.equal(204);
    await suite.events({ type: 'account.deleted', accountId: id });
    const again = await imported([{ id, email: suite.address() }], { keep_ids: true });
    expect(outcomesOf(again)).to.deep.equal(['id_taken']);
  });
});
