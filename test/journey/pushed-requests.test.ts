import { expect } from 'chai';
import * as oidc from 'openid-client';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('OpenID Connect: pushed authorization requests (R-46)', () => {
  const suite = useServer();

  interface Pushed {
    readonly requestUri: string;
    readonly verifier: string;
    readonly state: string;
    readonly nonce: string;
  }

  /** Pushes a request as a certified client does. */
  async function push(parameters: Record<string, string> = {}): Promise<Pushed> {
    const { configuration } = await suite.party();
    const verifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = await oidc.buildAuthorizationUrlWithPAR(configuration, {
      redirect_uri: `${suite.server.application}/callback`,
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...parameters,
    });
    return { requestUri: url.searchParams.get('request_uri') ?? '', verifier, state, nonce };
  }

  const authorization = (requestUri: string, clientId = 'demo'): URL => {
    const url = new URL('/auth', suite.server.issuer);
    url.search = new URLSearchParams({ client_id: clientId, request_uri: requestUri }).toString();
    return url;
  };

  it('lead to the same sign-in, with nothing of the request in the browser', async () => {
    const [browser, address, party] = [suite.browser(), suite.address(), await suite.party()];
    const { requestUri, ...expected } = await push();
    await browser.get(authorization(requestUri));
    await enterCode(browser, await suite.askForCode(browser, address));
    const started = { ...expected, url: authorization(requestUri), maxAge: undefined };
    const tokens = await party.finish(browser.landedAt(), started);
    expect(tokens.claims()).to.include({ aud: 'demo', nonce: expected.nonce });
  });

  it('are good for one use', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { requestUri } = await push();
    await browser.get(authorization(requestUri));
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    await browser.get(authorization(requestUri));
    expect(browser.stoppedAt).to.equal(null);
    expect(browser.page.status).to.equal(400);
  });

  it('are good for one use with prompt=none, too', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const { requestUri } = await push({ prompt: 'none' });
    await browser.get(authorization(requestUri));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    await browser.get(authorization(requestUri));
    expect(browser.stoppedAt).to.equal(null);
    expect(browser.page.status).to.equal(400);
  });

  it('are too late after a minute', async () => {
    const time = suite.freeze();
    const { requestUri } = await push();
    time.advance(61_000);
    const browser = suite.browser();
    await browser.get(authorization(requestUri));
    expect(browser.page.status).to.equal(400);
    expect(browser.page.has('identifier')).to.equal(false);
  });

  it('belong to the client that pushed them', async () => {
    const { requestUri } = await push();
    const browser = suite.browser();
    await browser.get(authorization(requestUri, 'demo-backend'));
    expect(browser.stoppedAt).to.equal(null);
    expect(browser.page.status).to.equal(400);
  });

  it('are refused at once when they are wrong, or nobody’s', async () => {
    const credentials = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`;
    const fields = {
      client_id: 'demo',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${suite.server.application}/callback`,
    };
    const post = async (headers: Record<string, string>, extra = {}): Promise<{ status: number; error: unknown }> => {
      const body = new URLSearchParams({ ...fields, ...extra });
      const response = await fetch(`${suite.server.issuer}/request`, {
        method: 'POST',
        headers: { ...FORM, ...headers },
        body,
      });
      return { status: response.status, error: ((await response.json()) as { error?: unknown }).error };
    };
    expect(await post({ authorization: credentials })).to.deep.equal({ status: 400, error: 'invalid_request' });
    expect((await post({})).status).to.be.oneOf([400, 401]);
    const pkce = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
    const elsewhere = { ...pkce, redirect_uri: 'https://evil.example/' };
    expect((await post({ authorization: credentials }, elsewhere)).status).to.equal(400);
    expect((await post({ authorization: credentials }, pkce)).status).to.equal(201);
  });

  it('keep what they say, whatever the address says besides', async () => {
    const { requestUri, state } = await push();
    const url = authorization(requestUri);
    url.searchParams.set('state', 'changed');
    url.searchParams.set('redirect_uri', 'https://evil.example/');
    const browser = suite.browser();
    await browser.get(url);
    if (browser.stoppedAt === null && browser.page.has('cancel')) await browser.click('cancel');
    const landed = browser.stoppedAt;
    if (landed === null) expect(browser.page.status).to.equal(400);
    else expect(parametersOf(landed)).to.include({ state });
  });
});
