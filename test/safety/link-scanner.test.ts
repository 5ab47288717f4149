import { expect } from 'chai';
import { challengeOf, shownBy, times, volley } from '../support/attack.ts';
import { parseHtml } from '../support/html-document.ts';
import { entryList, formsOf } from '../support/html-forms.ts';
import { enterCode, type Suite, useServer } from '../support/journey.ts';
import { linkIn, type WaitingForMail, waitForMail } from '../support/links.ts';
import { type StoreDump, storeDump } from '../support/store-dump.ts';
import { send, type WireRequest, type WireResponse } from '../support/wire.ts';

/** How programs that look through mail introduce themselves, or fail to. */
const MANNERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'as a plain client': {},
  'as a browser that looks ahead': { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender', 'x-moz': 'prefetch' },
  'as a mail gateway': { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)', accept: '*/*' },
  'as a page of ours': { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1' },
  'as somebody who typed the address': { 'sec-fetch-site': 'none' },
};

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'];

const MOST_PAGES = 40;

/**
 * Opens an address in every way, follows what leads on, and submits every form it finds, and without fields, too. It
 * keeps no cookie.
 * @returns everything it was answered
 */
async function scan(start: URL, headers: Readonly<Record<string, string>>): Promise<WireResponse[]> {
  const answers: WireResponse[] = [];
  const seen = new Set<string>();
  const waiting: WireRequest[] = METHODS.map((method) => ({ method, url: start, headers: html(headers), body: null }));
  while (answers.length < MOST_PAGES) {
    const request = waiting.shift();
    if (request === undefined) break;
    const answer = await send(request);
    answers.push(answer);
    for (const next of found(request, answer, headers)) {
      const key = `${next.method} ${next.url.href} ${next.body}`;
      if (!seen.has(key) && next.url.origin === start.origin) waiting.push(next);
      seen.add(key);
    }
  }
  return answers;
}

const html = (headers: Readonly<Record<string, string>>): Record<string, string> => ({
  accept: 'text/html',
  ...headers,
});

/** Where an answer leads: redirects, links, and forms as they are, as by a browser's submission and without their fields. */
function found(request: WireRequest, answer: WireResponse, headers: Readonly<Record<string, string>>): WireRequest[] {
  const get = (href: string): WireRequest[] => {
    const url = URL.parse(href, request.url.href);
    return url === null ? [] : [{ method: 'GET', url, headers: html(headers), body: null }];
  };
  const page = shownBy(request, answer);
  const hrefs = [...answer.body.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href ?? '');
  const forms = formsOf(parseHtml(answer.body)).flatMap((form) => {
    const url = new URL(form.action, page.url);
    const posted = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(entryList(form, null, {})).toString();
    return [body, ''].flatMap((content) => [
      { method: 'POST', url, headers: { ...html(headers), ...posted }, body: content },
      { method: 'POST', url, headers: { ...html(headers), ...posted, origin: url.origin }, body: content },
    ]);
  });
  return [...get(answer.headers.location ?? ''), ...hrefs.flatMap(get), ...forms];
}

/** Everything the store holds but the audit trail, where it stands that somebody was shown a code, and what is counted of it. */
async function remembered(suite: Suite): Promise<StoreDump> {
  await suite.delivered();
  const { events: _trail, tallies: _counts, ...rest } = await storeDump(suite.server);
  return rest;
}

/** Whether an answer lets anybody in: a way on through the engine, or a cookie of any kind. */
const letsIn = ({ headers, setCookies }: WireResponse): boolean =>
  setCookies.length > 0 || /\/auth|[?&]code=/.test(headers.location ?? '');

describe('safety: programs that open links (R-09, R-10)', function () {
  this.timeout(60_000);
  const suite = useServer();
  let people: { byLink: WaitingForMail; byCode: WaitingForMail };
  beforeEach(async () => {
    people = {
      byLink: await waitForMail(suite, suite.address()),
      byCode: await waitForMail(suite, suite.address()),
    };
  });

  /** Both mails still do what they are for, in the browsers that asked. */
  async function expectUnspent({ byLink, byCode }: typeof people): Promise<void> {
    for (const { uid } of [byLink, byCode]) {
      expect(await challengeOf(suite, uid)).to.include({ state: 'open', attempts: 0, sends: 1 });
    }
    await byLink.browser.reload();
    expect(byLink.browser.page.has('code'), 'nobody has signed this browser in').to.equal(true);
    await byLink.browser.get(byLink.link);
    await byLink.browser.click('link-confirm');
    expect((await suite.finish(byLink.browser, byLink.started)).tokens.claims()?.sub).to.be.a('string');
    await enterCode(byCode.browser, byCode.mail.code ?? '');
    expect((await suite.finish(byCode.browser, byCode.started)).tokens.claims()?.sub).to.be.a('string');
  }

  for (const [name, headers] of Object.entries(MANNERS)) {
    it(`sign nobody in and spend nothing, whatever they open, follow and submit: ${name}`, async () => {
      const before = await remembered(suite);
      const links = [people.byLink, people.byCode].map(({ mail }) => linkIn(mail));
      const answers = (await Promise.all(links.map((link) => scan(link, headers)))).flat();
      expect(answers.filter(letsIn)).to.deep.equal([]);
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      const forms = answers.filter(({ body }) => body.includes('id="link-confirm"'));
      const codes = answers.filter(({ body }) => body.includes('id="shown-code"'));
      expect(forms.length, 'it has found the form').to.be.at.least(2);
      expect(codes.length, 'it has submitted the form').to.be.at.least(2);
      expect(await remembered(suite)).to.deep.equal(before);
      await expectUnspent(people);
    });
  }

  it('change nothing by the hundred, at once, with all methods and from everywhere', async () => {
    const [{ link }, before] = [people.byLink, await remembered(suite)];
    const plain = { accept: 'text/html' };
    const page = await send({ method: 'GET', url: link, headers: plain, body: null });
    const [submission] = found({ method: 'GET', url: link, headers: plain, body: null }, page, {}).filter(
      ({ method, body }) => method === 'POST' && body !== '',
    );
    if (submission === undefined) throw new Error('no form');
    const manners = Object.values(MANNERS);
    const shots = times(400, (index): WireRequest => {
      const headers = { ...plain, ...manners[index % manners.length] };
      if (index % 2 === 0) return { ...submission, headers: { ...submission.headers, ...headers } };
      return { method: METHODS[index % METHODS.length] ?? 'GET', url: link, headers, body: null };
    });
    const answers = await volley(shots);
    expect(answers.filter(letsIn)).to.deep.equal([]);
    expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
    expect(answers.filter(({ body }) => body.includes('id="shown-code"')).length).to.equal(200);
    expect(await remembered(suite)).to.deep.equal(before);
    const trail = await suite.events({ type: 'link.opened_elsewhere', clientId: 'demo' }, 100);
    expect(new Set(trail.map(({ accountId }) => accountId))).to.deep.equal(new Set([null]));
    await expectUnspent(people);
  });

  it('find no script on the page that would submit its form', async () => {
    const browsers = [people.byLink.browser, suite.browser()];
    for (const browser of browsers) {
      const page = await browser.get(people.byLink.link);
      const scripts = [...page.html.matchAll(/<script[^>]*src="([^"]+)"/g)].map(([, src]) => src ?? '');
      expect(scripts).to.have.length(1);
      for (const src of scripts) {
        const { body } = await send({ method: 'GET', url: new URL(src, page.url), headers: {}, body: null });
        expect(body).to.not.match(/requestSubmit|\.submit\(|\.click\(|link-confirm/);
      }
      expect(page.html).to.not.match(/data-go|http-equiv|autofocus/);
    }
  });

  it('are told nothing by looking ahead in the browser that asked, either', async () => {
    const { browser, link, uid } = people.byLink;
    const tab = browser.clone();
    const before = await remembered(suite);
    await tab.get(link);
    const cookie = browser.cookies(link).map(({ name, value }) => `${name}=${value}`);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const headers = { ...MANNERS['as a browser that looks ahead'], accept: 'text/html', cookie: cookie.join('; ') };
      const answers = await volley(times(20, () => ({ method, url: link, headers, body: null })));
      expect(answers.filter(letsIn)).to.deep.equal([]);
      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
      if (method === 'HEAD') expect(new Set(answers.map(({ body }) => body))).to.deep.equal(new Set(['']));
    }
    expect(await remembered(suite)).to.deep.equal(before);
    expect((await challengeOf(suite, uid)).state).to.equal('open');
    await expectUnspent(people);
  });
});
