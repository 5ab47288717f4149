import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';

describe('journey: prompt and max_age', () => {
  const suite = useServer();

  async function signedIn(): Promise<{ browser: Browser; address: string; sub: string; at: number }> {
    const [browser, address] = [suite.browser(), suite.address()];
    const claims = (await suite.signIn(browser, address)).tokens.claims();
    return { browser, address, sub: claims?.sub ?? '', at: Number(claims?.auth_time) };
  }

  it('prompt=none: login_required without a session, tokens with one, never a page', async () => {
    const stranger = suite.browser();
    const asked = await suite.begin(stranger, { parameters: { prompt: 'none' } });
    expect(parametersOf(stranger.landedAt())).to.include({
      error: 'login_required',
      state: asked.state,
      iss: suite.server.issuer,
    });
    expect(stranger.cookies().map(({ name }) => name)).not.to.include('interaction');

    const { browser, sub } = await signedIn();
    const started = await suite.begin(browser, { parameters: { prompt: 'none' } });
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.equal(sub);
  });

  it('prompt=none: consent_required at a third-party application nobody has agreed to', async () => {
    const { browser } = await signedIn();
    await suite.begin(browser, { clientId: 'demo-third-party', parameters: { prompt: 'none' } });
    expect(parametersOf(browser.landedAt())).to.include({ error: 'consent_required' });
  });

  it('prompt=none: login_required when the sign-in is older than max_age', async () => {
    const time = suite.freeze();
    const { browser } = await signedIn();
    time.advance(100_000);
    await suite.begin(browser, { parameters: { prompt: 'none', max_age: '99' } });
    expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
  });

  it('prompt=login and max_age=0 take a new code and give a new auth_time, with a session (R-44)', async () => {
    const time = suite.freeze();
    const { browser, address, sub, at } = await signedIn();
    let last = at;
    for (const parameters of [{ prompt: 'login' }, { max_age: '0' }]) {
      time.advance(30_000);
      const started = await suite.begin(browser, { parameters });
      expect(browser.page.value('identifier')).to.equal(address);
      await browser.reload();
      const code = await suite.askForCode(browser, address);
      await enterCode(browser, code);
      const claims = (await suite.finish(browser, started)).tokens.claims();
      expect(claims).to.include({ sub, acr: 'urn:countersign:acr:1fa' });
      expect(claims?.amr).to.deep.equal(['otp']);
      expect(claims?.auth_time)
        .to.equal(Math.floor(time.now() / 1000))
        .and.to.be.above(last);
      last = Number(claims?.auth_time);
    }
  });

  it('prompt=login is not answered by a sign-in that happens in another tab meanwhile (R-44)', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const tab = browser.tab();
    await suite.begin(tab, { parameters: { prompt: 'login' } });
    await suite.signIn(browser, address);
    await tab.reload();
    expect(tab.page.has('identifier')).to.equal(true);
  });

  it('max_age asks only somebody whose sign-in is older, and the ID token always says how old it is', async () => {
    const time = suite.freeze();
    const { browser, at, address } = await signedIn();
    time.advance(60_000);
    const young = await suite.begin(browser, { parameters: { max_age: '60' } });
    expect((await suite.finish(browser, young)).tokens.claims()?.auth_time).to.equal(at);
    time.advance(1_000);
    const old = await suite.begin(browser, { parameters: { max_age: '60' } });
    await enterCode(browser, await suite.askForCode(browser, address));
    expect((await suite.finish(browser, old)).tokens.claims()?.auth_time).to.equal(at + 61);
  });

  it('prompt=login by somebody else ends signed in as that one, and the former session is dead', async () => {
    const { browser, sub } = await signedIn();
    const former = browser.clone();
    const started = await suite.begin(browser, { parameters: { prompt: 'login' } });
    const other = suite.address('grace');
    await enterCode(browser, await suite.askForCode(browser, other));
    if (browser.stoppedAt === null) await browser.click('proceed-submit');
    const claims = (await suite.finish(browser, started)).tokens.claims();
    expect(claims?.sub).to.be.a('string').and.not.to.equal(sub);
    await suite.begin(former, { parameters: { prompt: 'none' } });
    expect(parametersOf(former.landedAt())).to.include({ error: 'login_required' });
  });

  it('prompt=consent asks a first-party application’s people, too, when it is asked for', async () => {
    const { browser, sub } = await signedIn();
    const started = await suite.begin(browser, { parameters: { prompt: 'consent', scope: 'openid email' } });
    expect(browser.page.url.pathname).to.match(/\/consent$/);
    expect(browser.page.text).to.contain('See your e-mail address');
    await browser.click('consent-allow');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.equal(sub);
  });

  it('asks one after the other when an application wants all of it', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const options = {
      clientId: 'demo-third-party',
      parameters: { prompt: 'login consent select_account', scope: 'openid email' },
    };
    await suite.signIn(browser, address, options);
    const started = await suite.begin(browser, options);
    await browser.click('account-continue');
    await enterCode(browser, await suite.askForCode(browser, address));
    await browser.click('consent-allow');
    const { tokens } = await suite.finish(browser, started, options.clientId);
    expect(tokens.claims()).to.include({ email: address });
  });

  it('refuses what contradicts itself or is unknown', async () => {
    const browser = suite.browser();
    for (const prompt of ['none login', 'create']) {
      await suite.begin(browser, { parameters: { prompt } });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'invalid_request' });
    }
  });
});

