import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import Koa from 'koa';
import { type Browser, createBrowser } from '../support/browser.ts';
import { rejectionOf } from '../support/rejection.ts';

const PUBLIC = 'https://id.example.com';

const formPage = (
  action: string,
): string => `<title>Sign in</title><p role=alert></p><p role=alert>Try <b>again</b></p><a id=next href="/echo?from=link">go</a>
  <form id=f method=post action="${action}"><input id=who name=who><input type=hidden name=csrf value=t>
  <button id=go name=what value=go>Go</button><button id=get formmethod=get formaction=/echo>Get</button>
  <button id=off disabled>Off</button></form>`;

/** Echoes requests, redirects, sets cookies: enough to see what the browser does. */
function application(): Koa {
  const app = new Koa();
  app.use(async (ctx) => {
    const to = ctx.query.to;
    if (typeof ctx.query.policy === 'string') ctx.set('referrer-policy', ctx.query.policy);
    if (typeof ctx.query.csp === 'string') ctx.set('content-security-policy', ctx.query.csp);
    if (ctx.path.startsWith('/form')) {
      ctx.set('cache-control', ctx.path === '/form-kept' ? 'private' : 'no-store');
      ctx.body = formPage(typeof ctx.query.action === 'string' ? ctx.query.action : '/post');
    } else if (ctx.path === '/loop') {
      ctx.redirect('/loop');
    } else if (ctx.path === '/redirect' && typeof to === 'string') {
      ctx.status = Number(ctx.query.status ?? 302);
      ctx.set('location', to);
    } else if (ctx.path === '/post') {
      ctx.cookies.set('posted', '1', { path: '/echo', overwrite: true });
      ctx.status = 303;
      ctx.set('location', '/echo?after=post');
    } else {
      ctx.body = { method: ctx.method, url: ctx.url, headers: ctx.headers, body: await text(ctx.req) };
    }
  });
  return app;
}

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

const echo = (browser: Browser): Echo => browser.page.json() as Echo;

