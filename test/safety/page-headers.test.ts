import { expect } from 'chai';
import { waitForCode } from '../support/attack.ts';
import { createHosted } from '../support/hosted.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';
import { waitForMail } from '../support/links.ts';
import type { Page } from '../support/page.ts';

/** The directives of a policy by name. */
const directivesOf = (policy: string): Record<string, string> =>
  Object.fromEntries(policy.split(';').map((part) => part.trim().split(/ (.*)/s).slice(0, 2)));

/** What is missing on a page. */
function faults(page: Page): string[] {
  const header = (name: string): string => page.headers.get(name) ?? '';
  const policy = directivesOf(header('content-security-policy'));
  const wanted: [string, boolean][] = [
    ['text/html', header('content-type').startsWith('text/html')],
    ['default-src none', policy['default-src'] === "'none'"],
    ['object-src none', policy['object-src'] === "'none'"],
    ['base-uri none', policy['base-uri'] === "'none'"],
    ['frame-ancestors none', policy['frame-ancestors'] === "'none'"],
    ['form-action', policy['form-action']?.startsWith("'self'") === true],
    ['nothing unsafe', !/unsafe-|\*|nonce-|strict-dynamic/.test(header('content-security-policy'))],
    ['script from here only', policy['script-src'] === "'self'"],
    ['nosniff', header('x-content-type-options') === 'nosniff'],
    ['no-referrer', header('referrer-policy') === 'no-referrer'],
    ['COOP', header('cross-origin-opener-policy') === 'same-origin'],
    ['no frames', header('x-frame-options') === 'DENY'],
    ['no-store', header('cache-control').includes('no-store')],
    ['no version', !page.headers.has('server') && !page.headers.has('x-powered-by')],
    ['no inline script', !/<script(?![^>]*\bsrc=)/i.test(page.html)],
    ['no inline style', !/<style|\sstyle=/i.test(page.html)],
    ['no handlers', !/\son[a-z]+=/i.test(page.html)],
    ['nothing from elsewhere', !/(?:src|<link[^>]*href)="(?:https?:)?\/\//i.test(page.html)],
  ];
  return wanted.flatMap(([name, holds]) => (holds ? [] : [name]));
}

describe('safety: the headers of every page (R-56)', function () {
  this.timeout(20_000);
  const suite = useServer({ env: { SERVICE: '<b>Service</b>' } });

  it('are there on every page of a journey, the good and the bad', async () => {
    const pages = new Map<string, Page>();
    const { issuer } = suite.server;
    const browser = suite.browser();
    for (const path of [
      '/',
      '/dev/inbox',
      '/nothing',
      '/interaction/x',
      '/auth',
      '/auth?client_id=demo',
      '/auth/x',
      '/session/end/success',
      '/session/end?id_token_hint=x',
      '/%zz',
    ]) {
      pages.set(path, await browser.get(`${issuer}${path}`));
    }
    await suite.begin(browser, { clientId: 'demo-third-party' });
    pages.set('address', browser.page);
    pages.set('bad address', await browser.submit('identifier-submit', { identifier: 'nobody' }));
    const { code } = await waitForCode(suite, suite.address(), { browser, clientId: 'demo-third-party' });
    pages.set('code', browser.page);
    pages.set('wrong code', await enterCode(browser, wrongCode(code)));
    pages.set('consent', await enterCode(browser, code));
    await browser.click('consent-allow');
    const { browser: asking, link } = await waitForMail(suite, suite.address());
    pages.set('link', await asking.get(link));
    pages.set('link of a client', await suite.browser().get(await createHosted(suite).link(suite.address())));
    pages.set('dead link of a client', await suite.browser().get(`${issuer}/link/x.y`));
    const other = suite.browser();
    pages.set('link elsewhere', await other.get(link));
    pages.set('code by link', await other.click('link-confirm'));
    pages.set('dead link', await other.get(`${link.href}x`));
    await suite.begin(browser, { parameters: { prompt: 'select_account' } });
    pages.set('account', browser.page);
    await suite.begin(browser, { parameters: { response_mode: 'form_post' } });
    pages.set('form_post', browser.page);
    pages.set('logout', await browser.get(`${issuer}/session/end`));
    pages.set('forged', await browser.submit('logout-confirm', {}, { forced: { xsrf: 'x' } }));
    await browser.get(`${issuer}/session/end`);
    pages.set('logged out', await browser.submit('logout-confirm'));
    const bad = [...pages].flatMap(([name, page]) => faults(page).map((fault) => `${name} (${page.status}): ${fault}`));
    expect(bad).to.deep.equal([]);
    expect(new Set([...pages.values()].map(({ title }) => title)).size).to.be.greaterThan(13);
  });

  it('say that answers to programs are not to be kept or guessed at', async () => {
    const { url } = await (await suite.party()).start();
    for (const path of ['/token', '/me', '/health/ready', '/token/introspection', '/nothing', url.pathname]) {
      const answer = await fetch(new URL(path, suite.server.issuer), { method: path === '/token' ? 'POST' : 'GET' });
      expect(answer.headers.get('x-content-type-options'), path).to.equal('nosniff');
      expect(answer.headers.get('cache-control'), path).to.include('no-store');
    }
  });
});
