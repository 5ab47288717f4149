import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, readableText, useServer, wrongCode } from '../support/journey.ts';
import type { Started } from '../support/relying-party.ts';

describe('journey: the code', () => {
  const suite = useServer();

  /** A browser that is asked for its code. */
  async function atCode(): Promise<{ browser: Browser; address: string; code: string; started: Started }> {
    const [browser, address] = [suite.browser(), suite.address()];
    const started = await suite.begin(browser);
    return { browser, address, code: await suite.askForCode(browser, address), started };
  }

  it('says after each wrong code how many tries are left, and still takes the right one', async () => {
    const { browser, code, started } = await atCode();
    expect(browser.page.text).not.to.contain('left');
    for (const [shift, left] of ['4 tries left', '3 tries left', '2 tries left', '1 try left'].entries()) {
      const page = await enterCode(browser, wrongCode(code, shift + 1));
      expect(page.status).to.equal(422);
      expect(page.alert).to.contain('That is not the code we sent').and.to.contain(left);
      expect(page.has('code')).to.equal(true);
    }
    await enterCode(browser, code);
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('is over after five wrong codes, even for the right one, and offers a new code that works', async () => {
    const { browser, address, code, started } = await atCode();
    const stale = browser.tab();
    await stale.get(browser.page.url);
    for (let shift = 1; shift <= 5; shift += 1) await enterCode(browser, wrongCode(code, shift));
    expect(browser.page.status).to.equal(422);
    expect(browser.page.alert).to.contain('too many wrong tries');
    expect(browser.page.has('code')).to.equal(false);

    const late = await enterCode(stale, code);
    expect(late.status).to.equal(422);
    expect(late.has('code')).to.equal(false);
    expect(stale.stoppedAt).to.equal(null);

    await browser.click('code-resend');
    const fresh = await suite.server.code(address, 2);
    expect(browser.page.has('code')).to.equal(true);
    await enterCode(browser, fresh);
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('expires after five minutes, to the second, and offers a new code that works (R-02)', async () => {
    const time = suite.freeze();
    const { browser, address, code, started } = await atCode();
    time.advance(299_000);
    expect((await enterCode(browser, wrongCode(code))).alert).to.contain('4 tries left');
    time.advance(1_000);
    const page = await enterCode(browser, code);
    expect(page.status).to.equal(422);
    expect(page.alert).to.contain('expired');
    expect(page.has('code')).to.equal(false);
    expect((await browser.get(page.url)).alert).to.contain('expired');

    await browser.click('code-resend');
    await enterCode(browser, await suite.server.code(address, 2));
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('may be pasted as the message shows it, with spaces, dashes or in full width', async () => {
    const fullWidth = (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    const spellings: ((code: string) => string)[] = [
      (code) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code) => ` ${code.slice(0, 3)}-${code.slice(3)}\u00a0`,
      fullWidth,
    ];
    for (const spell of spellings) {
      const { browser, code } = await atCode();
      await enterCode(browser, spell(code));
      expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    }
  });

  it('takes nothing that only begins with the code, and nothing empty', async () => {
    const { browser, code } = await atCode();
    for (const [typed, left] of [
      ['', 4],
      [`${code}0`, 3],
      [code.slice(0, 5), 2],
    ] as const) {
      const page = await enterCode(browser, typed);
      expect(page.status).to.equal(422);
      expect(page.alert).to.contain(`${left} tries left`);
    }
  });

  it('belongs to its own sign-in: the code of another browser is a wrong one (R-06)', async () => {
    const { address, code } = await atCode();
    const other = suite.browser();
    await suite.begin(other);
    const own = await suite.askForCode(other, address);
    expect(own).not.to.equal(code);
    expect((await enterCode(other, code)).status).to.equal(422);
    await enterCode(other, own);
    expect(other.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('refuses an address it cannot mail, keeps what was typed, and sends nothing (R-27)', async () => {
    const browser = suite.browser();
    await suite.begin(browser);
    const sent = (await suite.server.inbox('')).length;
    for (const typed of ['nobody', 'a@b', '"a b"@example.org', 'a@example.org,b@example.org', 'ä@example.org']) {
      const page = await browser.submit('identifier-submit', { identifier: typed });
      expect(page.status).to.equal(422);
      expect(page.alert).to.contain('does not look like an e-mail address');
      expect(page.value('identifier')).to.equal(typed);
    }
    await suite.delivered();
    expect(await suite.server.inbox('')).to.have.length(sent);
  });

  it('shows the address it was sent to on every page until the end', async () => {
    const { browser, address, code } = await atCode();
    expect(readableText(await enterCode(browser, wrongCode(code)))).to.contain(address);
    expect(readableText(await browser.reload())).to.contain(address);
  });
});