describe('support: the browser', () => {
  let server: Server;
  let origin: string;
  let browser: Browser;

  before(async () => {
    server = application().listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
  });
  beforeEach(() => {
    browser = createBrowser({
      baseUrl: origin,
      origins: { [PUBLIC]: origin },
      stopAt: ['http://localhost:3001'],
      ip: '203.0.113.7',
      language: 'de',
    });
  });

  it('asks for an address like somebody who typed it', async () => {
    await browser.get('/echo');
    expect(echo(browser).headers).to.include({
      'sec-fetch-site': 'none',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'accept-language': 'de',
      'x-forwarded-for': '203.0.113.7',
      host: new URL(origin).host,
    });
    expect(echo(browser).headers).not.to.have.any.keys('origin', 'referer', 'cookie');
  });

  it('shows a page: title, text, alert, values', async () => {
    const page = await browser.get('/form');
    expect(page).to.include({ status: 200, title: 'Sign in', alert: 'Try again' });
    expect(page.has('who')).to.equal(true);
    expect(page.has('nobody')).to.equal(false);
    expect(page.value('who')).to.equal('');
    expect(page.textOf('go')).to.equal('Go');
    expect(() => page.textOf('nobody')).to.throw('no element #nobody on /form');
  });

  it('submits a form and follows to the page after it, with the cookie set on the way', async () => {
    await browser.get('/form');
    const page = await browser.submit('go', { who: 'a b' });
    expect(echo(browser)).to.include({ method: 'GET', url: '/echo?after=post', body: '' });
    expect(echo(browser).headers).to.include({ cookie: 'posted=1', 'sec-fetch-site': 'same-origin' });
    expect(
      page.hops.map(({ method, url, status, location }) => [method, url.pathname, status, location]),
    ).to.deep.equal([
      ['POST', '/post', 303, '/echo?after=post'],
      ['GET', '/echo', 200, null],
    ]);
    expect(browser.history.map(({ status }) => status)).to.deep.equal([200, 303, 200]);
    expect(browser.cookies('/form')).to.deep.equal([]);
    expect(browser.cookies('/echo')).to.have.length(1);
  });

  it('sends the fields, the pressed button and what a form of this origin carries', async () => {
    await browser.get('/form');
    await browser.submit('get', { who: 'a b' }, { forced: { csrf: 'forged', admin: '1' } });
    expect(echo(browser)).to.include({ method: 'GET', url: '/echo?who=a+b&csrf=forged&admin=1' });
    expect(echo(browser).headers.referer).to.equal(`${origin}/form`);
  });

  it('keeps method and body over 307 and 308 only', async () => {
    for (const [status, method] of [
      [301, 'GET'],
      [302, 'GET'],
      [303, 'GET'],
      [307, 'POST'],
      [308, 'POST'],
    ] as const) {
      await browser.postFrom(`${origin}/form`, `/redirect?status=${status}&to=/echo`, { a: '1' });
      expect(echo(browser), String(status)).to.include({ method, body: method === 'POST' ? 'a=1' : '' });
    }
  });

  it('says Origin: null under no-referrer, as Chromium does (rails/rails#30658)', async () => {
    for (const [policy, expected] of [
      ['no-referrer', 'null'],
      ['same-origin', origin],
      ['strict-origin-when-cross-origin', origin],
    ] as const) {
      await browser.get(`/form?action=/echo&policy=${policy}`);
      await browser.submit('go');
      expect(echo(browser).headers, policy).to.include({ origin: expected, 'sec-fetch-site': 'same-origin' });
      expect(echo(browser).headers.referer === undefined, policy).to.equal(policy === 'no-referrer');
    }
  });

  it('names the site of a foreign page and holds its cookies back', async () => {
    await browser.get('/form');
    await browser.submit('go');
    await browser.postFrom('https://evil.example/x?y', '/echo', { a: '1' });
    expect(echo(browser).headers).to.include({
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
      referer: 'https://evil.example/',
    });
    expect(echo(browser).headers).not.to.have.property('cookie');
    await browser.get('/echo', 'https://evil.example/');
    expect(echo(browser).headers).to.include({ 'sec-fetch-site': 'cross-site', cookie: 'posted=1' });
  });

  it('remembers over a redirect that another site was involved', async () => {
    await browser.get(`/redirect?to=${origin}/echo`, 'http://127.0.0.1:1/');
    expect(echo(browser).headers).to.include({ 'sec-fetch-site': 'same-site' });
  });

  it('stops at an application that nobody serves, and at other schemes', async () => {
    await browser.get('/form');
    await browser.get('/redirect?to=http://localhost:3001/callback%3Fcode%3D1');
    expect(browser.landedAt().href).to.equal('http://localhost:3001/callback?code=1');
    expect(browser.page.title).to.equal('Sign in');
    await browser.get('/redirect?to=com.example.app:/callback');
    expect(browser.stoppedAt?.protocol).to.equal('com.example.app:');
    await browser.back();
    expect(browser.stoppedAt).to.equal(null);
    expect(browser.page.url.pathname).to.equal('/form');
    expect(() => browser.landedAt()).to.throw('still at');
  });

  it('gives up on a redirect loop', async () => {
    const failure = await rejectionOf(browser.get('/loop'));
    expect(failure.message).to.contain('more than 20 redirects');
  });

  it('stands behind a TLS proxy for a public origin', async () => {
    await browser.get(`${PUBLIC}/echo`);
    expect(echo(browser).headers).to.include({ host: 'id.example.com', 'x-forwarded-proto': 'https' });
    expect(browser.page.url.origin).to.equal(PUBLIC);
  });

  it('goes back: from memory, or by asking anew where the page was not to be stored', async () => {
    await browser.get('/form');
    await browser.get('/form-kept');
    await browser.get('/echo');
    await browser.back();
    expect(browser.page.url.pathname).to.equal('/form-kept');
    expect(browser.history).to.have.length(3);
    await browser.back();
    expect(browser.page.url.pathname).to.equal('/form');
    expect(browser.history).to.have.length(4);
  });

  it('reloads with the same request', async () => {
    await browser.postFrom(`${origin}/form`, '/echo', { a: '1' });
    await browser.reload();
    expect(echo(browser)).to.include({ method: 'POST', body: 'a=1' });
  });

  it('clicks links and buttons, and nothing else', async () => {
    await browser.get('/form');
    await browser.click('next');
    expect(echo(browser)).to.include({ method: 'GET', url: '/echo?from=link' });
    await browser.get('/form');
    await browser.click('go');
    expect(browser.page.url.pathname).to.equal('/echo');
    await browser.get('/form');
    expect((await rejectionOf(browser.click('who'))).message).to.contain('nothing to click on');
    expect((await rejectionOf(browser.click('off'))).message).to.contain('nothing to click on');
    expect((await rejectionOf(browser.submit('off'))).message).to.contain('cannot be pressed');
  });

  it('shares its jar with its tabs, but not with a clone', async () => {
    await browser.get('/form');
    const tab = browser.tab();
    const thief = browser.clone();
    await browser.submit('go');
    await tab.get('/echo');
    await thief.get('/echo');
    expect(echo(tab).headers.cookie).to.equal('posted=1');
    expect(echo(thief).headers).not.to.have.property('cookie');
  });

  it('obeys form-action, redirects included', async () => {
    const application = encodeURIComponent('/redirect?status=307&to=http://localhost:3001/callback');
    const submitted = async (csp: string): Promise<Browser> => {
      await browser.get(`/form?action=${application}&csp=${encodeURIComponent(csp)}`);
      await browser.submit('go');
      return browser;
    };
    expect((await submitted("form-action 'self' http://localhost:3001")).landedAt().pathname).to.equal('/callback');
    expect((await rejectionOf(submitted("form-action 'self'"))).message).to.contain('form-action');
    expect((await rejectionOf(submitted("form-action 'none'"))).message).to.contain('form-action');
  });
});
