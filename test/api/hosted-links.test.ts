import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { createRandom } from '../../src/adapters/system/index.ts';
import { codeOf } from '../../src/services/challenges/secrets.ts';
import { createVault } from '../../src/services/vault.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';
import { TEST_SECRET } from '../support/server.ts';
import { send } from '../support/wire.ts';

describe('API: links that a client asks for', function () {
  this.timeout(20_000);
  const suite = useServer();
  const hosted = createHosted(suite);
  const codeAt = (url: URL): string => url.searchParams.get('code') ?? '';

  it('lead by a button to the redirect URI, in whichever browser', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const link = await hosted.link(address);
    expect(link.href).to.match(new RegExp(`^${suite.server.issuer}/link/[\\w-]{22}\\.[\\w-]{43}$`));
    await browser.get(link);
    expect(browser.page.title).to.contain('Demo Backend');
    expect(browser.page.text).not.to.contain(address);
    await browser.click('link-confirm');
    const { body } = await hosted.exchangeAtApi(codeAt(browser.landedAt()));
    expect(body.is_user_created).to.equal(true);
    expect(decodeJwt(String(body.id_token))).to.deep.include({ email: address, amr: ['otp'] });
  });

  it('carry no code, and the one that could be derived for them is not right', async () => {
    const address = suite.address();
    const link = await hosted.link(address);
    expect((await suite.server.messages(address))[0]?.code).to.equal(null);
    const { store } = suite.server.server;
    const challenge = await store.challenges.find(link.pathname.slice('/link/'.length).split('.')[0] ?? '');
    if (challenge === null) throw new Error('no challenge');
    const code = codeOf(createVault([TEST_SECRET], createRandom()), challenge) ?? '';
    expect(code).to.match(/^\d{6}$/);
    expect((await hosted.validate(address, code)).status).to.equal(400);
    const browser = suite.browser();
    await browser.get(link);
    await browser.click('link-confirm');
    expect(codeAt(browser.landedAt())).not.to.equal('');
  });

  it('are changed by nothing but the button: scanners may look as often as they like (R-09)', async () => {
    const link = await hosted.link(suite.address());
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET']) {
      await send({ method, url: link, headers: { purpose: 'prefetch' }, body: null });
    }
    const browser = suite.browser();
    await browser.get(link);
    await browser.click('link-confirm');
    expect(codeAt(browser.landedAt())).not.to.equal('');
  });

  it('show one page when they are used, superseded, expired, wrong or made up', async () => {
    const time = suite.freeze();
    const [used, superseded, expired] = [suite.address(), suite.address(), suite.address()];
    const dead = [await hosted.link(used), await hosted.link(superseded), await hosted.link(expired)];
    const browser = suite.browser();
    await browser.get(dead[0] ?? '');
    await browser.click('link-confirm');
    await hosted.link(superseded);
    const fresh = await hosted.link(suite.address());
    const wrong = `${fresh.href.slice(0, -1)}${fresh.href.endsWith('A') ? 'Q' : 'A'}`;
    const made = [`${suite.server.issuer}/link/abc.def`, `${suite.server.issuer}/link/abc`, wrong];
    time.advance(1000);
    const pages: string[] = [];
    for (const url of [...dead.slice(0, 2), ...made]) pages.push((await suite.browser().get(url)).html);
    time.advance(600_000);
    pages.push((await suite.browser().get(dead[2] ?? '')).html);
    expect(new Set(pages).size).to.equal(1);
  });

  it('prove once, however often the button is pressed', async () => {
    const browser = suite.browser();
    await browser.get(await hosted.link(suite.address()));
    const tab = browser.tab();
    await tab.get(browser.page.url);
    await browser.click('link-confirm');
    const late = await tab.click('link-confirm');
    expect(late.status).to.equal(400);
    expect(codeAt(browser.landedAt())).not.to.equal('');
  });

  it('cannot be pressed by another site (R-57)', async () => {
    const link = await hosted.link(suite.address());
    const browser = suite.browser();
    await browser.get(link);
    const { form } = browser.page.formAt('link-confirm');
    const fields = { token: link.pathname.slice('/link/'.length), csrf: 'made-up' };
    const forged = await browser.postFrom('https://elsewhere.example', new URL(form.action, link), fields);
    expect(forged.status).to.equal(403);
    await browser.get(link);
    await browser.click('link-confirm');
    expect(codeAt(browser.landedAt())).not.to.equal('');
  });

  it('leave no token in any log line (R-12)', async () => {
    const browser = suite.browser();
    const link = await hosted.link(suite.address());
    await browser.get(link);
    await browser.click('link-confirm');
    const handle = link.pathname.slice('/link/'.length);
    const ticket = browser.history.map(({ url }) => url.searchParams.get('ticket')).find((value) => value !== null);
    for (const secret of [handle, handle.split('.')[1], ticket, codeAt(browser.landedAt())]) {
      expect(secret).to.be.a('string').with.length.above(20);
      expect(suite.server.logLines.filter((line) => line.includes(secret ?? ''))).to.deep.equal([]);
    }
    expect(suite.server.logLines.some((line) => line.includes('"/link/[redacted]"'))).to.equal(true);
  });
});