describe('journey: prompt=select_account', () => {
  const suite = useServer();
  const parameters = { prompt: 'select_account' };

  async function atChoice(): Promise<{ browser: Browser; address: string; sub: string }> {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address);
    return { browser, address, sub: tokens.claims()?.sub ?? '' };
  }

  it('lets a person stay, without a code', async () => {
    const { browser, address, sub } = await atChoice();
    const started = await suite.begin(browser, { parameters });
    expect(browser.page.url.pathname).to.match(/\/account$/);
    expect(browser.page.textOf('account-continue').replace(' @', '@')).to.contain(address);
    await browser.click('account-continue');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.equal(sub);
    expect(await suite.server.inbox(address)).to.have.length(1);
  });

  it('ends signed in as somebody else, over a page of ours that needs no script', async () => {
    const { browser, sub } = await atChoice();
    const started = await suite.begin(browser, { parameters });
    await browser.click('account-other');
    expect(browser.page.value('identifier')).to.equal('');
    const other = suite.address('grace');
    await enterCode(browser, await suite.askForCode(browser, other));
    // The engine ends the other session by a form of its own, which is dressed as ours.
    expect(browser.stoppedAt).to.equal(null);
    expect(browser.page.has('proceed-submit')).to.equal(true);
    expect(browser.page.headers.get('content-security-policy')).to.contain("script-src 'self'");
    expect(browser.page.html).not.to.match(/onload|<script>/);
    await browser.click('proceed-submit');
    const { tokens } = await suite.finish(browser, started);
    expect(tokens.claims()?.sub).not.to.equal(sub);
    const again = await suite.signIn(browser, other);
    expect(again.tokens.claims()?.sub).to.equal(tokens.claims()?.sub);
    expect(await suite.server.inbox(other)).to.have.length(1);
  });

  it('goes on as before when “somebody else” turns out to be the same person', async () => {
    const { browser, address, sub } = await atChoice();
    const started = await suite.begin(browser, { parameters });
    await browser.click('account-other');
    await enterCode(browser, await suite.askForCode(browser, address));
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.equal(sub);
  });

  it('asks somebody who is not signed in for an address, once', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address, { parameters });
    expect(tokens.claims()?.sub).to.be.a('string');
    expect(await suite.server.inbox(address)).to.have.length(1);
  });

  it('can be called off', async () => {
    const { browser } = await atChoice();
    await suite.begin(browser, { parameters });
    await browser.click('cancel');
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
  });
});
