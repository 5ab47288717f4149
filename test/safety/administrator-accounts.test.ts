import { expect } from 'chai';
import type { Account } from '../../src/domain/account.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import type { Browser } from '../support/browser.ts';
import { invited, OWNER, signInAs, withOwner } from '../support/console.ts';
import { useServer } from '../support/journey.ts';

const DEEDS: readonly (readonly [path: string, fields: Readonly<Record<string, string>>])[] = [
  ['disable', {}],
  ['enable', {}],
  ['lift-hold', {}],
  ['delete', {}],
  ['attributes', { version: '1', name: 'Somebody Else' }],
  ['end-sessions', {}],
];

/** The token of any form that this visitor has: all of theirs have the same. */
const csrfOf = ({ page }: Browser): string => page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';

// Bug: an editor could disable, delete and change the account of an owner, and so keep all owners out.
describe('safety: accounts of administrators', function () {
  this.timeout(30_000);
  const suite = useServer({ env: { ...withAdmin, ...withOwner } });
  const admin = createAdministrator(suite);
  const accounts = () => suite.server.server.store.accounts;

  async function accountOf(address: string): Promise<Account> {
    const account = await accounts().findByIdentifier({ channel: 'email', value: address });
    if (account === null) throw new Error(`nobody is ${address}`);
    return account;
  }

  async function tried(browser: Browser, id: string): Promise<number[]> {
    const statuses = [];
    for (const [deed, fields] of DEEDS) {
      await browser.get(`${suite.server.issuer}/admin/accounts/${id}`);
      const path = `${suite.server.issuer}/admin/accounts/${id}/${deed}`;
      const page = await browser.postFrom(browser.page.url, path, { ...fields, csrf: csrfOf(browser) });
      statuses.push(page.status);
    }
    return statuses;
  }

  for (const [whose, find] of [
    ['an owner by configuration', async () => OWNER],
    ['an invited owner', async () => (await invited(suite, 'owner')).email],
    ['another editor', async () => (await invited(suite, 'editor')).email],
  ] as const) {
    it(`are not an editor’s to change: that of ${whose}`, async () => {
      const before = await accountOf(await find());
      const { browser } = await signInAs(suite, 'editor');
      expect(await tried(browser, before.id)).to.deep.equal(DEEDS.map(() => 403));
      expect(await accounts().findById(before.id)).to.deep.equal(before);
      const [event] = await suite.events({ type: 'administrator.refused' }, DEEDS.length);
      expect(event).to.include({ reason: 'editor may not own' });
      expect(event?.actor).to.match(/^console:/);
    });
  }

  it('lose no session to an editor, and are shown to one as to a viewer', async () => {
    const owner = await signInAs(suite, 'owner');
    const { browser } = await signInAs(suite, 'editor');
    const { id } = await accountOf(owner.address);
    const [session] = (await admin.call('GET', `/accounts/${id}/sessions`)).body.sessions as { id: string }[];
    await browser.get(`${suite.server.issuer}/admin/accounts/${id}`);
    expect(browser.page.text).to.include('(masked)');
    expect(browser.page.forms.filter(({ action }) => action.includes('/accounts/'))).to.deep.equal([]);
    const end = `${suite.server.issuer}/admin/accounts/${id}/sessions/${session?.id}/end`;
    expect((await browser.postFrom(browser.page.url, end, { csrf: csrfOf(browser) })).status).to.equal(403);
    expect((await owner.browser.get(`${suite.server.issuer}/admin`)).status).to.equal(200);
  });

  // Bug: an editor could begin the count of wrong codes anew, and guess the code of an owner without end.
  it('keep the limits on guessing, whatever an editor sends', async () => {
    const { browser } = await signInAs(suite, 'editor');
    const reset = async (q: string) => {
      const fields = { q, name: 'failures.identifier.0', csrf: csrfOf(browser) };
      const { status, url } = await browser.postFrom(
        browser.page.url,
        `${suite.server.issuer}/admin/budgets/reset`,
        fields,
      );
      return [status, url.searchParams.get('done')];
    };
    expect(await reset(suite.address())).to.deep.equal([200, 'reset']);
    expect(await reset(OWNER)).to.deep.equal([403, null]);
    expect(await reset((await invited(suite, 'viewer')).email)).to.deep.equal([403, null]);
  });

  it('are an owner’s to change, and everybody else’s an editor’s', async () => {
    const { id } = await accountOf((await invited(suite, 'viewer')).email);
    const owner = await signInAs(suite, 'owner');
    const disable = async ({ browser }: typeof owner, whom: string) => {
      const path = `${suite.server.issuer}/admin/accounts/${whom}/disable`;
      await browser.get(path);
      return (await browser.postFrom(path, path, { csrf: csrfOf(browser) })).url.search;
    };
    expect(await disable(owner, id)).to.equal('?done=disabled');
    const made = await admin.call('POST', '/accounts', { body: { email: suite.address() } });
    expect(await disable(await signInAs(suite, 'editor'), String(made.body.id))).to.equal('?done=disabled');
  });

  // Bug: what an import was told to trust made its people administrators, by whatever number stood beside the address.
  it('are proven here: an import vouches for none', async () => {
    const { id } = await accountOf(OWNER);
    expect((await admin.call('DELETE', `/accounts/${id}`)).status).to.equal(204);
    const accounts = [
      { email: OWNER, email_verified: true, phone_number: suite.number(), phone_number_verified: true },
      { email: suite.address(), email_verified: true, phone_number: suite.number(), phone_number_verified: true },
    ];
    const { body } = await admin.call('POST', '/accounts/import', { body: { accounts, trust_verified: true } });
    expect(body.results).to.have.length(2);
    const [{ left_out }, other] = body.results as unknown as [{ left_out: string[] }, { left_out: string[] }];
    expect([left_out, other.left_out]).to.deep.equal([['phone_number'], []]);
    expect((await accountOf(OWNER)).identifiers).to.deep.equal([
      { channel: 'email', value: OWNER, verifiedAt: null, primary: true },
    ]);
  });
});
