import { createHmac, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { createRelyingParty, type Tokens } from '../support/relying-party.ts';
import { send } from '../support/wire.ts';

const SPA = 'https://spa.example.test';
const LEDGER = 'https://ledger.example.test';
const FORM = 'application/x-www-form-urlencoded';

describe('safety: a token is good for nothing but what it is (R-45)', function () {
  this.timeout(20_000);
  const clients = [
    { id: 'spa', type: 'spa', redirectUris: [`${SPA}/callback`], firstParty: true, keepSignedIn: true },
    { id: 'ledger', secret: 'ledger-secret', redirectUris: [`${LEDGER}/callback`], firstParty: true },
  ];
  const suite = useServer({ settings: { clients } });
  let browser: Browser;
  let mine: Tokens;
  let theirs: Tokens;
  let unused = { code: '', verifier: '' };
  before(async () => {
    const scope = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };
    browser = suite.browser();
    mine = (await suite.signIn(browser, suite.address(), scope)).tokens;
    const other = { clientId: 'ledger', redirectUri: `${LEDGER}/callback`, ...scope };
    theirs = (await suite.signIn(suite.browser({ stopAt: [LEDGER] }), suite.address(), other)).tokens;
    const { verifier } = await suite.begin(browser);
    unused = { code: browser.landedAt().searchParams.get('code') ?? '', verifier };
  });

  const userinfo = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await send({ method: 'GET', url: new URL('/me', suite.server.issuer), headers, body: null })).status;
  };
  const grant = async (parameters: Record<string, string>, clientId?: string): Promise<unknown> =>
    (await (await suite.party(clientId)).token(parameters)).body.error;

  it('userinfo takes access tokens with openid only', async () => {
    const machine = await (await suite.party('demo-backend')).clientCredentials();
    expect(await userinfo(mine.access_token)).to.equal(200);
    const others = [mine.id_token, mine.refresh_token, unused.code, machine.access_token, 'x', '', 'null'];
    for (const token of others) expect(await userinfo(token ?? ''), String(token)).to.be.within(400, 403);
  });

  it('the token endpoint takes refresh tokens of its client only', async () => {
    const foreign = [theirs.refresh_token, mine.access_token, mine.id_token, unused.code, theirs.access_token];
    for (const token of foreign) {
      expect(await grant({ grant_type: 'refresh_token', refresh_token: token ?? '' })).to.equal('invalid_grant');
    }
  });

  it('the token endpoint takes codes only for codes', async () => {
    const { verifier } = unused;
    for (const code of [mine.refresh_token, mine.access_token, mine.id_token, theirs.refresh_token]) {
      const { body } = await (await suite.party()).exchange(code ?? '', verifier);
      expect(body.error).to.equal('invalid_grant');
    }
  });

  it('a client learns nothing of another’s tokens and cannot end them (R-48)', async () => {
    const party = await suite.party();
    for (const token of [theirs.access_token, theirs.refresh_token]) {
      expect(await party.introspect(token ?? '')).to.deep.equal({ active: false });
      await party.revoke(token ?? '').catch(() => undefined);
    }
    expect((await (await suite.party('ledger')).introspect(theirs.access_token)).active).to.equal(true);
    for (const token of [mine.id_token, unused.code, 'x']) {
      expect((await party.introspect(token ?? '').catch(() => ({ active: false }))).active).to.equal(false);
    }
  });

  // A client without a secret named itself, and was told about its tokens.
  it('nobody learns about a token without a secret (R-48)', async () => {
    const { issuer } = suite.server;
    const party = await createRelyingParty({ issuer, clientId: 'spa', redirectUri: `${SPA}/callback` });
    const [visitor, started] = [suite.browser({ stopAt: [SPA] }), await party.start()];
    await visitor.get(started.url);
    await enterCode(visitor, await suite.askForCode(visitor, suite.address()));
    const tokens = await party.finish(visitor.landedAt(), started);
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      const url = new URL('/token/introspection', suite.server.issuer);
      const body = new URLSearchParams({ client_id: 'spa', token }).toString();
      const answer = await send({ method: 'POST', url, headers: { 'content-type': FORM }, body });
      expect(answer.body).to.not.match(/"active":true|"sub"/);
    }
  });

  it('a client is not authenticated by tokens, nor by another’s secret', async () => {
    for (const secret of [mine.access_token, mine.id_token ?? '', 'demo-backend-secret', '', 'undefined']) {
      const authorization = `Basic ${Buffer.from(`demo:${secret}`).toString('base64')}`;
      const url = new URL('/token', suite.server.issuer);
      const body = new URLSearchParams({ grant_type: 'client_credentials' }).toString();
      const answer = await send({ method: 'POST', url, headers: { authorization, 'content-type': FORM }, body });
      expect(answer.status, secret).to.be.oneOf([400, 401]);
      expect(JSON.parse(answer.body).error).to.be.oneOf(['invalid_client', 'invalid_request']);
    }
  });

  /** ID tokens that somebody made who has not the key of this server. */
  async function forgedHints(): Promise<Record<string, string>> {
    const [header = '', payload = '', signature = ''] = (mine.id_token ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
    const { kid, jwk } = await publicKey();
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const sign = (fields: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', ...fields }).sign(own.privateKey);
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmac = (key: string | Buffer): string => {
      const input = `${encode({ alg: 'HS256', kid })}.${payload}`;
      return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    };
    return {
      'alg none': new UnsecuredJWT(claims).encode(),
      'alg none in capitals': `${encode({ alg: 'NONE' })}.${payload}.`,
      'our header without signature': `${header}.${payload}.`,
      'a changed subject': `${header}.${encode({ ...claims, sub: 'somebody-else' })}.${signature}`,
      'HS256 with the client secret': hmac('demo-secret'),
      'HS256 with our public key': hmac(JSON.stringify(jwk)),
      'a key of their own under our kid': await sign({ kid }),
      'a key of their own under its own kid': await sign({ kid: 'mine' }),
      'a key of their own inside': await sign({ jwk: own.publicKey.export({ format: 'jwk' }) }),
      'a key of their own elsewhere': await sign({ jku: `${suite.server.application}/jwks`, kid: 'mine' }),
      'an access token': mine.access_token,
      'a logout token type': await sign({ kid, typ: 'logout+jwt' }),
    };
  }

  async function publicKey(): Promise<{ kid: string; jwk: Record<string, unknown> }> {
    const { keys } = (await (await fetch(`${suite.server.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    const [jwk] = keys;
    if (jwk === undefined) throw new Error('no key');
    return { kid: jwk.kid, jwk };
  }

  it('a hint that this server did not sign is refused at logout and at sign-in', async () => {
    const party = await suite.party();
    const isTaken = async (hint: string | undefined): Promise<{ atLogout: boolean; atSignIn: boolean }> => {
      const page = await browser.get(party.logoutUrl(hint, `${suite.server.application}/`));
      const atLogout = page.status === 200;
      await browser.get((await party.start({ prompt: 'none', id_token_hint: hint })).url);
      return { atLogout, atSignIn: browser.landedAt().searchParams.has('code') };
    };
    for (const [name, hint] of Object.entries(await forgedHints())) {
      expect(await isTaken(hint), name).to.deep.equal({ atLogout: false, atSignIn: false });
    }
    expect(await isTaken(mine.id_token)).to.deep.equal({ atLogout: true, atSignIn: true });
  });

  it('an ID token says for whom it is, and is no access token anywhere', () => {
    expect(mine.claims()).to.include({ aud: 'demo', iss: suite.server.issuer });
    expect(mine.access_token.split('.')).to.have.length(1);
  });
});
