import { expect } from 'chai';
import { PLENTY, sendBytes, shotOf, times } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { useServer } from '../support/journey.ts';
import { send, type WireRequest, type WireResponse } from '../support/wire.ts';

const FORM = 'application/x-www-form-urlencoded';

describe('safety: an address is one text in one form (R-26, R-59)', function () {
  this.timeout(20_000);
  const suite = useServer();
  let browser: Browser;
  let shot: WireRequest;
  let csrf: string;
  beforeEach(async () => {
    browser = suite.browser();
    await suite.begin(browser);
    shot = shotOf(browser, 'identifier-submit');
    csrf = new URLSearchParams(shot.body ?? '').get('csrf') ?? '';
  });

  const post = (body: string, type = FORM): Promise<WireResponse> =>
    send({ ...shot, headers: { ...shot.headers, 'content-type': type }, body });

  const address = () => encodeURIComponent(suite.address());
  for (const [what, fields] of [
    ['two of them', () => `identifier=${address()}&identifier=${address()}`],
    ['the same one twice', () => ['', ''].map(() => 'identifier=twice%40example.org').join('&')],
    ['a list', () => `identifier[]=${address()}`],
    ['a list of two', () => `identifier[]=${address()}&identifier[]=${address()}`],
    ['an operator', () => 'identifier[$ne]='],
    ['another operator', () => 'identifier[$regex]=.*'],
    ['a prototype', () => `__proto__[identifier]=${address()}`],
    ['a member', () => `identifier.value=${address()}`],
    ['none', () => ''],
  ] as const) {
    it(`${what} is refused, and nobody gets a message`, async () => {
      const { status } = await post(`csrf=${encodeURIComponent(csrf)}&${fields()}`);
      expect(status).to.be.oneOf([400, 422]);
      expect(await suite.server.inbox('')).to.deep.equal([]);
    });
  }

  it('no other content type is read, whatever it holds', async () => {
    const fields = { csrf, identifier: suite.address() };
    const multipart = `--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${csrf}\r\n--x--\r\n`;
    const bodies: [string, string][] = [
      [JSON.stringify(fields), 'application/json'],
      [JSON.stringify({ ...fields, identifier: [suite.address(), suite.address()] }), 'application/json'],
      [multipart, 'multipart/form-data; boundary=x'],
      [new URLSearchParams(fields).toString(), 'text/plain'],
      [new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded-not'],
      [new URLSearchParams(fields).toString(), ''],
      [`<csrf>${csrf}</csrf>`, 'application/xml'],
    ];
    for (const [body, type] of bodies) expect((await post(body, type)).status, type).to.equal(400);
    expect(await suite.server.inbox('')).to.deep.equal([]);
  });

  it('fields nobody asked for change nothing (R-60)', async () => {
    const wanted = suite.address();
    const extra = { attempts: '0', decoy: 'false', clientId: 'demo-backend', email_verified: 'true', constructor: 'x' };
    const { status } = await post(new URLSearchParams({ csrf, identifier: wanted, ...extra }).toString());
    expect(status).to.equal(303);
    expect(await suite.server.messages(wanted)).to.have.length(1);
  });

  it('more than fifty fields are refused (R-22)', async () => {
    const many = times(60, (index) => `f${index}=x`).join('&');
    expect((await post(`csrf=${encodeURIComponent(csrf)}&identifier=${address()}&${many}`)).status).to.equal(400);
  });
});

describe('safety: bodies that are too large (R-22)', function () {
  this.timeout(20_000);
  const suite = useServer();

  for (const [path, length] of [
    ['/interaction/x', 'announced'],
    ['/interaction/x', 'unannounced'],
    ['/auth', 'announced'],
    ['/token', 'announced'],
    ['/token', 'unannounced'],
    ['/request', 'announced'],
    ['/me', 'announced'],
    ['/session/end/confirm', 'announced'],
  ] as const) {
    it(`100 KB, ${length}, are refused by ${path}`, async () => {
      const body = 'x'.repeat(100_000);
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${FORM}\r\n`;
      const request =
        length === 'announced'
          ? `${head}Content-Length: ${body.length}\r\n\r\n${body}`
          : `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const answer = await sendBytes(suite.server.issuer, request);
      expect(answer).to.match(/^HTTP\/1\.1 (?:400|413) /);
      expect(answer).to.not.match(/\n\s+at /);
    });
  }
});

describe('safety: requests that are hardly HTTP (R-22, R-64)', function () {
  this.timeout(20_000);
  const suite = useServer({ env: { BUDGETS_INTERACTIONS_PER_NETWORK: PLENTY } });

  const TARGETS = [
    ...['/%', '/%zz', '/%E0%A4%A', '/%00', '/%ff%fe', '/interaction/%', '/interaction/%00/code', '/auth/%E0%A4%A'],
    ...['//', '///', '//evil.example/auth', '/\\evil.example', '/..', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd'],
    ...[
      '/auth?%',
      '/auth?%E0%A4%A=%E0%A4%A',
      '/auth?client_id[]=x',
      '/auth?__proto__[x]=1',
      '/auth?client_id=a&client_id=b',
    ],
    ...['/dev/inbox.json?to=%', '/dev/inbox?to[]=x', '/assets/../package.json', '/assets/..%2f..%2fpackage.json'],
    ...[
      'http://evil.example/auth',
      'http://',
      '*',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/auth;x=y',
      '/a b',
      '/\u00ff',
    ],
    `/auth?${times(2000, (index) => `p${index}=1`).join('&')}`,
    `/${'a/'.repeat(3000)}`,
  ];
  const HEADERS = [
    'Cookie: session=%; session.sig=%E0; interaction=\u0001',
    'Cookie: ;;;===;session',
    `Cookie: ${'a=b; '.repeat(2000)}`,
    'Cookie: known=-dM2V3Zu.AAAA; back=x.y; __proto__=x',
    'Host: ',
    'Host: evil.example:99999',
    'X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: javascript',
    'Accept-Language: ;q=;;;,,,*;q=9',
    'Authorization: Basic !!!!\r\nContent-Type: ;;;;',
    'Accept: \u00ff/*;q=x',
    'Expect: 200-ok',
    'Content-Length: 5\r\nContent-Type: application/x-www-form-urlencoded',
    'If-None-Match: "\u00ff',
  ];

  /** Status and text of whatever came back; the connection may also be closed without a word. */
  const harmless = (answer: string): boolean =>
    answer === '' ||
    (/^HTTP\/1\.1 [234]\d\d /.test(answer) &&
      !/\n\s+at |node:internal|\/src\/|root:x|"dependencies"|evil\.example/.test(answer));

  for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'CONNECT']) {
    it(`${method} with strange targets is answered without a server error`, async () => {
      const strange: string[] = [];
      for (const target of TARGETS) {
        const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1');
        const answer = await sendBytes(suite.server.issuer, bytes);
        if (!harmless(answer)) strange.push(`${target.slice(0, 60)}: ${answer.slice(0, 300)}`);
      }
      expect(strange).to.deep.equal([]);
    });
  }

  it('strange headers are answered without a server error', async () => {
    const strange: string[] = [];
    for (const target of [
      '/',
      '/auth?client_id=demo',
      '/interaction/x',
      '/token',
      '/me',
      '/session/end',
      '/health/ready',
    ]) {
      for (const method of ['GET', 'POST']) {
        for (const header of HEADERS) {
          const head = `${method} ${target} HTTP/1.1\r\n${/^Host/.test(header) ? '' : 'Host: x\r\n'}Connection: close\r\n`;
          const bytes = Buffer.from(`${head}${header}\r\n\r\n`, 'latin1');
          const answer = await sendBytes(suite.server.issuer, bytes);
          if (!harmless(answer)) strange.push(`${method} ${target} ${header.slice(0, 60)}: ${answer.slice(0, 300)}`);
        }
      }
    }
    expect(strange).to.deep.equal([]);
  });

  it('what is no HTTP at all ends the connection, and the server goes on', async () => {
    for (const bytes of [
      '\u0000\u0001\u0002',
      '\u0016\u0003\u0001',
      'GET',
      'GET / HTTP/9.9\r\n\r\n',
      'x'.repeat(20_000),
    ]) {
      expect(await sendBytes(suite.server.issuer, Buffer.from(bytes, 'latin1'))).to.match(/^(?:HTTP\/1\.1 4\d\d |$)/);
    }
    expect((await fetch(`${suite.server.issuer}/health/ready`)).status).to.equal(200);
  });

  it('nothing of it was an error of ours', () => {
    expect(suite.server.logLines.filter((line) => line.includes('"level":"error"'))).to.deep.equal([]);
  });
});
