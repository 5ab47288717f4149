import { expect } from 'chai';
import { createDevInbox, type DevInbox } from '../../src/adapters/dev-inbox/index.ts';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { createLog, createRandom } from '../../src/adapters/system/index.ts';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { ProvenIdentifier } from '../../src/domain/account.ts';
import { isProblem } from '../../src/domain/errors.ts';
import type { Identifier } from '../../src/domain/identifier.ts';
import type { AccountNotice } from '../../src/domain/message.ts';
import type { Store } from '../../src/ports/store.ts';
import { createAbuseLimits } from '../../src/services/budgets/abuse-limits.ts';
import { createDelivery, type Delivery } from '../../src/services/messages/delivery.ts';
import { createNotices, type Notices } from '../../src/services/messages/notices.ts';
import { createVault } from '../../src/services/vault.ts';
import { type ScratchFile, scratchFile } from '../contract/scratch-file.ts';
import { STRONG } from '../support/configuration.ts';
import { accountOf, DAY, provenEmail, START } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';

const ADA = provenEmail('ada@example.org');
const OLD = provenEmail('old@example.org', { primary: false });
const PHONE: ProvenIdentifier = { channel: 'sms', value: '+4915112345678', verifiedAt: START, primary: true };
const NEW: Identifier = { channel: 'email', value: 'new@example.org' };
const caller = { network: '192.0.2.1', requestId: 'r', knownBrowser: null };
const context = { clientId: 'demo', locale: 'en', caller };

