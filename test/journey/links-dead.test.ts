import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { linkIn, tokenOf, waitForMail } from '../support/links.ts';

describe('journey: a link that no longer works', () => {
  const suite = useServer();

  /** The page that is the same for every link that is none. */
  async function expectDead(browser: Browser, link: URL, why: string): Promise<void> {
    const page = await browser.get(link);
    expect(page.status, why).to.equal(400);
    expect(page.title, why).to.contain('This link no longer works');
    expect(page.has('link-confirm'), why).to.equal(false);
    expect(page.html, why).to.not.contain('Demo');
  }

  it('is dead once the code was entered, and the code once the link was used', async () => {
    const first = await waitForMail(suite, suite.address());
    await enterCode(first.browser, first.mail.code ?? '');
    await expectDead(suite.browser(), first.link, 'code used');
    await first.browser.get(first.link);
    expect(first.browser.page.status).to.equal(400);
    expect(first.browser.page.title).to.contain('no longer works');

    const second = await waitForMail(suite, suite.address());
    const tab = second.browser.tab();
    await tab.get(second.link);
    await tab.click('link-confirm');
    expect(tab.landedAt().searchParams.has('code')).to.equal(true);
    await enterCode(second.browser, second.mail.code ?? '');
    expect(second.browser.stoppedAt).to.equal(null);
    expect(second.browser.page.title).to.contain('already finished');
    await expectDead(suite.browser(), second.link, 'link used');
  });

  it('is dead elsewhere without a difference: unknown, wrong, of another sign-in, superseded, expired (R-08)', async () => {
    const time = suite.freeze();
    const [one, two] = [await waitForMail(suite, suite.address()), await waitForMail(suite, suite.address())];
    const at = (uid: string, token: string): URL => new URL(`/interaction/${uid}/link/${token}`, suite.server.issuer);
    await expectDead(suite.browser(), at('x'.repeat(21), tokenOf(one.link)), 'unknown');
    await expectDead(suite.browser(), at(one.uid, 'A'.repeat(43)), 'wrong');
    await expectDead(suite.browser(), at(one.uid, tokenOf(two.link)), 'another one');
    await expectDead(suite.browser(), new URL(`/interaction/${one.uid}/link`, suite.server.issuer), 'no token');
    await one.browser.click('code-change');
    await expectDead(suite.browser(), one.link, 'superseded');
    time.advance(300_000);
    await expectDead(suite.browser(), two.link, 'expired');
  });

  it('leads on in a browser whose sign-in still goes on, after a newer mail', async () => {
    const address = suite.address();
    const time = suite.freeze();
    const { browser, started, link } = await waitForMail(suite, address);
    time.advance(300_000);
    await browser.reload();
    await browser.click('code-resend');
    const [newest] = await suite.server.messages(address, 2);
    if (newest === undefined) throw new Error('no second mail');
    await browser.get(link);
    expect(browser.page.status).to.equal(400);
    expect(browser.page.title).to.contain('no longer works');
    await browser.click('expired-continue');
    expect(browser.page.has('code')).to.equal(true);
    await browser.get(linkIn(newest));
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('stays the same link when the mail is sent again (R-05)', async () => {
    const address = suite.address();
    const time = suite.freeze();
    const { browser, started, link } = await waitForMail(suite, address);
    time.advance(61_000);
    await browser.click('code-resend');
    const [again] = await suite.server.messages(address, 2);
    expect(again?.link).to.equal(link.href);
    await browser.get(link);
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('may be confirmed until its last second, and not after it', async () => {
    const time = suite.freeze();
    const [early, late] = [await waitForMail(suite, suite.address()), await waitForMail(suite, suite.address())];
    await early.browser.get(early.link);
    await late.browser.get(late.link);
    time.advance(299_000);
    await early.browser.click('link-confirm');
    expect(early.browser.landedAt().searchParams.has('code')).to.equal(true);
    time.advance(1_000);
    await late.browser.click('link-confirm');
    expect(late.browser.page.status).to.equal(400);
    expect(late.browser.page.title).to.contain('no longer works');
  });
});
