import Database from 'better-sqlite3';
import { expect } from 'chai';
import { schema as first } from '../../src/adapters/store-sqlite/migrations/0001-first.ts';
import { migrations } from '../../src/adapters/store-sqlite/migrations/list.ts';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { PLAIN_BRANDING } from '../../src/domain/branding.ts';
import { type Client, USUAL_LIFETIMES } from '../../src/domain/client.ts';
import { challengeOf, clientOf, keyOf, MINUTE, messageOf, provenEmail, START } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';

/** Rows as the program of schema 1 wrote them. */
const ROWS = `
INSERT INTO challenges VALUES (1, 'challenge', 'nonce-of-challenge', 'pepper-1', 'sign-in', 'email', 'ada@example.org',
  'demo', NULL, 'slot', '0123456789', 6, 1, 5, 1, 4, ${START + 30_000}, ${START}, ${START + 5 * MINUTE}, 'open', 0, 0, 'en');
INSERT INTO outbox VALUES (1, 'message', 'challenge', 'code', 'email', 'ada@example.org', 'demo', 'en', 0, 'queued', 0,
  ${START}, ${START}, ${START + 5 * MINUTE}, NULL, NULL, NULL, ${START});
INSERT INTO accounts VALUES ('account', '{"name":"Ada"}', '[]', 'active', ${START}, 3);
INSERT INTO identifiers VALUES ('email', 'ada@example.org', 'account', 0, ${START}, 1);`;

/** What clients of schema 1 had not, as it is from then on. */
const LATER_FIELDS: Partial<Client> = {
  channels: ['email', 'sms'],
  mailProof: 'code',
  secondFactor: 'when-asked',
  rememberDevices: false,
  smsText: null,
  permissions: [],
  resources: [],
  accessTokenFormat: 'opaque',
  backchannelLogoutUri: null,
  organizations: 'none',
  lifetimes: USUAL_LIFETIMES,
  claims: {},
  branding: PLAIN_BRANDING,
  registrationTokenHash: null,
};

describe('SQLite store: a file of a former version', () => {
  let file: ScratchFile;
  beforeEach(() => {
    file = scratchFile();
  });
  afterEach(() => file.remove());

  const within = <Answer>(work: (database: Database.Database) => Answer): Answer => {
    const database = new Database(file.path);
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const writeSchemaOne = (clientDocuments: readonly string[] = []): void =>
    within((database) => {
      database.exec(`BEGIN; ${first}; PRAGMA user_version = 1; COMMIT; ${ROWS}`);
      const insert = database.prepare('INSERT INTO clients VALUES (?, 2, ?)');
      for (const [index, document] of clientDocuments.entries()) insert.run(`client-${index}`, document);
    });
  const versionOf = () => within((database) => database.pragma('user_version', { simple: true }));

  it('is brought up to date with everything in it, and old clients go on with codes', async () => {
    const client = clientOf({ id: 'client-0', version: 2 });
    const former = Object.entries(client).filter(([name]) => !(name in LATER_FIELDS));
    writeSchemaOne([JSON.stringify(Object.fromEntries(former))]);
    const store = await openSqliteStore({ path: file.path });
    const identifier = { channel: 'email', value: 'ada@example.org' } as const;
    const challenge = challengeOf({ id: 'challenge', identifier, slot: 'slot', attempts: 1 });
    expect(await store.challenges.find('challenge')).to.deep.equal(challenge);
    const [leased] = await store.outbox.lease('worker', START, START + MINUTE, 5);
    const inWork = { state: 'leased', tries: 1, leasedBy: 'worker', leasedUntil: START + MINUTE } as const;
    expect(leased?.message).to.deep.equal(messageOf(challenge, { id: 'message', ...inWork }));
    expect(await store.accounts.findByIdentifier(identifier)).to.deep.equal({
      id: 'account',
      identifiers: [provenEmail('ada@example.org')],
      attributes: { name: 'Ada' },
      consents: [],
      devices: [],
      held: null,
      status: 'active',
      createdAt: START,
      version: 3,
    });
    expect(await store.clients.find(client.id)).to.deep.equal({
      ...client,
      ...LATER_FIELDS,
    });
    await store.close();
    expect(versionOf()).to.equal(migrations.length);
  });

  it('lets people and clients be found by what was not looked for then', async () => {
    writeSchemaOne([JSON.stringify(clientOf({ id: 'client-0', name: 'Old Shop' }))]);
    const store = await openSqliteStore({ path: file.path });
    const found = await store.accounts.listByMask('a•••@e•••.org', null, 5);
    expect(found.map(({ id }) => id)).to.deep.equal(['account']);
    expect((await store.clients.search('old sh', null, 5)).map(({ id }) => id)).to.deep.equal(['client-0']);
    await store.close();
  });

  it('has the same schema afterwards as one that is made anew', async () => {
    const schema = () =>
      within((database) =>
        database.prepare("SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'index') ORDER BY name").all(),
      );
    writeSchemaOne();
    await (await openSqliteStore({ path: file.path })).close();
    const updated = schema();
    file.remove();
    file = scratchFile();
    await (await openSqliteStore({ path: file.path })).close();
    expect(updated).to.deep.equal(schema());
  });

  it('has its signing key go on as the first one', async () => {
    writeSchemaOne();
    within((database) =>
      database.exec(`INSERT INTO signing_keys VALUES ('kid', 'RS256', 'sealed', 'active', ${START})`),
    );
    const store = await openSqliteStore({ path: file.path });
    expect(await store.keys.list()).to.deep.equal([keyOf({ id: 'kid', noted: 'active' })]);
    expect(await store.keys.create(keyOf())).to.equal(false);
    await store.close();
  });

  it('stays as it was when a step fails, and says which file', async () => {
    writeSchemaOne(['no JSON']);
    const tables = () => within((database) => database.prepare('SELECT sql FROM sqlite_schema').all());
    const before = tables();
    const error = await rejectionOf(openSqliteStore({ path: file.path }));
    expect(error.message).to.contain(file.path);
    expect(versionOf()).to.equal(1);
    expect(tables()).to.deep.equal(before);
  });
});
