import Router from '@koa/router';
import { expect } from 'chai';
import { ADMIN_ROLES, type AdminRole } from '../../src/domain/administration.ts';
import type { Browser } from '../support/browser.ts';
import { signInAs } from '../support/console.ts';
import { useServer } from '../support/journey.ts';
import { send, type WireResponse } from '../support/wire.ts';
import { allows, BEHIND, NOWHERE, OPEN } from './console-rights.ts';

/** Below which everything is behind the door of the console; the Admin API has a door of its own. */
const isOfConsole = (route: string): boolean => /^[A-Z]+ \/(?:\^\\\/)?admin(?!\/api)/.test(route);

/** What is registered with any router from now on. */
function watchRouters(): { readonly routes: ReadonlySet<string>; stop(): void } {
  const routes = new Set<string>();
  const { register } = Router.prototype;
  Router.prototype.register = function watched(this: Router, ...given: Parameters<typeof register>) {
    const [path, methods] = given;
    for (const method of methods) routes.add(`${method.toUpperCase()} ${String(path)}`);
    return register.apply(this, given);
  };
  return {
    routes,
    stop() {
      Router.prototype.register = register;
    },
  };
}

describe('safety: the routes of the console', function () {
  this.timeout(60_000);
  let watched: ReturnType<typeof watchRouters>;
  before(() => {
    watched = watchRouters();
  });
  after(() => watched.stop());
  const suite = useServer();

  /** A route as somebody asks for it, of things that are not there. */
  async function ask(
    route: string,
    { browser, csrf, headers = {} }: { browser?: Browser; csrf?: string; headers?: Record<string, string> } = {},
  ): Promise<WireResponse> {
    const [method = '', pattern = ''] = route.split(' ');
    const path = route === NOWHERE ? '/admin/nowhere' : pattern.replaceAll(/:[a-z]+/g, 'nobody');
    const cookies = browser?.cookies(suite.server.issuer).map(({ name, value }) => `${name}=${value}`) ?? [];
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    return send({
      method,
      url: new URL(path, suite.server.issuer),
      headers: { ...(method === 'POST' ? form : {}), cookie: cookies.join('; '), accept: 'text/html', ...headers },
      body: method === 'POST' ? new URLSearchParams(csrf === undefined ? {} : { csrf }).toString() : null,
    });
  }

  async function colleague(role: AdminRole): Promise<{ readonly browser: Browser; readonly csrf: string }> {
    const { browser } = await signInAs(suite, role);
    const csrf = browser.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    expect(csrf).to.not.equal('');
    return { browser, csrf };
  }

  const posts = BEHIND.filter((route) => route.startsWith('POST '));

  it('are these, each with somebody who may be there', () => {
    watched.stop();
    const known = [...watched.routes].filter(isOfConsole).sort();
    expect(known).to.deep.equal([...OPEN, ...BEHIND].sort());
  });

  it('are closed to nobody in particular: who is not signed in is sent to do so, and nothing else', async () => {
    for (const route of BEHIND) {
      const { status, headers } = await ask(route);
      expect([status, new URL(headers.location ?? '', suite.server.issuer).pathname], route).to.deep.equal([
        303,
        '/auth',
      ]);
    }
  });

  for (const role of ADMIN_ROLES) {
    it(`are open to the role ${role} as far as it goes, whatever is sent`, async () => {
      const { browser, csrf } = await colleague(role);
      for (const route of BEHIND.filter((one) => one !== 'POST /admin/sign-out')) {
        const { status, body, headers } = await ask(route, { browser, csrf });
        const refused = status === 403 && body.includes('Not for your role');
        expect(refused, `${route}: ${status}`).to.equal(!allows(role, route));
        expect([status === 403, status >= 500, status === 401], `${route}: ${status}`).to.deep.equal([
          refused,
          false,
          false,
        ]);
        expect(headers.location ?? '', route).to.not.match(/^\/auth/);
        expect(headers['cache-control'], route).to.equal('no-store');
        expect(headers['content-security-policy'], route)
          .to.match(/default-src 'none'/)
          .and.not.match(/unsafe/);
        expect(headers['access-control-allow-origin'], route).to.equal(undefined);
      }
    });
  }

  it('take no form of another site, without a token, or with that of a colleague', async () => {
    const [owner, other] = [await colleague('owner'), await colleague('owner')];
    for (const route of posts) {
      for (const [what, asked] of Object.entries({
        'no token': { ...owner, csrf: '' },
        'a colleague’s token': { ...owner, csrf: other.csrf },
        'another site': { ...owner, headers: { 'sec-fetch-site': 'cross-site' } },
        'another host of the same site': { ...owner, headers: { 'sec-fetch-site': 'same-site' } },
        'an old browser at another site': {
          ...owner,
          headers: { 'sec-fetch-site': '', origin: 'https://evil.example' },
        },
        'another site without cookies': { csrf: owner.csrf, headers: { 'sec-fetch-site': 'cross-site' } },
      })) {
        expect((await ask(route, asked)).status, `${route}: ${what}`).to.equal(403);
      }
    }
    expect((await owner.browser.get(`${suite.server.issuer}/admin`)).status).to.equal(200);
  });

  it('are the same in capitals, with a slash at the end or written otherwise: none goes around the door', async () => {
    const { browser, csrf } = await colleague('viewer');
    for (const path of [
      '/ADMIN/ADMINISTRATORS',
      '/admin/administrators/',
      '/admin/%61dministrators',
      '/admin/keys/rotate/',
      '/Admin/Access/New',
    ]) {
      for (const method of ['GET', 'POST', 'HEAD']) {
        const { status } = await ask(`${method} ${path}`, { browser, csrf });
        expect([403, 404, 405], `${method} ${path}`).to.include(status);
      }
    }
    for (const path of ['/admin//keys', '/admin/keys//rotate', '/admin/%2fkeys', '/admin;/keys']) {
      expect((await ask(`GET ${path}`, { browser })).status, path).to.equal(404);
    }
  });

  it('answer no other method', async () => {
    const { browser, csrf } = await colleague('owner');
    for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
      const { status } = await ask(`${method} /admin/administrators`, { browser, csrf });
      expect([404, 405], method).to.include(status);
    }
    const options = await ask('OPTIONS /admin/administrators', { headers: { origin: 'https://evil.example' } });
    expect(Object.keys(options.headers).filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
  });
});
