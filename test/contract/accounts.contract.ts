import { expect } from 'chai';
import type { Account, Consent } from '../../src/domain/account.ts';
import { accountOf, freshId, provenEmail, START } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

const consentOf = (overrides: Partial<Consent> = {}): Consent => ({
  clientId: 'third-party',
  scopes: ['openid'],
  claims: ['sub'],
  grantedAt: START,
  ...overrides,
});

/** `accounts`. */
export function accountsContract(store: CurrentStore): void {
  const created = async (overrides: Partial<Account> = {}): Promise<Account> =>
    (await store().accounts.createOrFind(accountOf(overrides))).account;

  describe('accounts: creating and finding', () => {
    it('keeps every field, and the order of identifiers', async () => {
      const account = accountOf({
        identifiers: [
          provenEmail('second@example.org', { primary: false, verifiedAt: START + 1 }),
          provenEmail('first@example.org'),
          { channel: 'sms', value: '+4915112345678', verifiedAt: START, primary: true },
        ],
        attributes: { name: 'Zoë', address: { country: 'DE' }, tags: [1, null, true] },
        consents: [consentOf()],
        devices: [{ id: 'device', name: 'Firefox on Linux', createdAt: START, expiresAt: START + 1 }],
        status: 'disabled',
        version: 7,
      });
      expect(await store().accounts.createOrFind(account)).to.deep.equal({ account, created: true });
      expect(await store().accounts.findById(account.id)).to.deep.equal(account);
      for (const identifier of account.identifiers) {
        expect(await store().accounts.findByIdentifier(identifier)).to.deep.equal(account);
      }
    });

    it('lists accounts page by page by id, each once', async () => {
      const accounts = await Promise.all(Array.from({ length: 7 }, () => created()));
      const ids = accounts.map(({ id }) => id).sort();
      const seen: Account[] = [];
      let page = await store().accounts.list(null, 3);
      while (page.length > 0) {
        seen.push(...page);
        page = await store().accounts.list(page.at(-1)?.id ?? null, 3);
      }
      expect(seen.map(({ id }) => id)).to.deep.equal(ids);
      expect(seen[0]).to.deep.equal(accounts.find(({ id }) => id === ids[0]));
    });

    it('answers null for ids and identifiers of nobody', async () => {
      expect(await store().accounts.findById(freshId('unknown'))).to.equal(null);
      expect(await store().accounts.findByIdentifier({ channel: 'email', value: 'nobody@example.org' })).to.equal(null);
    });

    it('tells channels apart', async () => {
      const account = await created({ identifiers: [provenEmail('same')] });
      expect(await store().accounts.findByIdentifier({ channel: 'sms', value: 'same' })).to.equal(null);
      expect((await store().accounts.findByIdentifier({ channel: 'email', value: 'same' }))?.id).to.equal(account.id);
    });

    it('creates exactly one account for one identifier, however many come at once', async () => {
      const identifiers = [provenEmail('new@example.org')];
      const answers = await parallel(() => store().accounts.createOrFind(accountOf({ identifiers })));
      expect(count(answers, (answer) => answer.created)).to.equal(1);
      expect(new Set(answers.map((answer) => answer.account.id)).size).to.equal(1);
      const [first] = answers;
      expect(await store().accounts.findByIdentifier({ channel: 'email', value: 'new@example.org' })).to.deep.equal(
        first?.account,
      );
    });

    it('answers what is stored under the same id, and takes that id for nobody else', async () => {
      const account = await created();
      const again = { ...account, attributes: { name: 'Ada' }, version: 7 };
      expect(await store().accounts.createOrFind(again)).to.deep.equal({ account, created: false });
      const stranger = accountOf({ id: account.id, identifiers: [provenEmail('stranger@example.org')] });
      expect(await rejectionOf(store().accounts.createOrFind(stranger))).to.not.have.property(
        'code',
        'store_unavailable',
      );
      expect(await store().accounts.findById(account.id)).to.deep.equal(account);
      expect(await store().accounts.findByIdentifier({ channel: 'email', value: 'stranger@example.org' })).to.equal(
        null,
      );
    });

    it('creates nothing when only one of several identifiers is taken', async () => {
      const owner = await created();
      const newcomer = accountOf({ identifiers: [provenEmail('free@example.org'), ...owner.identifiers] });
      expect(await store().accounts.createOrFind(newcomer)).to.deep.equal({ account: owner, created: false });
      expect(await store().accounts.findById(newcomer.id)).to.equal(null);
      expect(await store().accounts.findByIdentifier({ channel: 'email', value: 'free@example.org' })).to.equal(null);
    });

    it('keeps hostile ids, identifiers and attribute names verbatim and apart', async () => {
      const attributes = JSON.parse('{"__proto__":{"admin":true},"$set":1,"a.b":2,"":3}') as Account['attributes'];
      const accounts = HOSTILE_IDS.map((id) => accountOf({ id, identifiers: [provenEmail(id)], attributes }));
      for (const account of accounts) await store().accounts.createOrFind(account);
      for (const account of accounts) {
        expect(await store().accounts.findById(account.id)).to.deep.equal(account);
        const found = await store().accounts.findByIdentifier({ channel: 'email', value: account.id });
        expect(JSON.stringify(found?.attributes)).to.equal(JSON.stringify(attributes));
      }
    });
  });

  describe('accounts: changing', () => {
    it('replaces what was read and raises the version; identifiers stay', async () => {
      const account = await created();
      const changed = { ...account, attributes: { name: 'Ada' }, status: 'disabled', identifiers: [] } as const;
      const stored = { ...changed, identifiers: account.identifiers, version: 2 };
      expect(await store().accounts.update(changed)).to.deep.equal(stored);
      expect(await store().accounts.findById(account.id)).to.deep.equal(stored);
    });

    it('remembers devices and forgets them', async () => {
      const account = await created();
      const device = (id: string) => ({ id, name: 'Firefox on Linux', createdAt: START, expiresAt: START + 1 });
      const remembering = await store().accounts.update({ ...account, devices: [device('one'), device('two')] });
      expect(await store().accounts.findById(account.id)).to.deep.equal(remembering);
      expect(remembering?.devices).to.deep.equal([device('one'), device('two')]);
      const forgetting = await store().accounts.update({ ...account, devices: [device('two')], version: 2 });
      expect(forgetting?.devices).to.deep.equal([device('two')]);
    });

    it('lets exactly one change per version through, however many come at once', async () => {
      const account = await created();
      const answers = await parallel((index) =>
        store().accounts.update({ ...account, attributes: { name: `number ${index}` } }),
      );
      const [winner, ...others] = answers.filter((answer) => answer !== null);
      expect(others).to.deep.equal([]);
      expect(await store().accounts.findById(account.id)).to.deep.equal(winner);
    });

    it('creates nothing', async () => {
      const account = accountOf();
      expect(await store().accounts.update(account)).to.equal(null);
      expect(await store().accounts.findById(account.id)).to.equal(null);
    });
  });

  describe('accounts: consents', () => {
    it('adds one per client and widens it, never narrows', async () => {
      const { id } = await created();
      await store().accounts.recordConsent(id, consentOf({ scopes: ['openid', 'email'] }));
      await store().accounts.recordConsent(id, consentOf({ clientId: 'another' }));
      await store().accounts.recordConsent(id, consentOf({ claims: ['name', 'sub'], grantedAt: START + 1 }));
      const consents = (await store().accounts.findById(id))?.consents ?? [];
      const ofThirdParty = consents.find(({ clientId }) => clientId === 'third-party');
      expect(consents).to.have.length(2);
      expect(ofThirdParty?.scopes).to.have.members(['openid', 'email']);
      expect(ofThirdParty?.claims).to.have.members(['sub', 'name']);
      expect(ofThirdParty?.grantedAt).to.equal(START + 1);
    });

    it('loses none, however many are given at once', async () => {
      const { id } = await created();
      await parallel((index) =>
        store().accounts.recordConsent(id, consentOf({ clientId: `client-${index % 5}`, scopes: [`scope-${index}`] })),
      );
      const consents = (await store().accounts.findById(id))?.consents ?? [];
      expect(consents).to.have.length(5);
      expect(new Set(consents.flatMap(({ scopes }) => scopes)).size).to.equal(50);
    });

    it('is not undone by a change that was read before it', async () => {
      const account = await created();
      await store().accounts.recordConsent(account.id, consentOf());
      await store().accounts.update({ ...account, attributes: { name: 'Ada' } });
      expect((await store().accounts.findById(account.id))?.consents).to.have.length(1);
    });

    it('of an account that is gone is no error', async () => {
      await store().accounts.recordConsent(freshId('unknown'), consentOf());
    });
  });
}
