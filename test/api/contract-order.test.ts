import { expect } from 'chai';
import { decodeJwt } from 'jose';
import type { Browser } from '../support/browser.ts';
import { type Suite, useServer } from '../support/journey.ts';
import {
  createMosaicClient,
  MOUNTS,
  type MosaicAnswer,
  type MosaicClient,
  type MosaicTokens,
} from '../support/mosaic.ts';

/** How each channel is called, and what its answers say (contracts.md §4.2). */
const CHANNELS = {
  email: { path: 'email', field: 'email', sent: 'OTP email sent', method: 'otp' },
  sms: { path: 'sms', field: 'phone_number', sent: 'SMS sent', method: 'sms' },
} as const;

type Channel = keyof typeof CHANNELS;
const channels = Object.keys(CHANNELS) as Channel[];

/** The order of calls of the vendor's samples, by a client that knows the contract and a base URL (contracts.md §4.4, §5.4). */
describe('API: the contract, call by call', function () {
  this.timeout(20_000);
  const suite = useServer();
  const personOf = (channel: Channel): string => (channel === 'email' ? suite.address() : suite.number());

  for (const mount of MOUNTS) {
    const client = (): MosaicClient => createMosaicClient(suite, mount);

    for (const channel of channels) {
      const { path, field, sent, method } = CHANNELS[channel];

      it(`${mount}, hosted, a code by ${channel}`, async () => {
        const [mosaic, person] = [client(), personOf(channel)];
        const { redirectUri: redirect_uri } = mosaic;
        const asked = await mosaic.call(`/auth/otp/${path}`, { [field]: person, redirect_uri, create_new_user: true });
        expect(asked).to.deep.equal({ status: 200, body: { message: sent } });
        const passcode = await suite.server.code(person);
        const answer = await mosaic.call(`/auth/otp/${path}/validation`, { [field]: person, passcode });
        expect(answer.status).to.equal(200);
        const code = await codeAt(suite, String(answer.body.result), redirect_uri);
        const tokens = await exchanged(mosaic, code);
        const { sub } = await sameSubject(mosaic, tokens);
        expect(decodeJwt(tokens.id_token).amr).to.deep.equal([method]);
        await refreshesAndLogsOut(mosaic, tokens, sub);
      });

      it(`${mount}, backend to backend, a code by ${channel}`, async () => {
        const [mosaic, person] = [client(), personOf(channel)];
        const created = await mosaic.createUser({ [field]: person });
        expect(created.status).to.equal(201);
        const known = { identifier_type: field, identifier: person };
        const asked = await mosaic.call('/auth/otp/send', { channel, ...known });
        expect(asked).to.deep.equal({ status: 200, body: { message: 'OTP sent' } });
        const passcode = await suite.server.code(person);
        const tokens = await signedIn(mosaic, await mosaic.call('/auth/otp/authenticate', { passcode, ...known }));
        const { sub } = await sameSubject(mosaic, tokens);
        expect(sub).to.equal((created.body.result as { user_id: string }).user_id);
        expect(decodeJwt(tokens.id_token).amr).to.deep.equal([method]);
        await refreshesAndEnds(mosaic, tokens, sub);
      });
    }

    it(`${mount}, hosted, a link by email`, async () => {
      const [mosaic, email] = [client(), suite.address()];
      const { redirectUri: redirect_uri } = mosaic;
      const asked = await mosaic.call('/auth/links/email', { email, redirect_uri, create_new_user: true });
      expect(asked).to.deep.equal({ status: 200, body: { message: 'Email sent successfully' } });
      const { code } = await followed(suite, email, redirect_uri);
      const tokens = await exchanged(mosaic, code);
      const { sub } = await sameSubject(mosaic, tokens);
      await refreshesAndLogsOut(mosaic, tokens, sub);
    });

    it(`${mount}, backend to backend, a link by email`, async () => {
      const [mosaic, email] = [client(), suite.address()];
      const { redirectUri: redirect_uri } = mosaic;
      expect((await mosaic.createUser({ email })).status).to.equal(201);
      const known = { identifier_type: 'email', identifier: email };
      const asked = await mosaic.call('/auth/link/email/send', { redirect_uri, ...known, state: 'of this browser' });
      expect(asked).to.deep.equal({ status: 200, body: { message: 'Email sent successfully' } });
      const { code, state } = await followed(suite, email, redirect_uri);
      expect(state).to.equal('of this browser');
      const tokens = await signedIn(mosaic, await mosaic.call('/auth/link/email/authenticate', { code }));
      const { sub } = await sameSubject(mosaic, tokens);
      await refreshesAndEnds(mosaic, tokens, sub);
    });

    it(`${mount}, hosted, by the deprecated exchange: who is new is said once`, async () => {
      const [mosaic, email] = [client(), suite.address()];
      for (const isNew of [true, false]) {
        const tokens = await byDeprecatedExchange(mosaic, email);
        expect(tokens.is_user_created).to.equal(isNew);
        await sameSubject(mosaic, tokens);
      }
    });

    it(`${mount}, backend to backend, a code that the client delivers itself`, async () => {
      const [mosaic, email] = [client(), suite.address()];
      await mosaic.createUser({ email });
      const known = { identifier_type: 'email', identifier: email };
      const { status, body } = await mosaic.call('/auth/otp/send', { channel: 'direct', ...known });
      expect(status).to.equal(200);
      expect(body).to.have.all.keys('message', 'code');
      expect(await suite.server.inbox(email)).to.deep.equal([]);
      const answer = await mosaic.call('/auth/otp/authenticate', { passcode: body.code, ...known });
      await sameSubject(mosaic, await signedIn(mosaic, answer));
    });
  }

  async function byDeprecatedExchange(mosaic: MosaicClient, email: string): Promise<MosaicTokens> {
    const { redirectUri: redirect_uri } = mosaic;
    const before = (await suite.server.inbox(email)).length;
    await mosaic.call('/auth/otp/email', { email, redirect_uri, create_new_user: true });
    const passcode = await suite.server.code(email, before + 1);
    const { body } = await mosaic.call('/auth/otp/email/validation', { email, passcode });
    const code = await codeAt(suite, String(body.result), redirect_uri);
    const credentials = { client_id: 'demo-backend', client_secret: 'demo-backend-secret' };
    const answer = await mosaic.call('/token', { code, ...credentials });
    expect(answer.status).to.equal(200);
    return answer.body as unknown as MosaicTokens;
  }
});

