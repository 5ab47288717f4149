import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import { PLAIN_BRANDING } from '../../src/domain/branding.ts';
import { USUAL_LIFETIMES } from '../../src/domain/client.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  accountOf,
  challengeOf,
  clientOf,
  freshId,
  keyOf,
  MINUTE,
  messageOf,
  provenEmail,
  START,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { count, parallel } from './parallel.ts';

/** Nodes of two versions run side by side: what the former one writes lacks the fields that came later. */
describeWithMongo('MongoDB store: what a node of the former version writes', (server) => {
  let database: TestDatabase;
  let store: Store;
  before(async () => {
    database = await createTestDatabase(server());
    store = await openMongoStore({ url: database.url });
    await database.stopExpiry();
  });
  after(async () => {
    await store.close();
    await database.drop();
  });

  /** Takes the fields away that the former version did not know. */
  const without = async (collection: string, id: string, ...fields: string[]): Promise<void> => {
    const nothing = Object.fromEntries(fields.map((field) => [field, '' as const]));
    const { modifiedCount } = await database.collection(collection).updateOne({ _id: id }, { $unset: nothing });
    expect(modifiedCount).to.equal(1);
  };

  it('challenges and messages carry codes', async () => {
    const challenge = challengeOf();
    const message = messageOf(challenge);
    await store.challenges.open(challenge, message, 1, []);
    await without(
      'challenges',
      challenge.id,
      'askedAs',
      'accountId',
      'askedFrom',
      'proof',
      'intent',
      'content',
      'outgoing.0.message.notice',
    );
    await without('outbox', message.id, 'notice');
    expect(await store.challenges.find(challenge.id)).to.deep.equal(challenge);
    expect(await store.challenges.claimAttempt(challenge.id, START, [])).to.deep.equal({
      claimed: { ...challenge, attempts: 1 },
    });
    const [leased] = await store.outbox.lease('worker', START, START + MINUTE, 5);
    const inWork = { state: 'leased', tries: 1, leasedBy: 'worker', leasedUntil: START + MINUTE };
    expect(leased?.message).to.deep.equal({ ...message, ...inWork });
  });

  it('attempts are counted together, whichever version counts them (R-04)', async () => {
    const challenge = challengeOf();
    await store.challenges.open(challenge, messageOf(challenge), 1, []);
    const challenges = database.connection.collection<{ _id: string; attempts: number }>('challenges');
    const formerly = async (): Promise<boolean> => {
      const usable = { _id: challenge.id, attempts: { $lt: challenge.maxAttempts } };
      const { modifiedCount } = await challenges.updateOne(usable, { $inc: { attempts: 1 } });
      return modifiedCount === 1;
    };
    const now = async () => 'claimed' in (await store.challenges.claimAttempt(challenge.id, START, []));
    const granted = await parallel((index) => (index % 2 === 0 ? formerly() : now()));
    expect(count(granted, (answer) => answer)).to.equal(challenge.maxAttempts);
    expect((await store.challenges.find(challenge.id))?.attempts).to.equal(challenge.maxAttempts);
    expect(await formerly()).to.equal(false);
  });

  it('accounts and clients are found by a part of what they are called, from the next start on', async () => {
    const accounts = Array.from({ length: 3 }, (_, index) =>
      accountOf({ identifiers: [provenEmail(`q${freshId('former')}${index}@zebra.example`)] }),
    );
    const client = clientOf({ name: 'The Former Shop' });
    for (const account of accounts) await store.accounts.createOrFind(account);
    await store.clients.create(client);
    for (const { identifiers } of accounts) await without('identifiers', `email:${identifiers[0]?.value}`, 'masked');
    await without('clients', client.id, 'needle');
    const masked = 'q•••@z•••.example';
    expect(await store.accounts.listByMask(masked, null, 5)).to.deep.equal([]);
    const nodes = await Promise.all([1, 2].map(() => openMongoStore({ url: database.url })));
    for (const node of nodes) await node.close();
    expect(await store.accounts.listByMask(masked, null, 5)).to.deep.equal(accounts);
    expect(await store.clients.search('former shop', null, 5)).to.deep.equal([client]);
  });

  it('accounts have nothing held, remember no devices, and may from now on', async () => {
    const account = accountOf();
    await store.accounts.createOrFind(account);
    await without('accounts', account.id, 'devices', 'held');
    expect(await store.accounts.findById(account.id)).to.deep.equal(account);
    const devices = [{ id: 'device', name: 'Firefox on Linux', createdAt: START, expiresAt: START + MINUTE }];
    expect(await store.accounts.update({ ...account, devices })).to.deep.equal({ ...account, devices, version: 2 });
  });

  it('accounts get further identifiers, and lose those they came with', async () => {
    const [kept, lost] = [provenEmail(`${freshId('kept')}@example.org`), provenEmail(`${freshId('lost')}@example.org`)];
    const { id } = (await store.accounts.createOrFind(accountOf({ identifiers: [lost] }))).account;
    await without('accounts', id, 'devices', 'held');
    expect(await store.accounts.attach(id, kept)).to.have.property('attached');
    expect(await store.accounts.detach(id, lost)).to.have.property('detached');
    expect((await store.accounts.findByIdentifier(kept))?.id).to.equal(id);
    expect(await store.accounts.findByIdentifier(lost)).to.equal(null);
  });

  it('the signing key goes on, and has a successor', async () => {
    const key = keyOf();
    await store.keys.create(key);
    const later = ['generation', 'noted', 'activeFrom', 'replacesLeaked', 'withdrawnAt'];
    await without('signingKeys', key.id, ...later);
    expect(await store.keys.list()).to.deep.equal([key]);
    expect(await store.keys.create(keyOf({ generation: 2 }))).to.equal(true);
    expect(await store.keys.note(key.id, 'active', 'retiring')).to.equal(true);
    expect(await store.keys.withdraw(key.id, START)).to.equal(true);
    expect((await store.keys.list())[0]).to.deep.include({ noted: 'retiring', withdrawnAt: START });
  });

  it('clients go on with codes and browsers', async () => {
    const client = clientOf();
    const later = {
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
    await store.clients.create(client);
    await without('clients', client.id, ...Object.keys(later));
    const expected = { ...client, ...later };
    expect(await store.clients.find(client.id)).to.deep.equal(expected);
    expect(await store.clients.list(null, 10)).to.deep.include(expected);
    expect(await store.clients.update({ ...client, name: 'New' })).to.deep.equal({
      ...client,
      name: 'New',
      version: 2,
    });
  });
});
