import { expect } from 'chai';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';
import { kidsAt } from '../../support/signing-keys.ts';

describe('console: signing keys (R-71)', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });
  const at = (path = ''): string => `${suite.server.issuer}/admin/keys${path}`;
  const published = (): Promise<string[]> => kidsAt(suite.server.issuer);

  it('an owner makes the next one, withdraws it, and replaces all at once', async () => {
    const browser = await signInAsOwner(suite, '/admin/keys');
    const [first = ''] = await published();
    expect(browser.page.text).to.include(first).and.to.include('RS256');
    await browser.click('rotate');
    expect(browser.page.text).to.include('60 minutes');
    await browser.click('confirm');
    expect(browser.page.url.search).to.equal('?done=rotated');
    expect(browser.page.text).to.include('The next keys are published');
    const [, next = ''] = await published();
    expect(browser.page.text).to.include(next).and.to.include('Signs next');

    await browser.get(at('/rotate'));
    await browser.click('confirm');
    expect(browser.page.status).to.equal(409);
    expect(browser.page.text).to.include('A new key waits for its turn already.');

    await browser.get(at(`/${first}/withdraw`));
    await browser.click('confirm');
    expect(browser.page.text).to.include('This key signs by now');
    await browser.get(at(`/${next}/withdraw`));
    await browser.click('confirm');
    expect(browser.page.text).to.include('The key is withdrawn.');
    expect(await published()).to.deep.equal([first]);

    await browser.click('replace');
    await browser.click('confirm');
    expect(browser.page.text).to.include('New keys sign from now on.');
    const [replaced, ...others] = await published();
    expect([others, replaced === first]).to.deep.equal([[], false]);
    const [event] = await suite.events({ type: 'key.created' }, 3);
    expect(event?.actor).to.match(/^console:o•••@/);
    const draws = browser.page.html.match(/<rect class="rail"[^>]*>/g) ?? [];
    expect(draws).to.have.length(3);
    for (const one of draws) expect(one).to.match(/width="[\d.]+"/);
  });

  it('nobody else sees them or changes them', async () => {
    const before = await published();
    for (const role of ['viewer', 'editor'] as const) {
      const { browser } = await signInAs(suite, role);
      for (const path of ['', '/rotate', '/replace', `/${before[0]}/withdraw`]) {
        await browser.get(at(path));
        expect(browser.page.status, `${role} ${path}`).to.equal(403);
      }
    }
    expect(await published()).to.deep.equal(before);
  });
});
