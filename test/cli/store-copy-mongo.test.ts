import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { CopyResult } from '../../src/cli/copy-result.ts';
import type { Store } from '../../src/ports/store.ts';
import { HOSTILE_IDS } from '../contract/parallel.ts';
import {
  accountOf,
  clientOf,
  keyOf,
  memberOf,
  organizationOf,
  provenEmail,
  resourceOf,
  START,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { command, startCommand, useFolder } from './command-line.ts';
import { moveOf } from './moving.ts';

const ACCOUNTS = 2000;

describeWithMongo('command line: store copy from SQLite to MongoDB', (server) => {
  const folder = useFolder();
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(server());
  });
  afterEach(() => database.drop());

  const seed = async (fill: (store: Store) => Promise<unknown>): Promise<void> => {
    const source = await openSqliteStore({ path: folder('source.db') });
    await fill(source).finally(() => source.close());
  };
  const argsOf = (): string[] => ['store', 'copy', '--from', `sqlite:${folder('source.db')}`, '--to', database.url];

  it('brings accounts, organizations, clients and keys over as they are', async () => {
    const accounts = HOSTILE_IDS.map((id, index) =>
      accountOf({
        id,
        identifiers: [
          provenEmail(`${index}@example.org`),
          provenEmail(`also-${index}@example.org`, { primary: false }),
        ],
        attributes: { name: 'Ada', nested: { $set: [1, null] } },
        consents: [{ clientId: 'shop', scopes: ['openid'], claims: [], grantedAt: START }],
        devices: [{ id: 'device', name: 'Firefox on Linux', createdAt: START, expiresAt: START + 1 }],
        held: { since: START, until: START + 1 },
        version: 3,
      }),
    );
    const clients = [clientOf({ secrets: [{ salt: 's', hash: 'h', createdAt: START }] }), clientOf()];
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
    await seed(async (store) => {
      for (const account of accounts) await store.accounts.createOrFind(account);
      for (const resource of resources) await store.resources.create(resource);
      for (const client of clients) await store.clients.create(client);
      for (const organization of organizations) await store.organizations.create(organization);
      for (const member of members) await store.organizations.putMember(member);
      for (const key of keys) await store.keys.create(key);
    });
    const { code, out, err } = await command(argsOf());
    expect(code, out + err).to.equal(0);
    const target = await openMongoStore({ url: database.url });
    expect(await target.accounts.list(null, 100)).to.have.deep.members(accounts);
    expect(await target.clients.list(null, 100)).to.have.deep.members(clients);
    expect(await target.resources.list(null, 100)).to.have.deep.members(resources);
    expect(await target.organizations.list(null, 100)).to.have.deep.members(organizations);
    for (const accountId of ['one', 'two']) {
      expect(await target.organizations.memberships(accountId, 100)).to.have.deep.members(
        members.filter((member) => member.accountId === accountId),
      );
    }
    expect(await target.keys.list()).to.deep.equal(keys);
    await target.close();
  });

  it(`goes on after a kill -9 in the middle of ${ACCOUNTS} accounts`, async function () {
    this.timeout(120_000);
    await seed(async (store) => {
      for (let made = 0; made < ACCOUNTS; made += 500) {
        await Promise.all(Array.from({ length: 500 }, () => store.accounts.createOrFind(accountOf())));
      }
    });
    const killed = startCommand([...argsOf(), '--json'], folder());
    const copied = (): Promise<number> => database.connection.collection('accounts').countDocuments();
    while ((await copied()) < 500) await delay(1);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).code).to.equal(null);
    expect(await copied()).to.be.below(ACCOUNTS);

    const { code, out } = await startCommand([...argsOf(), '--json'], folder()).ended;
    const { outcome, kinds } = JSON.parse(out) as CopyResult;
    expect({ code, outcome }).to.deep.equal({ code: 0, outcome: 'copied' });
    expect(kinds.accounts).to.deep.include({ found: ACCOUNTS, same: ACCOUNTS });
  });

  it('does not show the password of a server that is not there', async () => {
    await seed(async (store) => store.keys.create(keyOf()));
    const { code, out, err } = await command([...argsOf().slice(0, 4), '--to', 'mongodb://app:hunter2@127.0.0.1:1/x']);
    expect(code).to.equal(1);
    expect(err).to.include('127.0.0.1:1');
    expect(out + err).to.not.include('hunter2');
  });
});

describeWithMongo('command line: an installation that moves to MongoDB', (server) => {
  let database: TestDatabase;
  moveOf(async () => {
    database = await createTestDatabase(server());
    return database.url;
  });
  after(() => database.drop());
});
