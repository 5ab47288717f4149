import { expect } from 'chai';
import { Problem } from '../../src/domain/errors.ts';
import { challengeOf, shotOf, visitOf, volley, waitForCode } from '../support/attack.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';
import { send, type WireRequest } from '../support/wire.ts';

/** The same store, which can be out of reach. */
function breakable<Target extends object>(store: Target, isDown: (call: string) => boolean, prefix = ''): Target {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      const call = `${prefix}${String(name)}`;
      if (typeof member === 'object' && member !== null) return breakable(member, isDown, `${call}.`);
      if (typeof member !== 'function' || name === 'close') return member;
      return async (...parameters: unknown[]): Promise<unknown> => {
        if (isDown(call)) throw new Problem('store_unavailable', { retryAfter: 5 });
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}

describe('faults: a store that is out of reach (R-79)', function () {
  this.timeout(20_000);
  let down: (call: string) => boolean = () => false;
  const suite = useServer({ overrides: { wrapStore: (store) => breakable(store, (call) => down(call)) } });
  afterEach(() => {
    down = () => false;
  });

  const CREDENTIALS = { authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` };
  const toToken = (fields: Record<string, string>, path = '/token'): WireRequest => ({
    method: 'POST',
    url: new URL(path, suite.server.issuer),
    headers: { ...CREDENTIALS, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

  /** One of every kind of request that needs the store, each of which would succeed. */
  async function requests(): Promise<Map<string, WireRequest>> {
    const [identify, code, consent, logout] = [suite.browser(), suite.browser(), suite.browser(), suite.browser()];
    await suite.begin(identify);
    const waiting = await waitForCode(suite, suite.address(), { browser: code });
    await suite.signIn(consent, suite.address());
    await suite.begin(consent, { clientId: 'demo-third-party' });
    const { tokens } = await suite.signIn(logout, suite.address());
    const { started } = await suite.signIn(suite.browser(), suite.address());
    await logout.get(`${suite.server.issuer}/session/end`);
    const me = { method: 'GET', url: new URL('/me', suite.server.issuer), body: null };
    return new Map<string, WireRequest>([
      ['authorization', visitOf(suite.browser(), started.url)],
      ['authorization with a session', visitOf(consent, started.url)],
      ['the address page', visitOf(identify, identify.page.url)],
      ['the address', shotOf(identify, 'identifier-submit', { identifier: suite.address() })],
      ['the code page', visitOf(code, code.page.url)],
      ['the code', shotOf(code, 'code-submit', { code: waiting.code })],
      ['a wrong code', shotOf(code, 'code-submit', { code: wrongCode(waiting.code) })],
      ['a resend', shotOf(code, 'code-resend')],
      ['the consent', shotOf(consent, 'consent-allow')],
      ['the logout', shotOf(logout, 'logout-confirm')],
      ['a refresh', toToken({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })],
      ['an exchange', toToken({ grant_type: 'authorization_code', code: 'x'.repeat(43), redirect_uri: 'x' })],
      ['introspection', toToken({ token: tokens.access_token }, '/token/introspection')],
      ['revocation', toToken({ token: tokens.access_token }, '/token/revocation')],
      ['userinfo', { ...me, headers: { authorization: `Bearer ${tokens.access_token}` } }],
      ['readiness', { method: 'GET', url: new URL('/health/ready', suite.server.issuer), headers: {}, body: null }],
    ]);
  }

  it('every request that needs it is refused with 503 and Retry-After; none succeeds, none breaks', async () => {
    const all = await requests();
    down = () => true;
    const wrong: string[] = [];
    for (const [name, request] of all) {
      const { status, headers, body } = await send(request);
      if (status !== 503 || Number(headers['retry-after'] ?? 0) < 1)
        wrong.push(`${name}: ${status} ${body.slice(0, 80)}`);
      if (/\n\s+at /.test(body)) wrong.push(`${name}: a stack`);
    }
    expect(wrong).to.deep.equal([]);
    expect((await fetch(`${suite.server.issuer}/health/live`)).status).to.equal(200);
  });

  it('whichever of its answers to a right code is missing, nothing is counted as done that was not', async () => {
    for (let missing = 1; ; missing += 1) {
      const address = suite.address();
      const waiting = await waitForCode(suite, address);
      let calls = 0;
      down = (call) => /^(?:challenges|accounts|artifacts|clients|budgets)\./.test(call) && ++calls === missing;
      const [answer] = await volley([shotOf(waiting.browser, 'code-submit', { code: waiting.code })]);
      down = () => false;
      // Once there is no such call any more, the sign-in has to have gone through.
      if (calls < missing) return expect(answer?.status).to.equal(303);
      expect(answer?.status, `call ${missing}`).to.equal(503);
      expect((await challengeOf(suite, waiting.uid)).state).to.be.oneOf(['open', 'proven']);
      // Whatever was used up, a new code can be asked for at once.
      const page = await waiting.browser.get(`${suite.server.issuer}/interaction/${waiting.uid}`);
      if (page.has('identifier')) await suite.askForCode(waiting.browser, address);
      await enterCode(waiting.browser, await suite.server.code(address));
      await suite.finish(waiting.browser, waiting.started);
    }
  });

  it('a send budget that cannot be asked lets nothing through', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    down = (call) => call === 'challenges.open';
    expect((await browser.submit('identifier-submit', { identifier: address })).status).to.equal(503);
    expect(await suite.server.inbox(address)).to.deep.equal([]);
  });

  it('is over when it is over: the same pages go on', async () => {
    const waiting = await waitForCode(suite, suite.address());
    const tab = waiting.browser.tab();
    down = () => true;
    await tab.get(waiting.browser.page.url);
    expect(tab.page.status).to.equal(503);
    down = () => false;
    await enterCode(waiting.browser, waiting.code);
    await suite.finish(waiting.browser, waiting.started);
  });
});
