import { expect } from 'chai';
import type { mongo } from 'mongoose';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Account } from '../../src/domain/account.ts';
import { hasIdentifier } from '../../src/domain/account-identifiers.ts';
import type { Store } from '../../src/ports/store.ts';
import { accountOf, freshId, provenEmail, START } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type DatabaseLine, startDatabaseLine } from '../support/mongo/line.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';

/** How long the commands of the slow node are on their way, in milliseconds: time for the other one to do something. */
const SLOW = 200;

/** Orders of commands that chance brings about once in a while, brought about on purpose. */
describeWithMongo('MongoDB store: identifiers between a slow node and a quick one', (server) => {
  let database: TestDatabase;
  let line: DatabaseLine;
  let slow: Store;
  let quick: Store;
  let onCommand: (event: mongo.CommandStartedEvent) => void = () => undefined;
  before(async () => {
    database = await createTestDatabase(server());
    line = await startDatabaseLine(database.url);
    slow = await openMongoStore({ url: line.url, onCommand: (event) => onCommand(event) });
    quick = await openMongoStore({ url: database.url });
  });
  beforeEach(() => database.empty());
  after(async () => {
    await slow.close();
    await quick.close();
    await line.close();
    await database.drop();
  });

  /** Does one thing slowly, and the other one while the first command of a kind is on its way. */
  async function whileOnItsWay<Answer>(
    command: string,
    slowly: () => Promise<Answer>,
    meanwhile: () => Promise<unknown>,
  ): Promise<Answer> {
    let under: Promise<unknown> | undefined;
    onCommand = ({ commandName }) => {
      if (commandName !== command || under !== undefined) return;
      line.delay(SLOW);
      under = meanwhile().finally(() => line.delay(0));
    };
    const answer = await slowly();
    onCommand = () => undefined;
    expect(under, `a command ${command}`).to.not.equal(undefined);
    await under;
    return answer;
  }

  const first = provenEmail('first@example.org');
  const wanted = provenEmail('wanted@example.org', { primary: false });
  const created = async (overrides: Partial<Account> = {}): Promise<Account> =>
    (await quick.accounts.createOrFind(accountOf(overrides))).account;
  const consent = { clientId: 'client', scopes: ['openid'], claims: [], grantedAt: START };
  /** @returns the one account that has the identifier, by its own word and by the identifier's */
  const owner = async (): Promise<string | null> => {
    const owners = (await quick.accounts.list(null, 100)).filter((account) => hasIdentifier(account, wanted));
    expect(owners.length).to.be.at.most(1);
    expect(await quick.accounts.findByIdentifier(wanted)).to.deep.equal(owners[0] ?? null);
    return owners[0]?.id ?? null;
  };

  it('who claimed first has it, though another one comes across the claim before he is done', async () => {
    const [one, other] = [await created(), await created()];
    const answers: unknown[] = [];
    const answer = await whileOnItsWay(
      'findAndModify',
      () => slow.accounts.attach(one.id, wanted),
      async () => answers.push(await quick.accounts.attach(other.id, wanted)),
    );
    expect(answers).to.deep.equal([{ refused: 'taken' }]);
    expect(answer).to.have.nested.property('attached.id', one.id);
    expect(await owner()).to.equal(one.id);
  });

  it('who signs in with it meanwhile is that account', async () => {
    const one = await created();
    const signedIn: Account[] = [];
    const answer = await whileOnItsWay(
      'findAndModify',
      () => slow.accounts.attach(one.id, wanted),
      async () => signedIn.push(await created({ identifiers: [wanted] })),
    );
    expect(answer).to.have.nested.property('attached.id', one.id);
    expect(signedIn.map(({ id }) => id)).to.deep.equal([one.id]);
    expect(await owner()).to.equal(one.id);
  });

  it('an account that changes between claim and identifier gets it at the second try, or somebody else does', async () => {
    const [one, other] = [await created(), await created()];
    const changed = () =>
      whileOnItsWay(
        'findAndModify',
        () => slow.accounts.attach(one.id, wanted),
        () => quick.accounts.recordConsent(one.id, consent),
      );
    expect(await changed()).to.have.nested.property('attached.id', one.id);
    await quick.accounts.detach(one.id, wanted);
    const beaten = await whileOnItsWay(
      'findAndModify',
      () => slow.accounts.attach(one.id, wanted),
      async () => {
        await quick.accounts.recordConsent(one.id, { ...consent, clientId: 'another' });
        await quick.accounts.attach(other.id, wanted);
      },
    );
    expect(beaten).to.deep.equal({ refused: 'taken' });
    expect(await owner()).to.equal(other.id);
  });

  it('an account that is deleted between claim and identifier gets nothing, and keeps nothing', async () => {
    const one = await created();
    const answer = await whileOnItsWay(
      'findAndModify',
      () => slow.accounts.attach(one.id, wanted),
      () => quick.accounts.remove(one.id),
    );
    expect(answer).to.deep.equal({ refused: 'gone' });
    expect(await owner()).to.equal(null);
    expect((await created({ identifiers: [wanted] })).id).to.not.equal(one.id);
  });

  it('who clears away the claim of one that was removed leaves the next claim of the same account alone', async () => {
    const one = await created({ identifiers: [first, wanted] });
    await whileOnItsWay(
      'delete',
      () => slow.accounts.detach(one.id, wanted),
      () => quick.accounts.attach(one.id, wanted),
    );
    expect(await owner()).to.equal(one.id);
    const again = await created({ identifiers: [wanted] });
    expect(again.id).to.equal(one.id);
  });

  it('an identifier that was removed is not put back by somebody who found its claim before', async () => {
    const [one, other] = [await created(), await created()];
    await quick.accounts.attach(one.id, wanted);
    // The other one has read the account, and the claim comes next.
    const answer = await whileOnItsWay(
      'insert',
      () => slow.accounts.attach(other.id, wanted),
      () => quick.accounts.detach(one.id, wanted),
    );
    expect(answer).to.have.nested.property('attached.id', other.id);
    expect(await owner()).to.equal(other.id);
  });

  it('an account whose maker died keeps what is left to it, when somebody finishes it late', async () => {
    const id = freshId('account');
    const stored = (identifier: typeof first) => ({ ...identifier, verifiedAt: new Date(START) });
    await database.collection('accounts').insertOne({
      _id: id,
      identifiers: [stored(first), stored(wanted)],
      attributes: '{}',
      consents: [],
      status: 'active',
      createdAt: new Date(START),
      version: 1,
      pendingSince: new Date(START),
    });
    await database.collection('identifiers').insertOne({ _id: `email:${wanted.value}`, accountId: id });
    const other = await created();
    const found = await whileOnItsWay(
      'insert',
      () => slow.accounts.findByIdentifier(wanted),
      async () => {
        expect((await quick.accounts.findByIdentifier(wanted))?.id).to.equal(id);
        expect(await quick.accounts.detach(id, first)).to.have.property('detached');
        expect(await quick.accounts.attach(other.id, first)).to.have.property('attached');
      },
    );
    expect(found?.id).to.equal(id);
    expect(await owner()).to.equal(id);
    expect((await quick.accounts.findByIdentifier(first))?.id).to.equal(other.id);
  });
});
