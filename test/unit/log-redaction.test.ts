import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { createRandom } from '../../src/adapters/system/index.ts';
import { captureLog } from '../support/captured-log.ts';

const TOKEN = 'q3Zb7-XyT0_aLw9RkVhEoPm2sUdJfCgN4tQiYvBx61e';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

/** What a text becomes as a field and as the message; both go the same way. */
function logged(text: string): string {
  const { log, last } = captureLog();
  log.info({ text }, text);
  expect(last().text).to.equal(last().message);
  return String(last().text);
}

describe('redaction of logs', () => {
  for (const [text, expected] of [
    [`token ${TOKEN} refused`, 'token [redacted] refused'],
    [JWT, '[redacted]'],
    ['Bearer abcdefgh.1', 'Bearer [redacted]'],
    ['authorization: Basic ZGVtbzpkZW1v, x', 'authorization: [redacted]'],
    ['Set-Cookie: _session=abc; path=/; other=def', 'Set-Cookie: [redacted]'],
    ['GET /callback?code=123456&state=xyz&scope=openid', 'GET /callback?code=[redacted]&state=[redacted]&scope=openid'],
    ['https://rp.example/cb#id_token=abc', 'https://rp.example/cb#id_token=[redacted]'],
    [`GET /interaction/abc/link/${TOKEN} 200`, 'GET /interaction/:uid/link/[redacted] 200'],
    [
      'https://id.example/interaction/abc/link/%71%33Zb7?x=1',
      'https://id.example/interaction/:uid/link/[redacted]?x=[redacted]',
    ],
    ['/INTERACTION/abc/Link/short/er', '/INTERACTION/:uid/Link/[redacted]'],
    ['smtp://user:pa@ss@mail.example.com:587', 'smtp://[redacted]@mail.example.com:587'],
    ['mongodb://u:p@db1,db2/x', 'mongodb://[redacted]@db1,db2/x'],
    ['{"client_secret":"a b c","id":"x"}', '{"client_secret":[redacted],"id":"x"}'],
    ["password = 'never closed and long", 'password = [redacted]'],
    ['ada.lovelace@example.org wrote', 'a•••@e•••.org wrote'],
    ['to <ada@example.org>, bob@example.net', 'to <a•••@e•••.org>, b•••@e•••.net'],
    ['/inbox?to=ada%40example.org', '/inbox?to=[redacted]'],
    ['/users/ada%40example.org', '/users/a•••@e•••.org'],
    ['call +49 170 1234567 now', 'call +49•••67 now'],
    ['+491701234567', '+49•••67'],
    ['01701234567', '[digits]'],
    ['your code is 123456.', 'your code is [digits].'],
    ['AbCdEfGh1JkLmNoPqRsTuVwX+z==', '[redacted]'],
    ['x'.repeat(22), '[redacted]'],
    ['x'.repeat(20_000), '[text of 20000 characters]'],
  ] as const) {
    it(`of ${inspect(text.slice(0, 50))}`, () => expect(logged(text)).to.equal(expected));
  }

  for (const text of [
    'connect ECONNREFUSED 127.0.0.1:27017',
    'request 12345678abcdef01 took 1234 ms',
    'at /srv/node_modules/koa@3.2.1/lib/application.js:12:3',
    'client_authentication_failed_for_a_reason',
    'TransactionalEmailRejectedError at 10:20:30',
    'GET /interaction/abc/code 303',
    'ratio 0.12345678',
  ]) {
    it(`leaves ${inspect(text)}`, () => expect(logged(text)).to.equal(text));
  }

  it('goes by the names of fields, whatever their values are', () => {
    const { log, last } = captureLog();
    const fields = {
      code: 123_456,
      otpCode: '1',
      accessToken: ['a', 'b'],
      client_secret: { deep: 'x' },
      headers: { Cookie: 'a=b', AUTHORIZATION: 'x', accept: 'text/html' },
      list: [{ csrf: 'y' }],
      map: new Map([['nonce', 'n']]),
      hasSecret: true,
      token: null,
    };
    log.info(fields, 'm');
    expect(last()).to.deep.include({
      code: '[redacted]',
      otpCode: '[redacted]',
      accessToken: '[redacted]',
      client_secret: '[redacted]',
      headers: { Cookie: '[redacted]', AUTHORIZATION: '[redacted]', accept: 'text/html' },
      list: [{ csrf: '[redacted]' }],
      map: { nonce: '[redacted]' },
      hasSecret: true,
      token: null,
    });
  });

  it('keeps what operators need', () => {
    const { log, last } = captureLog();
    const fields = {
      accountId: createRandom().id(),
      requestId: '1234567890123456',
      statusCode: 404,
      problem: 'code_invalid',
    };
    log.info(fields, 'm');
    expect(last()).to.deep.include(fields);
    log.info({ statusCode: 123_456, accountId: TOKEN, errorCode: '123456' }, 'm');
    expect(last()).to.deep.include({ statusCode: '[redacted]', accountId: '[redacted]', errorCode: '[redacted]' });
  });

  it('shows errors with type, reason, frames and cause', () => {
    const { log, last } = captureLog();
    const cause = Object.assign(new Error('connect to ada@example.org'), { code: 'ECONNREFUSED', token: TOKEN });
    log.error({ error: new TypeError(`bad ${TOKEN}\n    at forged`, { cause }) }, 'm');
    const error = last().error as Record<string, unknown> & { stack: string[]; cause: Record<string, unknown> };
    expect(error).to.include({ type: 'TypeError', message: 'bad [redacted]\\u000a    at forged' });
    expect(error.stack.join('\n')).to.include('redaction.test.ts');
    expect(error.cause).to.include({ message: 'connect to a•••@e•••.org', reason: 'ECONNREFUSED' });
    expect(error.cause).not.to.have.property('token');
  });

  it('survives whatever it is given', () => {
    const { log, last } = captureLog();
    const circle: Record<string, unknown> = {
      size: 10n,
      call: () => 1,
      bytes: Buffer.from(TOKEN),
      date: new Date(0),
    };
    circle.self = circle;
    const hostile = {
      get trap(): never {
        throw new Error('no');
      },
      toJSON: () => TOKEN,
    };
    log.info({ circle, hostile, url: new URL('https://u:p@h.example/?a=b'), many: Array(200).fill(1) }, 'm');
    const line = last() as { circle: object; many: unknown[] };
    expect(line.circle).to.deep.equal({
      size: '10',
      call: '[function]',
      bytes: '[43 bytes]',
      date: '1970-01-01T00:00:00.000Z',
      self: '[circular]',
    });
    expect(line).to.include({ hostile: '[unreadable]', url: 'https://[redacted]@h.example/?a=[redacted]' });
    expect(line.many).to.have.length(101);
  });

  it('lets no secret out, whatever stands around it and wherever it is', () => {
    const secret = fc
      .uint8Array({ minLength: 24, maxLength: 48 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    const code = fc.stringMatching(/^\d{6,10}$/);
    const held = fc.oneof(
      fc
        .record({ hidden: secret, before: fc.string(), after: fc.string() })
        .map((p) => ({ ...p, text: p.before + p.hidden + p.after })),
      fc
        .record({ hidden: code, before: fc.string(), after: fc.string() })
        .map((p) => ({ ...p, text: `${p.before} ${p.hidden} ${p.after}` })),
    );
    const wrappers: ((value: unknown) => unknown)[] = [
      (value) => ({ value }),
      (value) => [1, value],
      (value) => new Map([['entry', value]]),
      (value) => new Set([value]),
      (value) => ({ [String(value)]: 1 }),
      (value) => new Error(String(value)),
      (value) => new Error('outer', { cause: value }),
      (value) => new AggregateError([value], 'many'),
      (value) => Object.assign(new Error('x'), { stack: `Error: x\n    at ${String(value)}` }),
    ];
    const path = fc.array(fc.nat(wrappers.length - 1), { maxLength: 5 });
    fc.assert(
      fc.property(held, path, fc.constantFrom('json' as const, 'line' as const), ({ hidden, text }, steps, format) => {
        const { log, lines } = captureLog({ format });
        const nested = steps.reduce<unknown>((value, step) => wrappers[step]?.(value), text);
        log.child({ child: nested }).info({ field: nested }, text);
        expect(lines).to.have.length(1);
        expect(lines.join('')).not.to.include(hidden);
      }),
      { numRuns: 400 },
    );
  });

  it('stays quick on hostile texts (R-23)', () => {
    const pieces = [
      'a',
      '@',
      'a@',
      '/',
      '//',
      '?',
      'a=',
      '"a="',
      ':',
      'eyJ',
      'eyJ-',
      '-',
      '+1 ',
      '1 ',
      'Aa',
      'bearer ',
      ' ',
      '%40',
      "'",
      'a.',
      '{"',
      'cookie',
      '[1',
    ];
    for (const piece of pieces) {
      const started = performance.now();
      logged(piece.repeat(Math.floor(16_000 / piece.length)));
      expect(performance.now() - started, inspect(piece)).to.be.lessThan(200);
    }
  });
});
