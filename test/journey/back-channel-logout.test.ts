import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import * as jose from 'jose';
import { openAccount } from '../support/account.ts';
import { timed } from '../support/attack.ts';
import { type Suite, useServer } from '../support/journey.ts';
import { type Conduct, type SeenRequest, type StandIn, startStandIn } from '../support/sms-stand-in.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Applications on this machine that want to be told of logouts. */
interface Listening {
  readonly suite: Suite;
  readonly rp: () => StandIn;
  readonly other: () => StandIn;
}

function useListening(): Listening {
  let [rp, other]: (StandIn | undefined)[] = [];
  const running = (one: StandIn | undefined): StandIn => {
    if (one === undefined) throw new Error('not listening');
    return one;
  };
  before(async () => {
    [rp, other] = [await startStandIn(), await startStandIn()];
  });
  after(async () => {
    await Promise.all([rp?.close(), other?.close()]);
  });
  const suite = useServer(async () => ({
    env: { BACKCHANNEL_LOGOUT_POLL_MILLISECONDS: '50' },
    settings: { clients: [clientAt('listens', running(rp)), clientAt('listens-too', running(other))] },
  }));
  return { suite, rp: () => running(rp), other: () => running(other) };
}

const clientAt = (id: string, { origin }: StandIn) => ({
  id,
  name: id,
  secret: `${id}-secret`,
  redirectUris: [`${origin}/callback`],
  scopes: ['openid', 'email', 'offline_access'],
  firstParty: true,
  keepSignedIn: true,
  backchannelLogoutUri: `${origin}/logged-out?client=${id}`,
});

