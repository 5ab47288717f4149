import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { parametersOf, type SignedIn, useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

describe('journey: logout', () => {
  const suite = useServer();
  const home = (): string => `${suite.server.application}/`;

  async function signedIn(): Promise<SignedIn & { browser: Browser; address: string; idToken: string }> {
    const [browser, address] = [suite.browser(), suite.address()];
    const result = await suite.signIn(browser, address);
    return { ...result, browser, address, idToken: result.tokens.id_token ?? '' };
  }

  async function expectSession(browser: Browser, there: boolean): Promise<void> {
    const tab = browser.tab();
    await suite.begin(tab, { parameters: { prompt: 'none' } });
    if (there) expect(tab.landedAt().searchParams.has('code')).to.equal(true);
    else expect(parametersOf(tab.landedAt())).to.include({ error: 'login_required' });
  }

  it('with the ID token of the session asks nothing where script runs, and needs one click where not', async () => {
    const { browser, idToken, tokens } = await signedIn();
    const party = await suite.party();
    const page = await browser.get(party.logoutUrl(idToken, home(), 'their-state'));
    expect(page.title).to.contain('Signing you out');
    expect(page.has('logout-cancel')).to.equal(false);
    expect(page.html).to.contain('data-go');
    await expectSession(browser, true);

    await browser.click('logout-confirm');
    expect(browser.landedAt().href).to.equal(`${home()}?state=their-state`);
    await expectSession(browser, false);
    expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
    expect((await rejectionOf(party.refresh(tokens.refresh_token ?? ''))).message).to.be.a('string');
    expect((await rejectionOf(party.userinfo(tokens.access_token))).message).to.be.a('string');
  });

  it('leaves a trace of who has left', async () => {
    const { browser, idToken, tokens } = await signedIn();
    await browser.get((await suite.party()).logoutUrl(idToken));
    await browser.click('logout-confirm');
    const [event] = await suite.events({ type: 'session.ended', accountId: tokens.claims()?.sub ?? '' });
    expect(event).to.include({ type: 'session.ended', clientId: 'demo' });
  });

  it('still knows an ID token that has expired', async () => {
    const time = suite.freeze();
    const { browser, idToken } = await signedIn();
    time.advance(2 * 3_600_000);
    const page = await browser.get((await suite.party()).logoutUrl(idToken, home()));
    expect(page.title).to.contain('Signing you out');
    await browser.click('logout-confirm');
    expect(browser.landedAt().href).to.equal(home());
  });

  it('without an ID token asks first, and says who is signed in (R-49)', async () => {
    const { browser, address } = await signedIn();
    const page = await browser.get((await suite.party()).logoutUrl(undefined, home()));
    expect(page.title).to.contain('Sign out?');
    expect(page.text.replace(' @', '@')).to.contain(address);
    expect(page.html).not.to.contain('data-go');
    await expectSession(browser, true);
    await browser.click('logout-confirm');
    expect(browser.landedAt().href).to.equal(home());
    await expectSession(browser, false);
  });

  it('lets a person stay', async () => {
    const { browser } = await signedIn();
    await browser.get((await suite.party()).logoutUrl(undefined));
    await browser.click('logout-cancel');
    await expectSession(browser, true);
  });

  it('asks first when the ID token is somebody else’s', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const page = await one.browser.get((await suite.party()).logoutUrl(other.idToken, home()));
    expect(page.has('logout-cancel')).to.equal(true);
    expect(page.html).not.to.contain('data-go');
    await expectSession(one.browser, true);
  });

  it('refuses what is no ID token of ours', async () => {
    const { browser, idToken, tokens } = await signedIn();
    const forged = `${idToken.slice(0, -8)}AAAAAAAA`;
    for (const hint of ['x', forged, tokens.access_token, 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiYXVkIjoiZGVtbyJ9.']) {
      const page = await browser.get((await suite.party()).logoutUrl(hint, home()));
      expect(page.status).to.equal(400);
      expect(browser.stoppedAt).to.equal(null);
    }
    await expectSession(browser, true);
  });

  it('goes nowhere an application has not registered', async () => {
    const { browser, idToken } = await signedIn();
    for (const target of ['https://evil.example/', home().slice(0, -1), `${home()}?x`, `${home()}callback`]) {
      const page = await browser.get((await suite.party()).logoutUrl(idToken, target));
      expect(page.status, target).to.equal(400);
      expect(browser.stoppedAt).to.equal(null);
    }
    await expectSession(browser, true);
  });

  it('ends at a page of ours where the application names none', async () => {
    const { browser, idToken } = await signedIn();
    await browser.get((await suite.party()).logoutUrl(idToken));
    await browser.click('logout-confirm');
    expect(browser.page.status).to.equal(200);
    expect(browser.page.title).to.contain('You are signed out');
    await expectSession(browser, false);
  });

  it('cannot be confirmed by a page of somebody else (R-49, R-57)', async () => {
    const { browser } = await signedIn();
    await browser.get((await suite.party()).logoutUrl(undefined));
    const { form } = browser.page.formAt('logout-confirm');
    const xsrf = form.controls.find(({ name }) => name === 'xsrf')?.value ?? '';
    expect(xsrf).to.have.length.above(20);
    const action = new URL(form.action, browser.page.url);
    const attacker = browser.tab();
    for (const fields of [{ logout: 'yes' }, { logout: 'yes', xsrf: 'made-up' }, { logout: 'yes', xsrf }]) {
      await attacker.postFrom('https://evil.example', action, fields);
      expect(attacker.page.status).to.equal(400);
      await expectSession(browser, true);
    }
    await browser.click('logout-confirm');
    await expectSession(browser, false);
  });

  it('may be asked for by POST, and still asks the person (RP-Initiated Logout §2)', async () => {
    const { browser, idToken } = await signedIn();
    const fields = { id_token_hint: idToken, post_logout_redirect_uri: home(), state: 'x' };
    await browser.postFrom(suite.server.application, `${suite.server.issuer}/session/end`, fields);
    expect(browser.page.title).to.contain('Signing you out');
    await browser.click('logout-confirm');
    expect(browser.landedAt().href).to.equal(`${home()}?state=x`);
  });

  it('goes through for somebody who is signed out already', async () => {
    const { browser, idToken } = await signedIn();
    const party = await suite.party();
    for (const round of [1, 2]) {
      await browser.get(party.logoutUrl(idToken, home(), String(round)));
      await browser.submit(null);
      expect(browser.landedAt().href).to.equal(`${home()}?state=${round}`);
    }
  });

  it('ends the session of this browser only', async () => {
    const one = await signedIn();
    const second = suite.browser();
    await suite.signIn(second, one.address);
    await one.browser.get((await suite.party()).logoutUrl(one.idToken));
    await one.browser.click('logout-confirm');
    await expectSession(one.browser, false);
    await expectSession(second, true);
  });

  it('leaves nothing that a copy of the cookies could use', async () => {
    const { browser, idToken } = await signedIn();
    const stolen = browser.clone();
    await browser.get((await suite.party()).logoutUrl(idToken));
    await browser.click('logout-confirm');
    await expectSession(stolen, false);
  });
});
