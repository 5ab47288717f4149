import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, readableText, useServer } from '../support/journey.ts';
import { send, type WireResponse } from '../support/wire.ts';

/** Sends the form of the code page as it is, and does not follow the answer. */
async function submitUnfollowed(browser: Browser, code: string): Promise<WireResponse> {
  const { form } = browser.page.formAt('code');
  const csrf = form.controls.find(({ name }) => name === 'csrf')?.value ?? '';
  const url = new URL(form.action, browser.page.url);
  const cookie = browser
    .cookies(url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
  return send({ method: 'POST', url, headers, body: new URLSearchParams({ csrf, code }).toString() });
}

describe('journey: reload, Back, double clicks and several tabs', () => {
  const suite = useServer();

  async function atCode(): Promise<{ browser: Browser; address: string; code: string }> {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    return { browser, address, code: await suite.askForCode(browser, address) };
  }

  it('shows the same step after a reload, without another message', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    const first = browser.page.url.href;
    expect((await browser.reload()).has('identifier')).to.equal(true);
    expect(browser.page.url.href).to.equal(first);

    const code = await suite.askForCode(browser, address);
    const second = browser.page.url.href;
    expect((await browser.reload()).has('code')).to.equal(true);
    expect(browser.page.url.href).to.equal(second);
    expect(await suite.server.inbox(address)).to.have.length(1);
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('leads from the bare address of the interaction to the step it is at', async () => {
    const { browser } = await atCode();
    const root = new URL(browser.page.url.pathname.replace(/\/code$/, ''), browser.page.url);
    await browser.get(`${root.href}/consent`);
    expect(browser.page.has('code')).to.equal(true);
  });

  it('says so and leads on when Back ends at a page that is done', async () => {
    const { browser, code } = await atCode();
    await enterCode(browser, code);
    const first = browser.landedAt();
    await browser.back();
    // The code page is gone with its interaction: a person is told, not asked.
    expect(browser.page.status).to.equal(400);
    expect(browser.page.title).to.contain('already finished');
    expect(browser.page.href('expired-return').origin).to.equal(first.origin);
  });

  it('lets exactly one of several submissions of the right code through; the others are told on (R-03)', async () => {
    const { browser, code } = await atCode();
    const tabs = [browser, browser.tab(), browser.tab(), browser.tab()];
    await Promise.all(tabs.slice(1).map((tab) => tab.get(browser.page.url)));
    await Promise.all(tabs.map((tab) => enterCode(tab, code)));
    const losers = tabs.filter(({ stoppedAt }) => stoppedAt?.searchParams.has('code') !== true);
    expect(losers).to.have.length(3);
    for (const { page } of losers) {
      expect(page.status).to.equal(400);
      expect(page.title).to.match(/already finished|has expired/);
      expect(page.has('expired-return')).to.equal(true);
    }
  });

  it('leads a double click to the application: a browser follows the second answer only', async () => {
    const { browser, code } = await atCode();
    // The first click's answer is never looked at; the server has done its work all the same.
    const answered = await submitUnfollowed(browser, code);
    expect(answered.status).to.equal(303);
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('continues a tab that was left at the address when another tab has signed in (wish 20)', async () => {
    const address = suite.address();
    const [first, second] = [suite.browser()].flatMap((browser) => [browser, browser.tab()]) as [Browser, Browser];
    const waiting = await suite.begin(second);
    await suite.signIn(first, address);
    expect(second.page.has('identifier')).to.equal(true);
    await second.reload();
    const { tokens } = await suite.finish(second, waiting);
    expect(tokens.claims()?.sub).to.be.a('string');
    expect(await suite.server.inbox(address)).to.have.length(1);
  });

  it('continues a tab that was left at the code when another tab has signed in with that address (wish 20)', async () => {
    const address = suite.address();
    const [first, second] = [suite.browser()].flatMap((browser) => [browser, browser.tab()]) as [Browser, Browser];
    const waiting = await suite.begin(second);
    await suite.askForCode(second, address);
    await suite.signIn(first, address);
    expect(second.page.has('code')).to.equal(true);
    await second.reload();
    expect((await suite.finish(second, waiting)).tokens.claims()?.sub).to.be.a('string');
  });

  it('keeps a tab at the code of somebody else who is signing in there', async () => {
    const [address, other] = [suite.address(), suite.address('grace')];
    const [first, second] = [suite.browser()].flatMap((browser) => [browser, browser.tab()]) as [Browser, Browser];
    const waiting = await suite.begin(second);
    const code = await suite.askForCode(second, other);
    const { tokens } = await suite.signIn(first, address);
    await second.reload();
    expect(readableText(second.page)).to.contain(other);
    await second.get(second.page.url.pathname.replace('/code', ''));
    expect(readableText(second.page)).to.contain(other);
    await enterCode(second, code);
    if (second.stoppedAt === null) await second.click('proceed-submit');
    const signedIn = await suite.finish(second, waiting);
    expect(signedIn.tokens.claims()?.sub).to.be.a('string').and.not.to.equal(tokens.claims()?.sub);
  });

  it('continues a tab that was left at the consent when another tab has given it', async () => {
    const clientId = 'demo-third-party';
    const [first, second] = [suite.browser()].flatMap((browser) => [browser, browser.tab()]) as [Browser, Browser];
    await suite.signIn(first, suite.address());
    const waiting = await suite.begin(second, { clientId });
    await suite.begin(first, { clientId });
    await first.click('consent-allow');
    await second.reload();
    expect((await suite.finish(second, waiting, clientId)).tokens.claims()?.aud).to.equal(clientId);
  });

  it('asks again in each tab where the application wants it asked', async () => {
    const options = { clientId: 'demo-third-party', parameters: { prompt: 'consent' } };
    const browser = suite.browser();
    await suite.signIn(browser, suite.address(), options);
    await suite.begin(browser, options);
    await browser.reload();
    expect(browser.page.has('consent-allow')).to.equal(true);
  });

  it('finishes two sign-ins in two tabs, each with its own code, state and tokens', async () => {
    const address = suite.address();
    const [first, second] = [suite.browser()].flatMap((browser) => [browser, browser.tab()]) as [Browser, Browser];
    const [one, two] = [await suite.begin(first), await suite.begin(second, { clientId: 'demo-backend' })];
    const codes = [await suite.askForCode(first, address), await suite.askForCode(second, address)] as const;
    expect(codes[0]).not.to.equal(codes[1]);
    await enterCode(second, codes[1]);
    await enterCode(first, codes[0]);
    const [a, b] = [await suite.finish(first, one), await suite.finish(second, two, 'demo-backend')];
    expect(a.tokens.claims()?.sub).to.equal(b.tokens.claims()?.sub);
    expect([a.tokens.claims()?.aud, b.tokens.claims()?.aud]).to.deep.equal(['demo', 'demo-backend']);
  });

  it('lets a person prove the address anew in two tabs at once (prompt=login)', async () => {
    const [first, address] = [suite.browser(), suite.address()];
    const second = first.tab();
    await suite.signIn(first, address);
    const parameters = { prompt: 'login' };
    const [one, two] = [await suite.begin(first, { parameters }), await suite.begin(second, { parameters })];
    const codes = [await suite.askForCode(first, address), await suite.askForCode(second, address)] as const;
    await enterCode(first, codes[0]);
    await enterCode(second, codes[1]);
    const [a, b] = [await suite.finish(first, one), await suite.finish(second, two)];
    expect(a.tokens.claims()?.sub).to.equal(b.tokens.claims()?.sub);
  });

  it('gives two people in two tabs each their own answer; the later one stays signed in', async () => {
    const first = suite.browser();
    const second = first.tab();
    const [one, two] = [await suite.begin(first), await suite.begin(second)];
    const codes = [await suite.askForCode(first, suite.address()), await suite.askForCode(second, suite.address())];
    await enterCode(first, codes[0] ?? '');
    const a = await suite.finish(first, one);
    await enterCode(second, codes[1] ?? '');
    await second.click('proceed-submit');
    const b = await suite.finish(second, two);
    expect(a.tokens.claims()?.sub).not.to.equal(b.tokens.claims()?.sub);
    const later = await suite.begin(first, { parameters: { prompt: 'none' } });
    expect((await suite.finish(first, later)).tokens.claims()?.sub).to.equal(b.tokens.claims()?.sub);
  });

  it('lets a tab call off its own sign-in only', async () => {
    const first = suite.browser();
    const second = first.tab();
    const [one, two] = [await suite.begin(first), await suite.begin(second)];
    await second.click('cancel');
    expect(parametersOf(second.landedAt())).to.include({ error: 'access_denied', state: two.state });
    const code = await suite.askForCode(first, suite.address());
    await enterCode(first, code);
    expect(parametersOf(first.landedAt())).to.include({ state: one.state }).and.to.have.property('code');
  });
});
