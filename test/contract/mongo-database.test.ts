import { expect } from 'chai';
import { SCHEMA_VERSION } from '../../src/adapters/store-mongo/prepare.ts';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import {
  accountOf,
  artifactOf,
  challengeOf,
  keyOf,
  messageOf,
  provenEmail,
  START,
  spendFrom,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { rejectionOf } from '../support/rejection.ts';
import { freePort } from '../support/server.ts';
import { parallel } from './parallel.ts';

describeWithMongo('MongoDB store: the database', (server) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(server());
  });
  afterEach(() => database.drop());

  const versionDocument = () => database.collection('meta').findOne({ _id: 'schema' });
  const setVersion = (version: number) =>
    database.collection('meta').updateOne({ _id: 'schema' }, { $set: { version } }, { upsert: true });
  const indexesOf = async (name: string) => database.collection(name).indexes();

  it('is made ready once, however many nodes start at once', async () => {
    const stores = await parallel(() => openMongoStore({ url: database.url }), 10);
    const names = (await indexesOf('events')).map(({ name }) => name);
    const pairs = ['account-client', 'account-type', 'actor-account', 'actor-client', 'actor-type', 'client-type'];
    const narrowing = ['account', 'actor', 'client', 'type', ...pairs];
    expect(names.toSorted()).to.deep.equal(['_id_', 'time', ...narrowing].sort());
    expect(await versionDocument()).to.deep.equal({ _id: 'schema', version: SCHEMA_VERSION });
    await Promise.all(stores.map((store) => store.close()));
  });

  it('refuses a database from a newer version and does not touch it (R-85)', async () => {
    await setVersion(SCHEMA_VERSION + 1);
    const error = await rejectionOf(openMongoStore({ url: database.url }));
    expect(error.message)
      .to.contain('newer version')
      .and.to.contain(`schema ${SCHEMA_VERSION + 1}`)
      .and.to.contain(database.name);
    expect(await versionDocument()).to.deep.equal({ _id: 'schema', version: SCHEMA_VERSION + 1 });
    expect(await database.collections()).to.deep.equal(['meta']);
  });

  it('leaves deletion by the server to what ended days ago, and keeps what has no end out of its reach', async () => {
    const store = await openMongoStore({ url: database.url });
    for (const collection of ['artifacts', 'challenges', 'budgets', 'outbox']) {
      const expiring = (await indexesOf(collection)).filter(
        ({ expireAfterSeconds }) => expireAfterSeconds !== undefined,
      );
      expect(expiring.map(({ expireAfterSeconds }) => expireAfterSeconds)).to.deep.equal([2 * 86_400]);
    }
    await store.artifacts.save(artifactOf({ expiresAt: null }));
    const endless = await database.collection('artifacts').findOne({});
    expect(endless?.expiresAt).to.deep.equal(new Date(8_640_000_000_000_000));
    await store.close();
  });

  it('keeps moments as dates, ids as text and attributes as JSON', async () => {
    const store = await openMongoStore({ url: database.url });
    const account = accountOf({ attributes: { $set: { 'a.b': 1 } }, identifiers: [provenEmail('ada@example.org')] });
    await store.accounts.createOrFind(account);
    expect(await database.collection('accounts').findOne({})).to.deep.include({
      _id: account.id,
      attributes: '{"$set":{"a.b":1}}',
      createdAt: new Date(START),
      pendingSince: null,
    });
    expect(await database.collection('identifiers').findOne({})).to.deep.equal({
      _id: 'email:ada@example.org',
      accountId: account.id,
      masked: 'a•••@e•••.org',
    });
    await store.close();
  });

  it('keeps one key of each generation of an algorithm', async () => {
    const store = await openMongoStore({ url: database.url });
    const keys = [keyOf(), keyOf({ generation: 2 }), keyOf({ generation: 3 }), keyOf({ alg: 'ES256' })];
    for (const key of keys) expect(await store.keys.create(key)).to.equal(true);
    expect(await store.keys.create(keyOf())).to.equal(false);
    expect(await store.keys.list()).to.have.deep.members(keys);
    await store.close();
  });

  describe('opening what cannot be opened', () => {
    const messageFor = async (url: string) => (await rejectionOf(openMongoStore({ url }))).message;

    it('says where nobody answers, and no password', async function unreachable() {
      this.timeout(20_000);
      const place = `127.0.0.1:${await freePort()}`;
      const message = await messageFor(`mongodb://someone:pass%40word@${place}/countersign?authSource=admin`);
      expect(message).to.contain(`${place}/countersign`).and.to.contain('ECONNREFUSED');
      expect(message).to.not.match(/someone|pass|admin/);
    });

    for (const url of [
      'mongodb://',
      'mongodb://someone:pass/word@127.0.0.1:1/x',
      'mongodb://someone:pass@word@127.0.0.1:1/x',
      'mongodb://someone:pass:word@127.0.0.1:port/x',
      'mongodb://127.0.0.1:1/x?nonsense=password',
      'mongodb+srv://someone:pass@127.0.0.1:1/x',
    ]) {
      it(`says that the URL is wrong, and no part of it that could be secret: ${url}`, async () => {
        const message = await messageFor(url);
        expect(message).to.contain('the URL of the MongoDB store is not a valid connection string');
        expect(message).to.not.match(/pass|someone|nonsense/);
      });
    }
  });

  describe('what is wrong with a request', () => {
    it('is told without the address or the id it is about', async () => {
      const store = await openMongoStore({ url: database.url });
      const challenge = challengeOf({ id: 'id-of-somebody' });
      await store.challenges.open(challenge, messageOf(challenge), 1, []);
      const again = await rejectionOf(store.challenges.open(challenge, messageOf(challenge), 1, []));
      const unfit = { ...challengeOf(), slot: { $gt: 'id-of-somebody' } } as unknown as typeof challenge;
      const refused = await rejectionOf(store.challenges.open(unfit, messageOf(unfit), 1, []));
      for (const error of [again, refused]) {
        expect(`${error.message} ${String(error.cause)}`).to.not.contain('id-of-somebody');
        expect(error).to.not.have.property('code', 'store_unavailable');
      }
      await store.close();
    });

    it('obeys no operator that comes where a value belongs', async () => {
      const store = await openMongoStore({ url: database.url });
      const anything = { $gt: '' } as unknown as string;
      const spend = spendFrom(1);
      const challenge = challengeOf();
      await store.budgets.spend([spend], START);
      await store.challenges.open(challenge, messageOf(challenge), 1, []);
      for (const attempt of [
        () => store.challenges.find(anything),
        () => store.challenges.findByInteraction(anything),
        () => store.challenges.prove(anything, START, [], []),
        () => store.challenges.supersede(anything),
        () => store.budgets.reset([anything]),
        () => store.accounts.findById(anything),
        () => store.accounts.attach(anything, provenEmail('new@example.org')),
        () => store.accounts.detach(anything, provenEmail('new@example.org')),
        () => store.accounts.makePrimary(anything, provenEmail('new@example.org')),
        () => store.accounts.release(anything),
        () => store.accounts.proveFirst(anything, provenEmail('new@example.org'), START),
        () => store.accounts.remove(anything),
        () => store.clients.remove(anything),
        () => store.artifacts.removeByGrant('Grant', anything),
        () => store.events.list({ accountId: anything }, 1),
      ]) {
        expect((await rejectionOf(attempt())).message).to.contain('MongoDB did not take an operation: CastError');
      }
      expect(await store.challenges.find(challenge.id)).to.deep.equal(challenge);
      expect(await store.budgets.spend([spend], START)).to.have.property('refused', 'budget');
      await store.close();
    });
  });
});
