import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WEB_CLIENT } from './clients.ts';
import { type Answer, type CookieJar, createCookieJar, type HttpClient } from './http-client.ts';

/** An authorization code and what is needed to redeem it. */
export interface IssuedCode {
  readonly code: string;
  readonly verifier: string;
  readonly nonce: string;
}

/** One server as the load sees it. */
export interface Target {
  readonly url: string;
  readonly http: HttpClient;
  /** Newest message of each address that was read, so that a sign-in never takes the code of an earlier one. */
  readonly lastMessage: Map<string, string>;
  /** Sign-ins that reached the application so far. */
  signIns: number;
}

const MOST_STEPS = 20;
const INBOX_WAIT_MS = 10_000;
const INBOX_PAUSE_MS = 5;

/**
 * Walks from the authorization request to the redirect URI like a browser without script: follows redirects, fills in
 * the form with `#identifier`, reads the code from the development inbox, fills in the form with `#code`.
 *
 * @throws Error when a page is not what the journey expects; no code of this run is in the message
 */
export async function signIn(target: Target, address: string): Promise<IssuedCode> {
  const visit = await begin(target);
  for (let step = 0; visit.landed === null; step += 1) {
    const identify = formWith(visit.answer, 'identifier');
    const enter = formWith(visit.answer, 'code');
    if (identify !== undefined) await submit(visit, identify, address);
    else if (enter !== undefined && step < MOST_STEPS) await submit(visit, enter, await readCode(target, address));
    else throw new Error(`unexpected page, HTTP ${visit.answer.status}: ${titleOf(visit.answer)}`);
  }
  const code = codeIn(visit);
  target.signIns += 1;
  return { code, verifier: visit.verifier, nonce: visit.nonce };
}

/**
 * Asks for a code and goes away.
 * @param onSend told when the form with the address is sent off
 */
export async function sendCode(target: Target, address: string, onSend: () => void): Promise<void> {
  const visit = await begin(target);
  const identify = formWith(visit.answer, 'identifier');
  if (identify === undefined) throw new Error('the page does not ask for an address');
  onSend();
  await submit(visit, identify, address);
  if (formWith(visit.answer, 'code') === undefined) throw new Error(`no code was sent: ${titleOf(visit.answer)}`);
}

/** One visit of a browser: where it is and what it was answered last. */
interface Visit {
  readonly target: Target;
  readonly jar: CookieJar;
  readonly verifier: string;
  readonly nonce: string;
  at: string;
  answer: Answer;
  /** The redirect URI with its parameters, once the visit has ended there. */
  landed: string | null;
}

/**
 * Opens the address that a REST validation has answered, as the browser of its person.
 * @returns the authorization code
 */
export async function openResult(target: Target, url: string): Promise<string> {
  const visit = { target, jar: createCookieJar(), verifier: '', nonce: '', at: url, answer: NO_ANSWER, landed: null };
  await go(visit, 'GET');
  return codeIn(visit);
}

async function begin(target: Target): Promise<Visit> {
  const verifier = randomBytes(32).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');
  const jar = createCookieJar();
  const at = `${target.url}/auth?${authorizationRequest(verifier, nonce)}`;
  const visit: Visit = { target, jar, verifier, nonce, at, answer: NO_ANSWER, landed: null };
  await go(visit, 'GET');
  return visit;
}

const NO_ANSWER: Answer = { status: 0, location: undefined, retryAfter: undefined, cookies: [], body: '' };

function submit(visit: Visit, form: PageForm, value: string): Promise<void> {
  visit.at = new URL(form.action, visit.at).href;
  return go(visit, 'POST', filled(form, value).toString());
}

/** One request and the redirects that follow, up to a page or to the application. */
async function go(visit: Visit, method: 'GET' | 'POST', body?: string): Promise<void> {
  await request(visit, method, body);
  for (let hop = 0; visit.answer.location !== undefined; hop += 1) {
    const next = new URL(visit.answer.location, visit.at).href;
    if (next.startsWith(WEB_CLIENT.redirectUri)) {
      visit.landed = next;
      return;
    }
    if (hop === MOST_STEPS) throw new Error('redirected without end');
    visit.at = next;
    await request(visit, 'GET');
  }
}

async function request(visit: Visit, method: 'GET' | 'POST', body?: string): Promise<void> {
  const { target, jar } = visit;
  const headers: Record<string, string> = { accept: 'text/html', cookie: jar.header };
  if (body !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    headers['content-length'] = String(Buffer.byteLength(body));
    headers.origin = target.url;
  }
  visit.answer = await target.http.send(method, visit.at, headers, body);
  jar.keep(visit.answer.cookies);
}

function authorizationRequest(verifier: string, nonce: string): URLSearchParams {
  return new URLSearchParams({
    client_id: WEB_CLIENT.id,
    redirect_uri: WEB_CLIENT.redirectUri,
    response_type: 'code',
    scope: WEB_CLIENT.scope,
    state: 'state-of-the-bench',
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
}

function codeIn({ landed, answer }: Visit): string {
  if (landed === null) throw new Error(`unexpected page, HTTP ${answer.status}: ${titleOf(answer)}`);
  const { searchParams } = new URL(landed);
  const code = searchParams.get('code');
  if (code === null) throw new Error(`the sign-in ended with ${searchParams.get('error')}`);
  return code;
}

interface PageForm {
  readonly action: string;
  readonly hidden: readonly [string, string][];
  /** Name of the input that a person fills in. */
  readonly input: string;
}

/** The form that holds the input with this id; regular expressions do for pages of our own. */
function formWith(page: Answer, id: string): PageForm | undefined {
  const html = page.body.split('<form').find((part) => part.includes(` id="${id}"`));
  if (html === undefined) return undefined;
  const inputs = [...html.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag);
  const hidden = inputs.filter((tag) => attributeOf(tag, 'type') === 'hidden');
  return {
    action: attributeOf(html.slice(0, html.indexOf('>')), 'action'),
    hidden: hidden.map((tag) => [attributeOf(tag, 'name'), attributeOf(tag, 'value')]),
    input: attributeOf(inputs.find((tag) => tag.includes(` id="${id}"`)) ?? '', 'name'),
  };
}

const attributeOf = (tag: string, name: string): string =>
  (new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replaceAll('&amp;', '&');

const filled = ({ hidden, input }: PageForm, value: string): URLSearchParams => {
  const fields = new URLSearchParams([...hidden]);
  fields.set(input, value);
  return fields;
};

const titleOf = (page: Answer): string => /<title>([^<]*)/.exec(page.body)?.[1]?.trim() ?? 'no title';

/** Waits for the message of this sign-in; every look is a request to the server under load. */
export async function readCode({ url, http, lastMessage }: Target, address: string): Promise<string> {
  for (let waited = 0; waited < INBOX_WAIT_MS; waited += INBOX_PAUSE_MS) {
    const { body } = await http.send('GET', `${url}/dev/inbox.json?to=${encodeURIComponent(address)}`, {});
    const [newest] = JSON.parse(body) as { id: string; code: string | null }[];
    if (newest?.code != null && newest.id !== lastMessage.get(address)) {
      lastMessage.set(address, newest.id);
      return newest.code;
    }
    await pause(INBOX_PAUSE_MS);
  }
  throw new Error('no message arrived in the development inbox');
}
