import { expect } from 'chai';
import de from '../../views/locales/de.json' with { type: 'json' };
import { challengeOf, shotOf } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, readableText, useServer } from '../support/journey.ts';
import { progressOf, type WaitingForMail, waitForMail } from '../support/links.ts';
import { send } from '../support/wire.ts';

describe('journey: a link, opened in the browser that asked', () => {
  const suite = useServer();
  const waiting = (options = {}): Promise<WaitingForMail> => waitForMail(suite, suite.address(), options);

  it('goes on to the application after one press, with the claims a code gives', async () => {
    const { browser, started, address, link } = await waiting({ parameters: { scope: 'openid email' } });
    const page = await browser.get(link);
    expect(page.status).to.equal(200);
    expect(page.title).to.contain('Sign in to Demo');
    expect(readableText(page)).to.contain(address);
    await browser.click('link-confirm');
    const { tokens } = await suite.finish(browser, started);
    expect(tokens.claims()).to.include({ email: address, email_verified: true, acr: 'urn:countersign:acr:1fa' });
    expect(tokens.claims()?.amr).to.deep.equal(['otp']);
  });

  it('does so in another tab, after the first one was closed, and in the tab that asked', async () => {
    for (const choose of [(browser: Browser) => browser.tab(), (browser: Browser) => browser]) {
      const { browser, started, link } = await waiting();
      const tab = choose(browser);
      await tab.get(link);
      await tab.click('link-confirm');
      expect((await suite.finish(tab, started)).tokens.claims()?.sub).to.be.a('string');
    }
  });

  it('tells the tab that still waits, once the other one is on its way, and that tab goes on by a reload', async () => {
    const { browser, uid, link } = await waiting();
    expect(await progressOf(browser, uid)).to.equal(204);
    const tab = browser.tab();
    await tab.get(link);
    expect(await progressOf(browser, uid), 'opening a link is no progress').to.equal(204);
    await tab.click('link-confirm');
    expect(tab.landedAt().searchParams.has('code')).to.equal(true);
    expect(await progressOf(browser, uid)).to.equal(410);
    await browser.get(`/interaction/${uid}`);
    expect(browser.page.title).to.contain('already finished');
    expect(browser.page.text).to.contain('signed in already');
    expect(browser.page.href('expired-return').origin).to.equal(suite.server.application);
  });

  it('says nothing of the progress to a browser without the cookie, and tells unknown from known by nothing (R-55)', async () => {
    const { browser, uid } = await waiting();
    const [mine, unknown] = [suite.browser(), suite.browser()];
    const origin = browser.page.url.origin;
    const answers = [
      await mine.get(`${origin}/interaction/${uid}/progress/sign-in`),
      await unknown.get(`${origin}/interaction/${'x'.repeat(21)}/progress/sign-in`),
    ];
    for (const { status, html, hops } of answers) {
      expect({ status, html }).to.deep.equal({ status: 410, html: 'Gone' });
      expect(hops.flatMap(({ setCookies }) => setCookies)).to.deep.equal([]);
    }
    const [known, made] = answers.map(({ headers }) => [...headers].map(([name]) => name));
    expect(known).to.deep.equal(made);
  });

  it('waits no longer when the code was entered in another tab, or the sign-in was cancelled', async () => {
    const entered = await waiting();
    const tab = entered.browser.tab();
    await tab.get(entered.browser.page.url);
    await enterCode(tab, entered.mail.code ?? '');
    expect(await progressOf(entered.browser, entered.uid)).to.equal(410);
    const left = await waiting();
    await left.browser.click('code-change');
    expect(await progressOf(left.browser, left.uid)).to.equal(410);
  });

  it('leads a double click to the application: a browser follows the second answer only', async () => {
    const { browser, started, link } = await waiting();
    await browser.get(link);
    // The first click's answer is never looked at; the server has done its work all the same.
    const answered = await send(shotOf(browser, 'link-confirm'));
    expect(answered.status).to.equal(303);
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('tells a second tab that confirms later that it is over', async () => {
    const { browser, link } = await waiting();
    const second = browser.tab();
    for (const tab of [browser, second]) await tab.get(link);
    await browser.click('link-confirm');
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    await second.click('link-confirm');
    expect(second.page.status).to.equal(400);
    expect(second.page.title).to.contain('already finished');
  });

  it('asks for consent where a code does, and comes back to a third-party application', async () => {
    const { browser, started, link } = await waiting({ clientId: 'demo-third-party' });
    await browser.get(link);
    await browser.click('link-confirm');
    expect(browser.page.has('consent-allow')).to.equal(true);
    await browser.click('consent-allow');
    const { tokens } = await suite.finish(browser, started, 'demo-third-party');
    expect(tokens.claims()?.aud).to.equal('demo-third-party');
  });

  it('speaks the language in which the sign-in began', async () => {
    const browser = suite.browser({ language: 'en' });
    const { link, mail, started } = await waiting({ browser, parameters: { ui_locales: 'de' } });
    expect(mail.text).to.contain(de['mail.code.link']);
    expect((await browser.get(link)).text).to.contain(de['link.ignore']);
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('goes on with a session that began in another tab meanwhile, without the link', async () => {
    const address = suite.address();
    const browser = suite.browser();
    const { started, link, uid } = await waitForMail(suite, address, { browser });
    await suite.signIn(browser.tab(), address);
    await browser.get(link);
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
    expect((await challengeOf(suite, uid)).state, 'nobody pressed anything').to.equal('open');
  });
});