describe('notices (R-32)', () => {
  let file: ScratchFile;
  let store: Store;
  let now: number;
  let recorded: unknown[];
  let woken: number;
  let notices: Notices;
  let inbox: DevInbox;
  let delivery: Delivery;

  beforeEach(async () => {
    file = scratchFile();
    store = await openSqliteStore({ path: file.path });
    [now, recorded, woken] = [START, [], 0];
    const clock = { now: () => now };
    const audit = { record: (event: unknown) => void recorded.push(event), count: () => {}, drain: async () => {} };
    const world = { store, clock, audit, random: createRandom(), log: createLog({ level: 'silent' }) };
    const { budgets } = configSchema('development').parse({});
    const rules = {
      ...budgets,
      noticesPerAccount: [{ limit: 2, windowSeconds: DAY / 1000 }],
      sendsPerCountry: [{ limit: 3, windowSeconds: DAY / 1000 }],
    };
    const vault = createVault([STRONG], world.random);
    const limits = createAbuseLimits({ ...world, rules, countries: ['DE'], vault });
    const queued = (): void => {
      woken += 1;
    };
    notices = createNotices({ ...world, limits, rules, queued });
    inbox = createDevInbox({ clock });
    delivery = createDelivery({
      locale: 'en',
      ...world,
      rules: { concurrency: 8, leaseSeconds: 30, pollMilliseconds: 50, retryFirstSeconds: 1, retryCapSeconds: 60 },
      service: 'Example Login',
      issuer: 'https://login.example.com',
      smsText: null,
      challenges: {} as never,
      clients: {} as never,
      senders: [inbox.sender('email'), inbox.sender('sms')],
      views: createViews(),
    });
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  const deliver = async (): Promise<string[]> => {
    await delivery.deliverDue(() => {});
    await delivery.idle();
    return inbox.list().map(({ to }) => to);
  };

  const cases: readonly (readonly [AccountNotice, readonly ProvenIdentifier[], Identifier, readonly string[]])[] = [
    ['identifier_added', [ADA], NEW, [ADA.value]],
    ['identifier_added', [ADA, OLD, PHONE], NEW, [ADA.value, PHONE.value]],
    ['identifier_added', [ADA], PHONE, [ADA.value]],
    ['identifier_removed', [ADA, PHONE], PHONE, [PHONE.value, ADA.value]],
    ['identifier_removed', [ADA, OLD, PHONE], ADA, [ADA.value, OLD.value, PHONE.value]],
    ['primary_changed', [ADA, OLD], OLD, [ADA.value]],
    ['primary_changed', [ADA, OLD, PHONE], OLD, [ADA.value, PHONE.value]],
    ['account_deleted', [ADA, PHONE], ADA, [ADA.value, PHONE.value]],
  ];
  for (const [kind, identifiers, identifier, told] of cases) {
    it(`${kind} of ${identifier.value}, with ${identifiers.length}, is told to ${told.join(' and ')}`, async () => {
      await notices.send(accountOf({ identifiers }), { kind, identifier }, context);
      expect(woken).to.equal(1);
      expect([...(await deliver())].sort()).to.deep.equal([...told].sort());
      expect(await store.outbox.backlog()).to.equal(0);
    });
  }

  it('say what has changed and when, without the whole identifier, and lead to the account', async () => {
    await notices.send(
      accountOf({ identifiers: [ADA, PHONE] }),
      { kind: 'identifier_added', identifier: NEW },
      context,
    );
    now += 5_000;
    await deliver();
    const [mail, sms] = ['ada@example.org', PHONE.value].map((to) => inbox.list(to)[0]);
    expect(mail?.subject).to.equal('A way to sign in was added · Example Login');
    expect(mail?.text)
      .to.include('n•••@e•••.org was added')
      .and.include('12:00:00')
      .and.include('https://login.example.com/account');
    expect(sms?.text).to.equal(
      'Example Login: n***@e***.org was added to your account. Not you? https://login.example.com/account',
    );
    for (const message of [mail, sms]) {
      expect(message).to.include({ code: null, link: null });
      expect(`${message?.text}${message?.html}`).not.to.include(NEW.value);
    }
  });

  it('are worth a day', async () => {
    await notices.send(accountOf({ identifiers: [ADA] }), { kind: 'identifier_added', identifier: NEW }, context);
    now += DAY;
    expect(await deliver()).to.deep.equal([]);
    expect(await store.outbox.backlog()).to.equal(0);
  });

  it('are bounded for an account, because each may cost an SMS: then the change has to wait, too (R-18)', async () => {
    const account = accountOf({ identifiers: [ADA] });
    const change = { kind: 'identifier_added', identifier: NEW } as const;
    await notices.send(account, change, context);
    await notices.send(account, change, context);
    const refused = await rejectionOf(notices.send(account, change, context));
    expect(isProblem(refused, 'too_many_requests')).to.equal(true);
    expect(refused).to.include({ retryAfter: DAY / 1000 });
    expect(recorded).to.deep.equal([{ type: 'budget.refused', reason: 'notices.account.0', clientId: 'demo', caller }]);
    expect(await deliver()).to.have.length(2);
    await notices.send(accountOf({ identifiers: [ADA] }), change, context);
    now += DAY;
    await notices.send(account, change, context);
  });

  it('by SMS count where codes count: a country has so many a day, whosever they are (R-18)', async () => {
    const person = () => accountOf({ identifiers: [ADA, PHONE] });
    const change = { kind: 'identifier_added', identifier: NEW } as const;
    for (let sent = 0; sent < 3; sent += 1) await notices.send(person(), change, context);
    const refused = await rejectionOf(notices.send(person(), change, context));
    expect(isProblem(refused, 'too_many_requests')).to.equal(true);
    expect(recorded).to.deep.equal([{ type: 'budget.refused', reason: 'sms.country.0', clientId: 'demo', caller }]);
    expect(await deliver()).to.have.length(6);
    await notices.send(accountOf({ identifiers: [ADA] }), change, context);
  });

  it('by SMS of two numbers cost twice', async () => {
    const second: ProvenIdentifier = { ...PHONE, value: '+4915212345678', primary: false };
    const account = () => accountOf({ identifiers: [PHONE, second] });
    const change = { kind: 'identifier_removed', identifier: second } as const;
    await notices.send(account(), change, context);
    expect(isProblem(await rejectionOf(notices.send(account(), change, context)), 'too_many_requests')).to.equal(true);
    expect((await deliver()).sort()).to.deep.equal([PHONE.value, second.value]);
  });

  it('go to no country that is not listed any more', async () => {
    const abroad: ProvenIdentifier = { ...PHONE, value: '+33612345678' };
    const account = accountOf({ identifiers: [ADA, abroad] });
    await notices.send(account, { kind: 'identifier_added', identifier: NEW }, context);
    expect(await deliver()).to.deep.equal([ADA.value]);
  });
});
