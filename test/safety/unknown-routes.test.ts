import { expect } from 'chai';
import { useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

/** Whatever was asked, in a form that stands in no page of ours. */
const CANARY = 'xyzzy-plugh';

describe('safety: routes and methods that are not there (R-64)', function () {
  this.timeout(20_000);
  const suite = useServer();

  const ask = (method: string, path: string, accept: string) =>
    send({ method, url: new URL(`${path}?${CANARY}`, suite.server.issuer), headers: { accept }, body: null });

  const UNKNOWN = [
    `/${CANARY}`,
    `/interaction/x/${CANARY}`,
    '/administrator',
    '/.env',
    '/.git/config',
    '/auth/x/y',
    '/tokens',
    '/reg',
    '/device',
    '/package.json',
    '/interaction',
    '/interaction/a/b/c/d',
    '/assets/',
    '/assets/nothing.css',
    '/health',
    '/ciba',
    '/v2',
  ];
  for (const path of UNKNOWN) {
    it(`${path} is 404 for people and for programs, and says nothing about itself`, async () => {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        for (const [accept, type] of [
          ['text/html', /^text\/html/],
          ['application/json', /^application\/json/],
          ['*/*', /^application\/json/],
        ] as const) {
          const { status, headers, body } = await ask(method, path, accept);
          expect(status, `${method} ${accept}`).to.be.oneOf([404, 405]);
          expect(headers['content-type'], method).to.match(type);
          expect(body).to.not.include(CANARY);
          expect(body).to.not.match(/koa|oidc-provider|node|unrecognized|\d+\.\d+\.\d+/i);
        }
      }
    });
  }

  for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'LINK', 'SEARCH']) {
    it(`${method} is refused everywhere`, async () => {
      for (const path of [
        '/',
        '/auth',
        '/token',
        '/me',
        '/interaction/x',
        '/session/end',
        '/health/live',
        '/dev/inbox',
        `/${CANARY}`,
        `/interaction/x/${CANARY}`,
      ]) {
        const { status, body } = await ask(method, path, 'application/json');
        expect(status, path).to.be.oneOf([404, 405]);
        expect(body).to.not.include('TRACE');
      }
    });
  }

  it('a known route names the methods it has', async () => {
    for (const [path, method] of [
      ['/', 'POST'],
      ['/health/live', 'POST'],
      ['/interaction/x', 'PUT'],
    ] as const) {
      const { status, headers } = await ask(method, path, 'application/json');
      expect(status, path).to.equal(405);
      expect(headers.allow, path).to.match(/GET/);
    }
  });
});
