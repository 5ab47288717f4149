import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { CopyResult } from '../../src/cli/copy-result.ts';
import type { Account } from '../../src/domain/account.ts';
import type { Store } from '../../src/ports/store.ts';
import { HOSTILE_IDS } from '../contract/parallel.ts';
import {
  accountOf,
  administratorOf,
  clientOf,
  keyOf,
  memberOf,
  organizationOf,
  provenEmail,
  resourceOf,
  START,
} from '../support/factories.ts';
import { command, type Outcome, useFolder } from './command-line.ts';

describe('command line: store copy', () => {
  const folder = useFolder();
  const [source, target] = [
    (): string => `sqlite:${folder('source.db')}`,
    (): string => `sqlite:${folder('target.db')}`,
  ];

  /** Opens a store for a moment: the file belongs to one at a time. */
  async function within<Answer>(name: 'source' | 'target', work: (store: Store) => Promise<Answer>): Promise<Answer> {
    const store = await openSqliteStore({ path: folder(`${name}.db`) });
    return work(store).finally(() => store.close());
  }
  const add = (name: 'source' | 'target', accounts: readonly Account[]): Promise<void> =>
    within(name, async (store) => {
      for (const account of accounts) expect((await store.accounts.createOrFind(account)).created).to.equal(true);
    });
  const accountsOf = (name: 'source' | 'target'): Promise<Account[]> =>
    within(name, (store) => store.accounts.list(null, 10_000));
  const copy = (...options: string[]): Promise<Outcome> =>
    command(['store', 'copy', '--from', source(), '--to', target(), ...options]);
  const result = ({ out }: Outcome): CopyResult => JSON.parse(out) as CopyResult;

  it('brings accounts, organizations, clients and keys over as they are', async () => {
    const accounts = HOSTILE_IDS.map((id, index) =>
      accountOf({
        id,
        identifiers: [
          provenEmail(`${index}@example.org`),
          provenEmail(`also-${index}@example.org`, { primary: false }),
        ],
        attributes: JSON.parse('{"__proto__":{"admin":true},"$set":1,"a.b":2,"":3}') as Account['attributes'],
        consents: [{ clientId: 'shop', scopes: ['openid', 'email'], claims: ['sub'], grantedAt: START }],
        devices: [{ id: 'device', name: 'Firefox on Linux', createdAt: START, expiresAt: START + 1 }],
        held: { since: START, until: START + 1 },
        status: index % 2 === 0 ? 'disabled' : 'active',
        version: 7,
      }),
    );
    const clients = [clientOf({ version: 3, secrets: [{ salt: 's', hash: 'h', createdAt: START }] }), clientOf()];
    const resources = HOSTILE_IDS.map((id) => resourceOf({ id, signingAlg: 'ES256', version: 2 }));
    const organizations = HOSTILE_IDS.map((id) => organizationOf({ id, name: id, version: 4, updatedAt: START + 1 }));
    const members = HOSTILE_IDS.flatMap((organizationId) =>
      ['one', 'two'].map((accountId) => memberOf({ organizationId, accountId, roles: ['$set', organizationId] })),
    );
    const keys = [
      keyOf({ createdAt: START - 2, withdrawnAt: START - 1 }),
      keyOf({ generation: 2, createdAt: START - 1, activeFrom: START + 1, replacesLeaked: true }),
      keyOf({ alg: 'ES256' }),
    ];
    const administrators = [
      administratorOf({ email: 'ada@example.org', role: 'owner', acceptedAt: START + 1 }),
      administratorOf({ email: 'eve@example.org', version: 3 }),
    ];
    await add('source', accounts);
    await within('source', async (store) => {
      for (const administrator of administrators) await store.administrators.create(administrator);
      for (const resource of resources) await store.resources.create(resource);
      for (const client of clients) await store.clients.create(client);
      for (const organization of organizations) await store.organizations.create(organization);
      for (const member of members) await store.organizations.putMember(member);
      for (const key of keys) await store.keys.create(key);
    });
    const { code, out, err } = await copy();
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    expect(out)
      .to.include('Everything is there')
      .and.match(/Not moved: sessions, .*tokens/);
    expect(out).to.include('keep SECRET as it is');
    expect(await accountsOf('target')).to.have.deep.members(accounts);
    await within('target', async (store) => {
      expect(await store.administrators.list()).to.deep.equal(administrators);
      expect(await store.clients.list(null, 10)).to.have.deep.members(clients);
      expect(await store.resources.list(null, 100)).to.have.deep.members(resources);
      expect(await store.organizations.list(null, 100)).to.have.deep.members(organizations);
      expect(await store.organizations.memberships('two', 100)).to.have.deep.members(
        members.filter(({ accountId }) => accountId === 'two'),
      );
      expect(await store.keys.list()).to.deep.equal(await within('source', ({ keys: stored }) => stored.list()));
    });
  });

  it('tells scripts what it did, and what it did not', async () => {
    await add('source', [accountOf({ id: 'a' }), accountOf({ id: 'b' })]);
    const copied = await copy('--json');
    expect(copied.code).to.equal(0);
    const { outcome, kinds, notMoved, from } = result(copied);
    expect({ outcome, from }).to.deep.equal({ outcome: 'copied', from: source() });
    expect(kinds.accounts).to.deep.include({ found: 2, same: 2, created: 2, missing: { count: 0, ids: [] } });
    expect(notMoved.join()).to.include('sessions').and.include('audit');
  });

  it('changes nothing when everything is there already', async () => {
    await add('source', [accountOf(), accountOf()]);
    await copy();
    const before = await accountsOf('target');
    const again = await copy('--json');
    expect(again.code).to.equal(0);
    expect(result(again).kinds.accounts).to.deep.include({ found: 2, same: 2, created: 0 });
    expect(await accountsOf('target')).to.deep.equal(before);
  });

  it('refuses a target that lives already, and touches nothing in it', async () => {
    await add('source', [accountOf({ id: 'ours' })]);
    const theirs = accountOf({ id: 'theirs' });
    await add('target', [theirs]);
    const refused = await copy();
    expect(refused.code).to.equal(1);
    expect(refused.out).to.include('Only in the target accounts: theirs').and.include('--force');
    expect(result(await copy('--json')).outcome).to.equal('target_occupied');
    expect(await accountsOf('target')).to.deep.equal([theirs]);
  });

  it('copies what is missing into one with --force, and leaves its own in peace', async () => {
    const [ours, theirs] = [accountOf(), accountOf()];
    await add('source', [ours]);
    await add('target', [theirs]);
    expect((await copy('--force')).code).to.equal(0);
    expect(await accountsOf('target')).to.have.deep.members([ours, theirs]);
  });

  it('ends with 1 and names who could not come because an address is taken, without the address', async () => {
    const shared = [provenEmail('shared@example.org')];
    await add('source', [accountOf({ id: 'newcomer', identifiers: shared }), accountOf({ id: 'other' })]);
    await add('target', [accountOf({ id: 'owner', identifiers: shared })]);
    const { code, out } = await copy('--force');
    expect(code).to.equal(1);
    expect(out).to.include('Missing accounts: newcomer').and.not.include('shared@');
    const { missing, created } = result(await copy('--force', '--json')).kinds.accounts;
    expect({ missing, created }).to.deep.equal({ missing: { count: 1, ids: ['newcomer'] }, created: 0 });
  });

  it('ends with 1 and names the key when the target signs with one of its own', async () => {
    await within('source', (store) => store.keys.create(keyOf({ id: 'ours' })));
    await within('target', (store) => store.keys.create(keyOf({ id: 'theirs' })));
    expect((await copy()).out).to.include('Only in the target signing keys: theirs');
    const forced = await copy('--force');
    expect(forced.code).to.equal(1);
    expect(forced.out).to.include('Missing signing keys: ours');
  });

  it('does not take an account for copied that was disabled in the source after an interrupted copy', async () => {
    const account = accountOf({ id: 'changed' });
    await add('source', [account]);
    await copy();
    await within('source', (store) => store.accounts.update({ ...account, status: 'disabled' }));
    const { code, out } = await copy();
    expect(code).to.equal(1);
    expect(out).to.include('Different accounts: changed');
  });

  it('names a member whose roles were changed, and one that the target alone has', async () => {
    const organization = organizationOf({ id: 'org' });
    const member = memberOf({ organizationId: 'org', accountId: 'ada' });
    await within('source', async ({ organizations }) => {
      await organizations.create(organization);
      await organizations.putMember(member);
    });
    expect(result(await copy('--json')).kinds.members).to.deep.include({ found: 1, created: 1, same: 1 });
    expect(result(await copy('--json')).kinds.members).to.deep.include({ found: 1, created: 0, same: 1 });
    await within('target', async ({ organizations }) => {
      await organizations.putMember({ ...member, roles: ['owner'] });
      await organizations.putMember({ ...member, accountId: 'eve' });
    });
    const { code, out } = await copy('--force');
    expect(code).to.equal(1);
    expect(out).to.include('Different members: org ada');
    expect((await copy()).out).to.include('Only in the target members: org eve');
    const kept = await within('target', ({ organizations }) => organizations.members('org', null, 10));
    expect(kept.map(({ roles }) => roles)).to.deep.equal([['owner'], []]);
  });

  it('takes declared clients as they come: every start writes them anew', async () => {
    const declared = clientOf({ id: 'declared', source: 'configuration' });
    await within('source', (store) => store.clients.create(declared));
    await within('target', async (store) => {
      await store.clients.create({ ...declared, updatedAt: START + 1, secrets: [] });
      await store.clients.create(clientOf({ source: 'configuration' }));
    });
    expect((await copy()).code).to.equal(0);
  });

  it('does not make a source out of a mistyped name', async () => {
    const { code, err } = await copy();
    expect(code).to.equal(1);
    expect(err).to.include('source.db does not exist');
    expect(existsSync(folder('source.db'))).to.equal(false);
    expect(existsSync(folder('target.db'))).to.equal(false);
  });

  it('takes an empty source for a mistake', async () => {
    await within('source', async () => undefined);
    expect(result(await copy('--json')).outcome).to.equal('source_empty');
    expect((await copy('--force')).code).to.equal(1);
  });

  it('waits for nobody who has the source open', async () => {
    const answer = await within('source', () => copy());
    expect(answer.code).to.equal(1);
    expect(answer.err).to.include('in use by another process');
  });

  it('shows how far it is to somebody who watches', async () => {
    await add(
      'source',
      Array.from({ length: 600 }, () => accountOf()),
    );
    const { err } = await command(['store', 'copy', '--from', source(), '--to', target()], 80);
    expect(err).to.match(/\raccounts {2}\[#{20}\.{4}\] {2}83 % {2}500 of 600/);
    expect(err).to.match(/\raccounts {2}\[#{24}\] 100 % {2}600 of 600/);
    expect(err.endsWith('\r')).to.equal(true);
  });
});
