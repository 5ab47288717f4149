import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, readableText, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

describe('journey: a sign-in that is over', () => {
  const suite = useServer();

  /** The way back stands on the page and leads to the application with something it understands. */
  function expectWayBack({ page }: Browser, state: string): void {
    expect(page.textOf('expired-return')).to.equal('Back to Demo');
    const url = page.href('expired-return');
    expect(url.href.startsWith(`${suite.server.application}/callback?`)).to.equal(true);
    expect(parametersOf(url)).to.include({ error: 'access_denied', state, iss: suite.server.issuer });
  }

  for (const step of ['identifier', 'code'] as const) {
    it(`is told to a person who comes back to the ${step} page after a quarter of an hour (wish 19)`, async () => {
      const time = suite.freeze();
      const browser = suite.browser();
      const { state } = await suite.begin(browser);
      if (step === 'code') await suite.askForCode(browser, suite.address());
      time.advance(901_000);
      await browser.reload();
      expect(browser.page.status).to.equal(400);
      expect(browser.page.title).to.contain('has expired');
      expect(browser.page.has(step)).to.equal(false);
      expectWayBack(browser, state);
    });

    it(`is told to a person who submits the ${step} form after a quarter of an hour`, async () => {
      const time = suite.freeze();
      const [browser, address] = [suite.browser(), suite.address()];
      const { state } = await suite.begin(browser);
      const code = step === 'code' ? await suite.askForCode(browser, address) : '';
      time.advance(901_000);
      await browser.submit(`${step}-submit`, step === 'code' ? { code } : { identifier: address });
      expect(browser.page.status).to.equal(400);
      expectWayBack(browser, state);
      expect(await suite.server.inbox(address)).to.have.length(step === 'code' ? 1 : 0);
    });
  }

  it('lasts to its last second', async () => {
    const time = suite.freeze();
    const browser = suite.browser();
    await suite.begin(browser);
    time.advance(899_000);
    const code = await suite.askForCode(browser, suite.address());
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('tells a browser without cookies what is missing, and nothing else (R-55)', async () => {
    const [browser, stranger, address] = [suite.browser(), suite.browser(), suite.address()];
    await suite.begin(browser);
    await suite.askForCode(browser, address);
    const page = await stranger.get(browser.page.url);
    expect(page.status).to.equal(400);
    expect(page.title).to.contain('did not send our cookie');
    expect(readableText(page)).not.to.contain(address);
    expect(page.has('expired-return')).to.equal(false);
    expect(page.html).not.to.contain('Demo');
    expect(page.forms).to.have.length(0);
  });

  it('offers the way back where only the cookie of the sign-in is lost', async () => {
    const browser = suite.browser();
    const { state } = await suite.begin(browser);
    const { url } = browser.page;
    const back = browser.cookies(url).filter(({ name }) => name === 'back');
    expect(back).to.have.length(1);
    const cookie = back.map(({ name, value }) => `${name}=${value}`).join('; ');
    const { body, status } = await send({ method: 'GET', url, headers: { cookie, accept: 'text/html' }, body: null });
    expect(status).to.equal(400);
    expect(body)
      .to.contain('expired-return')
      .and.to.contain(`state=${encodeURIComponent(state)}`);
  });

  it('cannot be driven from another browser, not even with the form and a cookie of its own (R-55)', async () => {
    const [victim, attacker, address] = [suite.browser(), suite.browser(), suite.address()];
    await suite.begin(victim);
    const code = await suite.askForCode(victim, address);
    await suite.begin(attacker);
    const own = attacker.cookies(attacker.page.url).map(({ name, value }) => `${name}=${value}`);
    const csrf = victim.page.formAt('code').form.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    const headers = { cookie: own.join('; '), 'content-type': 'application/x-www-form-urlencoded' };
    for (const action of ['', '/change', '/cancel', '/resend']) {
      const url = new URL(`${victim.page.url.pathname}${action}`, victim.page.url);
      const body = new URLSearchParams({ csrf, code }).toString();
      expect((await send({ method: 'POST', url, headers, body })).status).to.equal(400);
    }
    await enterCode(victim, code);
    expect(victim.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('cannot be finished twice: the address that goes on is good for one use', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    const resume = browser.history.find(({ url }) => /^\/auth\/.+/.test(url.pathname))?.url;
    if (resume === undefined) throw new Error('the engine did not go on');
    for (const visitor of [browser, suite.browser()]) {
      await visitor.get(resume);
      expect(visitor.stoppedAt).to.equal(null);
      expect(visitor.page.status).to.equal(400);
      expect(visitor.page.has('identifier')).to.equal(false);
    }
    expect(browser.page.title).to.contain('already finished');
  });

  it('is unknown under a made-up address', async () => {
    const page = await suite.browser().get(`${suite.server.issuer}/interaction/nobody`);
    expect(page.status).to.equal(400);
    for (const path of ['/interaction/abc/abort', '/interaction/abc/nothing', '/interaction']) {
      expect((await suite.browser().get(suite.server.issuer + path)).status).to.equal(404);
    }
  });
});

describe('journey: a restart of the server', () => {
  const suite = useServer();

  it('loses no step, no code and no session: both halves of a sign-in fit', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const started = await suite.begin(browser);
    await suite.restart();
    const code = await suite.askForCode(browser, address);
    await suite.restart();
    await enterCode(browser, code);
    const callback = browser.landedAt();
    await suite.restart();
    const tokens = await (await suite.party()).finish(callback, started);
    await suite.restart();
    const party = await suite.party();
    expect(await party.introspect(tokens.access_token)).to.include({ active: true });
    const fresh = await party.refresh(tokens.refresh_token ?? '');
    expect(fresh.claims()?.sub).to.equal(tokens.claims()?.sub);
    const again = await suite.signIn(browser, address);
    expect(again.tokens.claims()?.auth_time).to.equal(tokens.claims()?.auth_time);
    expect(await suite.server.inbox(address), 'the inbox is in memory; nobody was mailed again').to.have.length(0);
  });
});