/** What a listener was told, as soon as it was told so often. */
async function told({ seen }: StandIn, count = 1): Promise<readonly SeenRequest[]> {
  const deadline = performance.now() + 5_000;
  while (seen.length < count) {
    if (performance.now() > deadline) throw new Error(`told ${seen.length} of ${count} times`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return seen;
}

const tokenIn = ({ body }: SeenRequest): string => new URLSearchParams(body).get('logout_token') ?? '';

describe('journey: applications are told of logouts (OpenID Connect Back-Channel Logout, R-50)', function () {
  this.timeout(30_000);
  const { suite, rp, other } = useListening();
  let heardBefore = { rp: 0, other: 0 };
  beforeEach(() => {
    for (const each of [rp(), other()]) each.conduct({ status: 200 });
    heardBefore = { rp: rp().seen.length, other: other().seen.length };
  });

  const at = (client: string, listener: StandIn, parameters?: Record<string, string>) => ({
    clientId: client,
    redirectUri: `${listener.origin}/callback`,
    ...(parameters === undefined ? {} : { parameters }),
  });

  /** A browser that is signed in at the first application. */
  async function signedIn() {
    const browser = suite.browser({ stopAt: [suite.server.application, rp().origin, other().origin] });
    const address = suite.address();
    const { tokens } = await suite.signIn(browser, address, at('listens', rp()));
    return { browser, address, tokens };
  }

  async function logOut(browser: Awaited<ReturnType<typeof signedIn>>['browser'], idToken?: string): Promise<number> {
    const party = await suite.party('listens', `${rp().origin}/callback`);
    await browser.get(party.logoutUrl(idToken));
    return (await timed(() => browser.click('logout-confirm'))).ms;
  }

  it('with a token that says who, which session and when, and cannot be taken for another one (R-45)', async () => {
    const { browser, tokens } = await signedIn();
    await logOut(browser, tokens.id_token);
    const request = (await told(rp(), heardBefore.rp + 1)).at(-1);
    expect(request).to.include({ method: 'POST', target: '/logged-out?client=listens' });
    expect(request?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    const keys = jose.createRemoteJWKSet(new URL(`${suite.server.issuer}/jwks`));
    const { payload, protectedHeader } = await jose.jwtVerify(tokenIn(request as SeenRequest), keys, {
      issuer: suite.server.issuer,
      audience: 'listens',
      typ: 'logout+jwt',
    });
    expect(protectedHeader).to.include({ alg: 'RS256' });
    expect(payload).to.include({ sub: tokens.claims()?.sub, sid: tokens.claims()?.sid });
    expect(payload.sid).to.be.a('string');
    expect(payload.events).to.deep.equal({ [EVENT]: {} });
    expect(payload.jti).to.match(/^[\w-]{22,}$/);
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).to.be.within(1, 120);
    expect(payload).to.not.have.property('nonce');
    const party = await suite.party('listens', `${rp().origin}/callback`);
    const refused = await party.token({ grant_type: 'refresh_token', refresh_token: tokenIn(request as SeenRequest) });
    expect(refused.body.error).to.equal('invalid_grant');
    const hinted = await fetch(`${suite.server.issuer}/me`, {
      headers: { authorization: `Bearer ${tokenIn(request as SeenRequest)}` },
    });
    expect(hinted.status).to.equal(401);
  });

  it('every one that took part in the session, with the same name for it', async () => {
    const { browser, tokens } = await signedIn();
    const second = await suite.signIn(browser, '', at('listens-too', other()));
    expect(second.tokens.claims()?.sid).to.equal(tokens.claims()?.sid);
    await logOut(browser, tokens.id_token);
    const [first] = (await told(rp(), heardBefore.rp + 1)).slice(-1);
    const [last] = (await told(other(), heardBefore.other + 1)).slice(-1);
    const ends = [first, last].map((request) => jose.decodeJwt(tokenIn(request as SeenRequest)));
    expect(ends.map(({ aud }) => aud)).to.deep.equal(['listens', 'listens-too']);
    expect(new Set(ends.map(({ sid }) => sid)).size).to.equal(1);
  });

  it('also when the session was ended from the page of the account', async () => {
    const { address, tokens } = await signedIn();
    const here = suite.browser();
    await openAccount(suite, here, address, '/account/sessions');
    await here.click('session-end-1');
    const [request] = (await told(rp(), heardBefore.rp + 1)).slice(-1);
    expect(jose.decodeJwt(tokenIn(request as SeenRequest))).to.include({
      sub: tokens.claims()?.sub,
      sid: tokens.claims()?.sid,
    });
  });

  it('and only after it is true: its refresh token is dead by then', async () => {
    const { browser, tokens } = await signedIn();
    const party = await suite.party('listens', `${rp().origin}/callback`);
    await logOut(browser, tokens.id_token);
    await told(rp(), heardBefore.rp + 1);
    const answer = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(answer.body.error).to.equal('invalid_grant');
  });

  for (const conduct of ['silent', 'drop', 'slow-body', { status: 500 }] as const) {
    it(`nobody waits for one that is ${typeof conduct === 'string' ? conduct : 'broken'}`, async () => {
      const { browser, tokens } = await signedIn();
      await suite.signIn(browser, '', at('listens-too', other()));
      rp().conduct(conduct as Conduct);
      expect(await logOut(browser, tokens.id_token)).to.be.lessThan(1_000);
      await told(other(), heardBefore.other + 1);
    });
  }

  it('one that was away is told later, each time with a fresh token, three times more and then no more', async () => {
    const time = suite.freeze();
    const { browser, tokens } = await signedIn();
    const accountId = tokens.claims()?.sub ?? '';
    rp().conduct({ status: 503 });
    await logOut(browser, tokens.id_token);
    const givenUp = () => suite.server.server.store.events.list({ type: 'logout.untold', accountId }, 10);
    while ((await givenUp()).length === 0) {
      time.advance(1_000);
      // The process is to do something else in between: send, and look what is due.
      await setImmediate();
    }
    expect((await givenUp())[0]).to.include({ clientId: 'listens', reason: '503' });
    const sent = rp().seen.map((request) => jose.decodeJwt(tokenIn(request)));
    const own = sent.filter(({ sub }) => sub === accountId);
    expect(own).to.have.length(4);
    expect(new Set(own.map(({ jti }) => jti)).size).to.equal(4);
    expect((own[3]?.iat ?? 0) - (own[0]?.iat ?? 0)).to.be.at.least(155);
  });

  it('is promised in discovery', async () => {
    const discovery = await fetch(`${suite.server.issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).to.include({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });
});
