import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import { waitForMail } from '../support/links.ts';

describe('journey: applications that want codes only, or links only', () => {
  const CALLBACK = 'https://mail.example.test/callback';
  const client = (id: string, mailProof: string) => ({
    ...{ id, secret: `${id}-secret`, redirectUris: [CALLBACK], firstParty: true, mailProof, name: id },
  });
  const suite = useServer({ settings: { clients: [client('codes', 'code'), client('links', 'link')] } });
  const visitor = (): Browser => suite.browser({ stopAt: [new URL(CALLBACK).origin] });

  it('mails no link for the one', async () => {
    const [browser, address] = [visitor(), suite.address()];
    const started = await suite.begin(browser, { clientId: 'codes', redirectUri: CALLBACK });
    await enterCode(browser, await suite.askForCode(browser, address));
    const [mail] = await suite.server.inbox(address);
    expect(mail?.link).to.equal(null);
    expect(`${mail?.text}${mail?.html}`).to.not.contain('/link/');
    expect((await suite.finish(browser, started, 'codes', CALLBACK)).tokens.claims()?.aud).to.equal('codes');
  });

  it('mails no code for the other, and asks to open the link', async () => {
    const options = { clientId: 'links', redirectUri: CALLBACK, browser: visitor() };
    const { browser, started, mail, link } = await waitForMail(suite, suite.address(), options);
    expect(mail.code).to.equal(null);
    expect(mail.subject).to.equal('Your sign-in link for links');
    expect(browser.page.title).to.contain('Open the link in your e-mail');
    expect(browser.page.text).to.contain('We have sent you a link').and.to.not.contain('Enter your code');
    const tab = browser.tab();
    await tab.get(link);
    await tab.click('link-confirm');
    expect((await suite.finish(tab, started, 'links', CALLBACK)).tokens.claims()?.aud).to.equal('links');
  });

  it('still takes the code that such a link shows in another browser', async () => {
    const options = { clientId: 'links', redirectUri: CALLBACK, browser: visitor() };
    const { browser, mail, link } = await waitForMail(suite, suite.address(), options);
    const other = suite.browser();
    await other.get(link);
    const code = (await other.click('link-confirm')).textOf('shown-code');
    expect(`${mail.subject}${mail.text}${mail.html}`).to.not.contain(code);
    await enterCode(browser, code);
    expect(parametersOf(browser.landedAt())).to.have.property('code');
  });

  it('sends it again and anew in words of links', async () => {
    const time = suite.freeze();
    const address = suite.address();
    const options = { clientId: 'links', redirectUri: CALLBACK, browser: visitor() };
    const { browser } = await waitForMail(suite, address, options);
    expect(browser.page.textOf('code-resend')).to.equal('Send the link again');
    time.advance(61_000);
    await browser.click('code-resend');
    expect(browser.page.textOf('resent')).to.contain('the same link');
    // What is not on its way yet is not sent any more when it has expired.
    await suite.server.messages(address, 2);
    time.advance(300_000);
    await browser.get(browser.page.url.pathname);
    expect(browser.page.title).to.contain('This link no longer works');
    expect(browser.page.textOf('code-resend')).to.equal('Send a new link');
    await browser.click('code-resend');
    const [newest] = await suite.server.messages(address, 3);
    expect(newest?.code).to.equal(null);
  });
});
