import { expect } from 'chai';
import type { Store } from '../../src/ports/store.ts';
import { shotOf } from '../support/attack.ts';
import { attribute, descendants, parseHtml } from '../support/html-document.ts';
import { useServer } from '../support/journey.ts';
import { tokenOf, waitForMail } from '../support/links.ts';
import type { Page } from '../support/page.ts';
import { send } from '../support/wire.ts';

/** Elements by which a page makes a browser ask for something, and the attribute that says where. */
const LOADING: Readonly<Record<string, string>> = {
  script: 'src',
  link: 'href',
  img: 'src',
  iframe: 'src',
  object: 'data',
};

/** What a page makes its browser fetch from other hosts. */
const foreign = (page: Page): string[] =>
  [...descendants(parseHtml(page.html))]
    .flatMap((element) => attribute(element, LOADING[element.name] ?? '') ?? [])
    .filter((address) => new URL(address, page.url).origin !== page.url.origin);

const CALLBACK = 'https://logo.example.test/callback';
const branded = {
  ...{ id: 'branded', secret: 'branded-secret', redirectUris: [CALLBACK], firstParty: true },
  ...{ logoUri: 'https://logo.example.test/logo.png', clientUri: 'https://logo.example.test/' },
};

describe('safety: nobody else learns the token of a link (R-12)', () => {
  const failing: { token: string | null } = { token: null };
  const wrapStore = (store: Store): Store => ({
    ...store,
    challenges: {
      ...store.challenges,
      async findByInteraction(id) {
        if (failing.token !== null) throw new Error(`cannot read /interaction/${id}/link/${failing.token}`);
        return store.challenges.findByInteraction(id);
      },
    },
  });
  const suite = useServer({ settings: { clients: [branded] }, overrides: { wrapStore } });
  const options = () => ({
    clientId: 'branded',
    redirectUri: CALLBACK,
    browser: suite.browser({ stopAt: [new URL(CALLBACK).origin] }),
  });

  it('its pages are not kept, send no Referer, and load nothing from elsewhere, not even a logo', async () => {
    const { browser, link } = await waitForMail(suite, suite.address(), options());
    expect(foreign(browser.page), 'other pages show the logo').to.deep.equal([branded.logoUri]);
    const other = suite.browser();
    const pages = [
      await other.get(link),
      await other.click('link-confirm'),
      await suite.browser().get(`${link.href}x`),
      await browser.get(`${link.href}x`),
      await browser.get(link),
    ];
    for (const page of pages) {
      expect(page.headers.get('cache-control')).to.contain('no-store');
      expect(page.headers.get('referrer-policy')).to.equal('no-referrer');
      expect(foreign(page)).to.deep.equal([]);
      expect(page.headers.get('content-security-policy')).to.contain("default-src 'none'");
    }
    expect(new Set(pages.map(({ title }) => title)).size, 'five pages').to.equal(5);
    const before = browser.history.length;
    await browser.click('link-confirm');
    const after = browser.history.slice(before);
    expect(after).to.have.length(2);
    for (const { url, location } of after) expect(`${url.href} ${location}`).to.not.contain(tokenOf(link));
  });

  it('no line of the log holds it, at any level, however it was asked for and whatever failed', async () => {
    const { browser, link, uid } = await waitForMail(suite, suite.address());
    const token = tokenOf(link);
    const { issuer } = suite.server;
    const encoded = [...token].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('');
    const spellings = [
      link.pathname,
      `${link.pathname}/`,
      `${link.pathname}?token=${token}`,
      `${link.pathname}/${token}`,
      `/INTERACTION/${uid}/LINK/${token}`,
      `/interaction/${uid}/link/${encoded}`,
      `/interaction/${uid}/link?token=${token}`,
      `//interaction/${uid}/link/${token}`,
      `/interaction/${uid}/${token}`,
    ];
    for (const path of spellings) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE']) {
        const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
        await send({ method, url: new URL(issuer + path), headers, body: method === 'POST' ? `token=${token}` : null });
      }
    }
    await browser.get(link);
    const shot = shotOf(browser, 'link-confirm');
    failing.token = token;
    const failed = [await send(shot), await browser.get(link)];
    failing.token = null;
    expect(failed.map(({ status }) => status)).to.deep.equal([500, 500]);
    await send({ ...shot, body: (shot.body ?? '').replace(/csrf=[^&]*/, 'csrf=forged') });
    await browser.click('link-confirm').catch(() => undefined);

    const lines = suite.server.logLines.join('');
    expect(lines).to.contain('/interaction/:uid/link').and.to.contain('request failed').and.to.contain('cannot read');
    for (const part of [token, encoded, token.slice(0, 20), token.slice(-20), encoded.slice(0, 60)]) {
      expect(lines.includes(part), part).to.equal(false);
    }
  });
});
