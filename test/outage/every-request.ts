import { shotOf, visitOf, waitForCode } from '../support/attack.ts';
import { enterCode, type Suite, wrongCode } from '../support/journey.ts';
import { send, type WireRequest } from '../support/wire.ts';

/** A request that needs the store. */
export interface Asked {
  readonly name: string;
  readonly request: WireRequest;
  /** What it is answered when the store is there. */
  readonly answer: number;
}

/** One of every kind of request, each by somebody else, so that none decides what another is answered. */
export async function everyRequest(suite: Suite): Promise<Asked[]> {
  return [...(await pages(suite)), ...(await endpoints(suite))];
}

async function pages(suite: Suite): Promise<Asked[]> {
  const [address, consent, logout] = [suite.browser(), suite.browser(), suite.browser()];
  const started = await suite.begin(address);
  const [right, wrong, resuming, waiting] = [
    await waitForCode(suite, suite.address()),
    await waitForCode(suite, suite.address()),
    await waitForCode(suite, suite.address()),
    await waitForCode(suite, suite.address()),
  ];
  const onward = await send(shotOf(resuming.browser, 'code-submit', { code: resuming.code }));
  await suite.signIn(consent, suite.address());
  await suite.begin(consent, { clientId: 'demo-third-party' });
  await suite.signIn(logout, suite.address());
  await logout.get(`${suite.server.issuer}/session/end`);
  return [
    { name: 'authorization', request: visitOf(suite.browser(), started.url), answer: 303 },
    { name: 'authorization, signed in', request: visitOf(consent, started.url), answer: 303 },
    { name: 'the address page', request: visitOf(address, address.page.url), answer: 200 },
    {
      name: 'the address',
      request: shotOf(address, 'identifier-submit', { identifier: suite.address() }),
      answer: 303,
    },
    { name: 'the code page', request: visitOf(right.browser, right.browser.page.url), answer: 200 },
    { name: 'the code', request: shotOf(right.browser, 'code-submit', { code: right.code }), answer: 303 },
    {
      name: 'a wrong code',
      request: shotOf(wrong.browser, 'code-submit', { code: wrongCode(wrong.code) }),
      answer: 422,
    },
    { name: 'a resend, too soon', request: shotOf(waiting.browser, 'code-resend'), answer: 429 },
    {
      name: 'going on after the code',
      request: visitOf(resuming.browser, new URL(onward.headers.location ?? '', suite.server.issuer)),
      answer: 303,
    },
    { name: 'the consent', request: shotOf(consent, 'consent-allow'), answer: 303 },
    { name: 'the logout', request: shotOf(logout, 'logout-confirm'), answer: 303 },
  ];
}

async function endpoints(suite: Suite): Promise<Asked[]> {
  const { issuer, application } = suite.server;
  const authorization = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`;
  const post = (path: string, fields: Readonly<Record<string, string>>): WireRequest => ({
    method: 'POST',
    url: new URL(path, issuer),
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  const { browser, started, code } = await waitForCode(suite, suite.address());
  await enterCode(browser, code);
  const exchange = {
    grant_type: 'authorization_code',
    code: browser.landedAt().searchParams.get('code') ?? '',
    code_verifier: started.verifier,
    redirect_uri: `${application}/callback`,
  };
  const fresh = async () => (await suite.signIn(suite.browser(), suite.address())).tokens;
  const [refreshed, revoked, used] = [await fresh(), await fresh(), await fresh()];
  const refresh = { grant_type: 'refresh_token', refresh_token: String(refreshed.refresh_token) };
  const bearer = { authorization: `Bearer ${used.access_token}` };
  return [
    { name: 'an exchange', request: post('/token', exchange), answer: 200 },
    { name: 'a refresh', request: post('/token', refresh), answer: 200 },
    { name: 'introspection', request: post('/token/introspection', { token: used.access_token }), answer: 200 },
    { name: 'revocation', request: post('/token/revocation', { token: revoked.access_token }), answer: 200 },
    { name: 'a pushed request', request: post('/request', Object.fromEntries(started.url.searchParams)), answer: 201 },
    {
      name: 'userinfo',
      request: { method: 'GET', url: new URL('/me', issuer), headers: bearer, body: null },
      answer: 200,
    },
  ];
}
