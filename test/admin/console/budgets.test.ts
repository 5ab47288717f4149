import { expect } from 'chai';
import type { Browser } from '../../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';
import type { Page } from '../../support/page.ts';

describe('console: limits', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });
  let owner: Browser;
  before(async () => {
    owner = await signInAsOwner(suite);
  });

  const go = (path: string, browser = owner) => browser.get(`${suite.server.issuer}${path}`);

  async function find(entries: Readonly<Record<string, string>>, browser = owner): Promise<Page> {
    await go('/admin/budgets', browser);
    return browser.submit('find', entries);
  }

  async function asks(address: string): Promise<number> {
    const browser = suite.browser();
    await suite.begin(browser);
    return (await browser.submit('identifier-submit', { identifier: address })).status;
  }

  it('that somebody has run into are seen and forgotten, and they are let in', async () => {
    const address = suite.address();
    for (let turn = 0; turn < 5; turn += 1) await asks(address);
    expect(await asks(address)).to.equal(429);
    const page = await find({ q: address });
    expect(page.text).to.include('5 of 5').and.to.include('Spent').and.to.include('sends.identifier.0');
    const reset = await owner.click('reset-sends-identifier-0');
    expect(reset.textOf('done')).to.include('Forgotten');
    expect(reset.text).to.include('0 of 5');
    expect([reset.value('q'), reset.url.search]).to.deep.equal([address, '?done=reset']);
    expect((await owner.reload()).value('q'), 'shown once').to.equal('');
    expect(await asks(address)).to.equal(200);
    const [event] = await suite.events({ type: 'budget.reset' });
    expect(event?.actor).to.match(/^console:/);
    expect(JSON.stringify(event)).not.to.include(address);
  });

  it('of networks, clients and accounts are found, and nonsense is told at the field', async () => {
    expect((await find({ q: '192.0.2.7' })).text).to.include('interactions.network.0');
    expect((await find({ q: 'demo', kind: 'client' })).text).to.include('sends.client.0');
    expect((await find({ q: 'somebody', kind: 'account' })).text).to.include('notices.account.0');
    const refused = await find({ q: 'nonsense' });
    expect([refused.status, refused.value('q')]).to.deep.equal([422, 'nonsense']);
    expect(refused.textOf('q-problem')).to.include('no network');
  });

  it('are looked at by viewers, who forget none', async () => {
    const { browser } = await signInAs(suite, 'viewer');
    const page = await find({ q: 'demo', kind: 'client' }, browser);
    expect(page.text).to.include('sends.client.0');
    expect(page.html).not.to.include('reset-sends-client-0');
  });
});
