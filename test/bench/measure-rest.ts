import { REST_CLIENT, WEB_CLIENT } from './clients.ts';
import { runLoad } from './load.ts';
import { measureRound, type Round, type SignInLoad, type SignInWay, summaryOf } from './measure-sign-ins.ts';
import type { Plan } from './plan.ts';
import { openResult, readCode } from './sign-in.ts';
import type { Subject } from './subject.ts';
import { refreshTokenOf, type TokenAnswer, token } from './token-endpoint.ts';

/**
 * Signs people in as backends do that draw their own form, both ways; what the browser of a hosted sign-in does counts too.
 * The client's own token is asked for once: it is good for an hour.
 */
export async function measureRest(subject: Subject, plan: Plan): Promise<Readonly<Record<string, SignInLoad>>> {
  const { access_token: bearer = '' } = await token(subject, REST_CLIENT, { grant_type: 'client_credentials' });
  const ways: Readonly<Record<string, SignInWay>> = {
    hosted: (target) => hosted(target, bearer),
    'backend to backend': (target) => backendToBackend(target, bearer),
  };
  const loads: Record<string, SignInLoad> = {};
  for (const [name, way] of Object.entries(ways)) {
    await runLoad(plan.concurrency, { count: plan.warmUp }, () => way(subject).then(() => undefined));
    const rounds: Round[] = [];
    while (rounds.length < plan.restRounds) rounds.push(await measureRound(subject, plan, way));
    loads[name] = summaryOf(rounds);
  }
  return loads;
}

/** Send, validate, open the result, exchange (contracts.md §4.4). */
async function hosted(subject: Subject, bearer: string): Promise<string> {
  const email = subject.nextAddress();
  const redirect_uri = WEB_CLIENT.redirectUri;
  await call(subject, bearer, '/v1/auth/otp/email', { email, redirect_uri });
  const passcode = await readCode(subject, email);
  const { result } = await call(subject, bearer, '/v1/auth/otp/email/validation', { email, passcode });
  const code = await openResult(subject, String(result));
  return refreshTokenOf(await token(subject, REST_CLIENT, { grant_type: 'authorization_code', code, redirect_uri }));
}

/** Send, authenticate (contracts.md §5.4). */
async function backendToBackend(subject: Subject, bearer: string): Promise<string> {
  const identifier = subject.nextAddress();
  const person = { identifier_type: 'email', identifier };
  await call(subject, bearer, '/v1/auth/otp/send', { channel: 'email', ...person });
  const passcode = await readCode(subject, identifier);
  return refreshTokenOf(await call(subject, bearer, '/v1/auth/otp/authenticate', { ...person, passcode }));
}

/** @throws Error unless it answers 200 */
async function call(
  { url, http }: Subject,
  bearer: string,
  path: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<TokenAnswer & { readonly result?: string }> {
  const body = JSON.stringify(fields);
  const headers = {
    authorization: `Bearer ${bearer}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
  const answer = await http.send('POST', url + path, headers, body);
  if (answer.status !== 200) throw new Error(`${path} answered HTTP ${answer.status}`);
  return JSON.parse(answer.body) as TokenAnswer & { result?: string };
}