/** Opens the result as the browser of a person; it has to come back to the application. */
async function codeAt(suite: Suite, result: string, redirectUri: string): Promise<string> {
  const browser = suite.browser();
  await browser.get(result);
  return answerIn(browser, redirectUri).code;
}

/** Opens the link of the newest mail as its reader does, and presses what there is to press. */
async function followed(suite: Suite, email: string, redirectUri: string) {
  const [message] = await suite.server.messages(email);
  const browser = suite.browser();
  await browser.get(message?.link ?? '');
  await browser.click('link-confirm');
  return answerIn(browser, redirectUri);
}

function answerIn(browser: Browser, redirectUri: string): { code: string; state: string | null } {
  const url = browser.landedAt();
  expect(url.href.split('?')[0]).to.equal(redirectUri);
  const code = url.searchParams.get('code');
  expect(code, url.search).to.be.a('string');
  return { code: code ?? '', state: url.searchParams.get('state') };
}

/** The exchange of the vendor's sample: no PKCE, no scope (contracts.md §4.2). */
async function exchanged(mosaic: MosaicClient, code: string): Promise<MosaicTokens> {
  const answer = await mosaic.token({ grant_type: 'authorization_code', code, redirect_uri: mosaic.redirectUri });
  expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  return answer.body as unknown as MosaicTokens;
}

/** What an authentication between backends answers (contracts.md §5.2). */
async function signedIn(mosaic: MosaicClient, { status, body }: MosaicAnswer): Promise<MosaicTokens> {
  expect(status, JSON.stringify(body)).to.equal(200);
  expect(body).to.include({ token_type: 'Bearer', expires_in: 3600 });
  const tokens = body as unknown as MosaicTokens;
  expect(tokens.session_id).to.be.a('string');
  expect((await mosaic.verify(tokens.access_token)).sid).to.equal(tokens.session_id);
  return tokens;
}

/** Both tokens are about the same person, and the access token is signed. */
async function sameSubject(mosaic: MosaicClient, tokens: MosaicTokens): Promise<{ sub: string }> {
  const { sub } = await mosaic.verify(tokens.access_token);
  expect(decodeJwt(tokens.id_token)).to.include({ sub, aud: 'demo-backend' });
  return { sub: String(sub) };
}

const refresh = (mosaic: MosaicClient, { refresh_token }: MosaicTokens): Promise<MosaicAnswer> =>
  mosaic.token({ grant_type: 'refresh_token', refresh_token });

async function refreshesAndLogsOut(mosaic: MosaicClient, tokens: MosaicTokens, sub: string): Promise<void> {
  const refreshed = await refresh(mosaic, tokens);
  expect(refreshed.status, JSON.stringify(refreshed.body)).to.equal(200);
  const later = refreshed.body as unknown as MosaicTokens;
  expect((await mosaic.verify(later.access_token)).sub).to.equal(sub);
  const out = await mosaic.call('/auth/logout', null, later.access_token);
  expect(out).to.deep.equal({ status: 200, body: { sessions_count: 1 } });
  expect((await refresh(mosaic, later)).body.error).to.equal('invalid_grant');
}

async function refreshesAndEnds(mosaic: MosaicClient, tokens: MosaicTokens, sub: string): Promise<void> {
  const refreshed = await refresh(mosaic, tokens);
  expect(refreshed.status, JSON.stringify(refreshed.body)).to.equal(200);
  const { refresh_token, access_token } = refreshed.body as unknown as MosaicTokens;
  expect((await mosaic.verify(access_token)).sub).to.equal(sub);
  const again = await mosaic.call('/auth/token/refresh', { refresh_token });
  expect(again.status, JSON.stringify(again.body)).to.equal(200);
  const last = again.body as unknown as MosaicTokens;
  expect((await mosaic.verify(last.access_token)).sub).to.equal(sub);
  const ended = await mosaic.call('/auth/session/logout', { session_id: tokens.session_id });
  expect(ended).to.deep.equal({ status: 204, body: {} });
  expect((await refresh(mosaic, last)).body.error).to.equal('invalid_grant');
}
