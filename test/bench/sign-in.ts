import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WEB_CLIENT } from './clients.ts';
import { type Answer, createCookieJar, type HttpClient } from './http-client.ts';

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
}

/** Told when the form with the address is sent off. */
export type OnSend = (address: string) => void;

const MOST_STEPS = 20;
const INBOX_WAIT_MS = 10_000;
const INBOX_PAUSE_MS = 5;

/**
 * Walks from the authorization request to the redirect URI like a browser without script: follows redirects, fills in
 * the form with `#identifier`, reads the code from the development inbox, fills in the form with `#code`.
 *
 * @throws Error when a page is not what the journey expects; no code of this run is in the message
 */
export async function signIn(target: Target, address: string, onSend?: OnSend): Promise<IssuedCode> {
  const verifier = randomBytes(32).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');
  const jar = createCookieJar();
  const send = async (method: 'GET' | 'POST', url: string, form?: string): Promise<Answer> => {
    const headers: Record<string, string> = { accept: 'text/html', cookie: jar.header };
    if (form !== undefined) {
      headers['content-type'] = 'application/x-www-form-urlencoded';
      headers['content-length'] = String(Buffer.byteLength(form));
      headers.origin = target.url;
    }
    const answer = await target.http.send(method, url, headers, form);
    jar.keep(answer.cookies);
    return answer;
  };
  let at = `${target.url}/auth?${authorizationRequest(verifier, nonce)}`;
  let answer = await send('GET', at);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (answer.location?.startsWith(WEB_CLIENT.redirectUri)) return { code: codeIn(answer.location), verifier, nonce };
    if (answer.location !== undefined) {
      at = new URL(answer.location, at).href;
      answer = await send('GET', at);
      continue;
    }
    const { action, fields } = await fillIn(target, address, answer, onSend);
    at = new URL(action, at).href;
    answer = await send('POST', at, fields.toString());
  }
  throw new Error(`no redirect to the application after ${MOST_STEPS} steps`);
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

function codeIn(location: string): string {
  const { searchParams } = new URL(location);
  const code = searchParams.get('code');
  if (code === null) throw new Error(`the sign-in ended with ${searchParams.get('error')}`);
  return code;
}

async function fillIn(target: Target, address: string, page: Answer, onSend?: OnSend) {
  const identify = formWith(page, 'identifier');
  if (identify !== undefined) {
    onSend?.(address);
    return { action: identify.action, fields: filled(identify, address) };
  }
  const enter = formWith(page, 'code');
  if (enter === undefined) throw new Error(`unexpected page, HTTP ${page.status}: ${titleOf(page)}`);
  return { action: enter.action, fields: filled(enter, await readCode(target, address)) };
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
async function readCode({ url, http, lastMessage }: Target, address: string): Promise<string> {
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
