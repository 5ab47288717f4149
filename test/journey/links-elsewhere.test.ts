import { expect } from 'chai';
import fr from '../../views/locales/fr.json' with { type: 'json' };
import { challengeOf } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { progressOf, tokenOf, waitForMail } from '../support/links.ts';

describe('journey: a link, opened in another browser (R-10)', () => {
  const suite = useServer();

  it('names the application, says that another browser asked, and signs nobody in', async () => {
    const time = suite.freeze();
    const { link, uid, browser } = await waitForMail(suite, suite.address());
    time.advance(120_000);
    const other = suite.browser();
    const page = await other.get(link);
    expect(page.status).to.equal(200);
    expect(page.title).to.contain('Demo');
    expect(page.text).to.contain('Another browser asked for this 2 minutes ago').and.to.contain('Was that you?');
    expect(other.cookies()).to.deep.equal([]);
    expect(await progressOf(browser, uid)).to.equal(204);
    expect((await challengeOf(suite, uid)).state).to.equal('open');
  });

  it('says from which network the other browser asked, and whether that is this one’s, too', async () => {
    const { link, uid } = await waitForMail(suite, suite.address(), { browser: suite.browser({ ip: '192.0.2.7' }) });
    expect((await challengeOf(suite, uid)).askedFrom).to.equal('192.0.2.7');
    const seen = async (ip: string): Promise<string> => (await suite.browser({ ip }).get(link)).textOf('asked-from');
    expect(await seen('198.51.100.1')).to.equal('It asked from another network than yours: 192.0.2.7.');
    expect(await seen('192.0.2.7'))
      .to.contain('192.0.2.7')
      .and.to.contain('the one you are in, too');
  });

  it('shows the code after a confirmation, with a warning, and the code works where it was asked for', async () => {
    const { browser, started, link, mail, uid } = await waitForMail(suite, suite.address());
    const other = suite.browser();
    await other.get(link);
    const page = await other.click('link-confirm');
    expect(page.status).to.equal(200);
    expect(page.textOf('shown-code')).to.equal(mail.code);
    expect(page.textOf('reference')).to.equal(browser.page.textOf('reference'));
    expect(page.text).to.contain('Never tell this code to anybody');
    expect(other.cookies()).to.deep.equal([]);
    expect(other.history.some(({ url }) => url.pathname.startsWith('/auth'))).to.equal(false);
    const [event] = await suite.events({ type: 'link.opened_elsewhere' });
    expect(event).to.include({ clientId: 'demo', reason: null });
    expect(await challengeOf(suite, uid)).to.include({ state: 'open', attempts: 0, sends: 1 });
    await enterCode(browser, page.textOf('shown-code'));
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('still works in the browser that asked after it was looked at elsewhere', async () => {
    const { browser, started, link } = await waitForMail(suite, suite.address());
    const other = suite.browser();
    await other.get(link);
    await other.click('link-confirm');
    await browser.get(link);
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('never signs in a stranger who asked with my address, nor me at their sign-in', async () => {
    const [stranger, address] = [suite.browser(), suite.address()];
    const { link, uid, started } = await waitForMail(suite, address, { browser: stranger });
    const mine = suite.browser();
    await suite.signIn(mine, suite.address());
    await mine.get(link);
    expect(mine.page.text).to.contain('Another browser asked');
    await mine.click('link-confirm');
    expect((await challengeOf(suite, uid)).state).to.equal('open');
    await stranger.get(`/interaction/${uid}`);
    expect(stranger.stoppedAt).to.equal(null);
    expect(stranger.page.has('code')).to.equal(true);
    await stranger.get(`/auth/${uid}`);
    expect(stranger.stoppedAt).to.equal(null);
    expect(started.state).to.be.a('string');
    expect(await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: address })).to.equal(
      null,
    );
  });

  it('speaks the language of the mail', async () => {
    const { link } = await waitForMail(suite, suite.address(), { browser: suite.browser({ language: 'fr' }) });
    const other = suite.browser({ language: 'en' });
    expect((await other.get(link)).text).to.contain(fr['link_elsewhere.submit']);
    expect((await other.click('link-confirm')).text).to.contain(fr['link_code.secret']);
  });

  it('is made from the issuer alone, whatever the request for it says of itself (R-11)', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example.test',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example.test;proto=https',
      referer: 'https://evil.example.test/',
    };
    const { link, mail, uid } = await waitForMail(suite, suite.address(), { browser: suite.browser({ headers }) });
    expect(link.origin).to.equal(suite.server.issuer);
    expect(link.pathname).to.equal(`/interaction/${uid}/link/${tokenOf(link)}`);
    expect(Buffer.from(tokenOf(link), 'base64url')).to.have.length(32);
    expect(mail.text).to.contain(`\n${link.href}\n`);
    expect(`${mail.text}${mail.html}`).to.not.contain('evil');
  });
});
