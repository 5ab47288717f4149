import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, readableText, useServer, wrongCode } from '../support/journey.ts';

describe('journey: another message, another address, or none', () => {
  const suite = useServer();

  async function atCode(): Promise<{ browser: Browser; address: string; code: string; state: string }> {
    const [browser, address] = [suite.browser(), suite.address()];
    const { state } = await suite.begin(browser);
    return { browser, address, code: await suite.askForCode(browser, address), state };
  }

  it('refuses to send again too early and counts down, whatever the page offers', async () => {
    const time = suite.freeze();
    const { browser, address } = await atCode();
    expect(browser.page.textOf('resend-wait')).to.contain('in 60 seconds');
    time.advance(18_000);
    const page = await browser.click('code-resend');
    expect(page.status).to.equal(429);
    expect(page.headers.get('retry-after')).to.equal('42');
    expect(page.alert).to.contain('only a moment ago').and.to.contain('42 seconds');
    expect(page.textOf('resend-wait')).to.contain('in 42 seconds');
    expect(page.has('code')).to.equal(true);
    time.advance(41_000);
    expect((await browser.click('code-resend')).status).to.equal(429);
    expect(await suite.server.inbox(address)).to.have.length(1);
  });

  it('sends the same code again after a minute; the next wait is longer', async () => {
    const time = suite.freeze();
    const { browser, address, code } = await atCode();
    time.advance(60_000);
    const page = await browser.click('code-resend');
    expect(page.status).to.equal(200);
    expect(page.textOf('resent')).to.contain('sent the code again');
    expect(await suite.server.code(address, 2)).to.equal(code);
    expect(page.textOf('resend-wait')).to.contain('in 2 minutes');
    const [second, first] = await suite.server.messages(address, 2);
    expect(second?.id).not.to.equal(first?.id);
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('neither prolongs the code nor gives tries back by sending it again (R-05)', async () => {
    const time = suite.freeze();
    const { browser, address, code } = await atCode();
    for (const shift of [1, 2, 3]) await enterCode(browser, wrongCode(code, shift));
    time.advance(60_000);
    await browser.click('code-resend');
    await suite.server.code(address, 2);
    expect(browser.page.textOf('expiry')).to.contain('in 4 minutes');
    expect((await enterCode(browser, wrongCode(code, 4))).alert).to.contain('1 try left');
    time.advance(240_000);
    const page = await enterCode(browser, code);
    expect(page.status).to.equal(422);
    expect(page.alert).to.contain('expired');
  });

  it('offers a new code at once when the first one is spent', async () => {
    const { browser, address, code } = await atCode();
    for (const shift of [1, 2, 3, 4, 5]) await enterCode(browser, wrongCode(code, shift));
    expect(browser.page.has('resend-wait')).to.equal(false);
    const page = await browser.click('code-resend');
    expect(page.status).to.equal(200);
    expect(page.has('code')).to.equal(true);
    expect(page.has('resent'), 'it is not the same code').to.equal(false);
    expect(await suite.server.code(address, 2)).not.to.equal(code);
  });

  it('goes back to the address, which can be changed; the first code is dead then', async () => {
    const { browser, address, code } = await atCode();
    await browser.click('code-change');
    expect(browser.page.url.pathname).to.match(/^\/interaction\/[\w-]+$/);
    expect(browser.page.value('identifier')).to.equal(address);
    const other = suite.address('grace');
    const fresh = await suite.askForCode(browser, other);
    expect(readableText(browser.page)).to.contain(other).and.not.to.contain(address);
    expect((await enterCode(browser, code)).status).to.equal(422);
    await enterCode(browser, fresh);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('takes the code that is there when the same address is given again, without a second mail', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    // What Back shows where a browser keeps the page in memory.
    const behind = browser.tab();
    await behind.get(browser.page.url);
    const code = await suite.askForCode(browser, address);
    await behind.submit('identifier-submit', { identifier: ` ${address.toUpperCase()}` });
    expect(behind.page.url.pathname).to.match(/\/code$/);
    await enterCode(behind, code);
    expect(behind.landedAt().searchParams.has('code')).to.equal(true);
    expect(await suite.server.inbox(address)).to.have.length(1);
  });

  it('says so when newer sign-ins with the same address have replaced the code (R-05)', async () => {
    const { browser, address, code } = await atCode();
    const others = [suite.browser(), suite.browser(), suite.browser()];
    for (const other of others) {
      await suite.begin(other);
      await suite.askForCode(other, address);
    }
    const page = await enterCode(browser, code);
    expect(page.status).to.equal(422);
    expect(page.alert).to.contain('newer sign-in has replaced this code');
    expect(page.value('identifier')).to.equal(address);
    const fresh = await suite.askForCode(browser, address);
    await enterCode(browser, fresh);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  for (const [where, arrive] of [
    ['the address', async (browser: Browser) => void (await suite.begin(browser))],
    [
      'the code',
      async (browser: Browser) => {
        await suite.begin(browser);
        await suite.askForCode(browser, suite.address());
      },
    ],
  ] as const) {
    it(`can be called off at ${where}: the application hears access_denied`, async () => {
      const browser = suite.browser();
      await arrive(browser);
      await browser.click('cancel');
      expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied', iss: suite.server.issuer });
    });
  }

  it('answers a call-off with the state of the request and nothing that could be exchanged', async () => {
    const { browser, state } = await atCode();
    await browser.click('cancel');
    expect(parametersOf(browser.landedAt())).to.have.all.keys('error', 'error_description', 'state', 'iss');
    expect(browser.landedAt().searchParams.get('state')).to.equal(state);
  });

  it('stops sending to one address after five messages in ten minutes, and says for how long (R-15)', async () => {
    const time = suite.freeze();
    const address = suite.address();
    for (let count = 1; count <= 5; count += 1) {
      const browser = suite.browser();
      await suite.begin(browser);
      await suite.askForCode(browser, address);
    }
    time.advance(30_000);
    const browser = suite.browser();
    await suite.begin(browser);
    const page = await browser.submit('identifier-submit', { identifier: address });
    expect(page.status).to.equal(429);
    expect(Number(page.headers.get('retry-after'))).to.be.within(560, 570);
    expect(page.alert).to.contain('too many tries').and.to.contain('10 minutes');
    expect(await suite.server.inbox(address)).to.have.length(5);
    time.advance(571_000);
    await suite.askForCode(browser, address);
    expect(browser.page.has('code')).to.equal(true);
  });
});
