import { expect } from 'chai';
import { accountWith, addIdentifier, identifiersOf, noticesTo, openAccount } from '../../support/account.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';
import { enrolled, visitor, withPolicies } from '../../support/second-factor.ts';

describe('console: what somebody has lost', function () {
  this.timeout(30_000);
  const suite = useServer(withPolicies({ env: withOwner }));

  it('is removed after a question, and its person is told', async () => {
    const { address, number, sub } = await enrolled(suite);
    const owner = await signInAsOwner(suite, `/admin/accounts/${sub}`);
    expect(owner.page.html).to.not.match(new RegExp(`href="[^"]*(?:${address}|${number.slice(1)})`));
    const [, href = ''] = [...owner.page.html.matchAll(/href="([^"]*\/identifiers\/[^"]+\/remove)"/g)][1] ?? [];
    await owner.get(`${suite.server.issuer}${href}`);
    expect(owner.page.text).to.include('Remove this number?');
    await owner.click('confirm');
    expect(owner.page.textOf('done')).to.include('removed');
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address]);
    const [told] = await noticesTo(suite, address, 2);
    expect(told).to.include('removed');
    expect((await owner.get(`${suite.server.issuer}${href}`)).status, 'a second time').to.equal(404);
    expect((await owner.get(`${suite.server.issuer}/admin/accounts/${sub}`)).html).to.not.include('/remove"');
  });

  it('is not removed by whoever only looks', async () => {
    const { sub, address } = await enrolled(suite);
    const owner = await signInAsOwner(suite, `/admin/accounts/${sub}`);
    const [, href = ''] = /href="([^"]*\/identifiers\/[^"]+\/remove)"/.exec(owner.page.html) ?? [];
    const { browser } = await signInAs(suite, 'viewer', `/admin/accounts/${sub}`);
    expect(browser.page.html).to.not.include('/remove"');
    expect((await browser.get(`${suite.server.issuer}${href}`)).status).to.equal(403);
    expect(identifiersOf(await accountWith(suite, address))).to.have.length(2);
  });

  it('stays held until somebody has made sure who is asking', async () => {
    const { sub, address } = await enrolled(suite);
    const oneFactor = visitor(suite);
    await openAccount(suite, oneFactor, address);
    await addIdentifier(suite, oneFactor, suite.number());
    expect((await accountWith(suite, address)).held).to.not.equal(null);
    const owner = await signInAsOwner(suite, `/admin/accounts/${sub}`);
    expect(owner.page.textOf('held')).to.include('A change was made with one of two factors');
    await owner.click('lift-hold');
    await owner.click('confirm');
    expect(owner.page.textOf('done')).to.include('counts from now on');
    expect(owner.page.has('held')).to.equal(false);
    expect((await accountWith(suite, address)).held).to.equal(null);
    const [event] = await suite.events({ type: 'account.released', accountId: sub });
    expect(event?.actor).to.match(/^console:/);
  });
});
