import type { Backend } from './api.ts';
import type { Suite } from './journey.ts';

/** An example of the document, with everything that is needed to call it. */
export interface DocumentedExample {
  readonly operationId: string;
  readonly method: string;
  /** As it is mounted, with parameters in braces. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly after: string | null;
  readonly access: 'client' | 'person' | 'none';
  readonly status: number;
  /** JSON Schema of the answer; null when nothing is answered. */
  readonly schema: unknown;
}

/** What has happened in a chain of examples so far, which the next one may need to know. */
interface Chain {
  readonly suite: Suite;
  readonly address: string;
  readonly number: string;
  /** The bodies of all calls, newest last. */
  readonly sent: Readonly<Record<string, unknown>>[];
  /** All answers, newest last. */
  readonly answers: Readonly<Record<string, unknown>>[];
}

/** Where a reader of the documentation takes the value of a variable from. */
const SOURCES: Readonly<Record<string, (chain: Chain) => Promise<string> | string>> = {
  CODE: ({ suite, sent }) => suite.server.code(recipientOf(sent.at(-1))),
  PASSCODE: ({ suite, sent }) => suite.server.code(recipientOf(sent.at(-1))),
  DIRECT_CODE: (chain) => answered(chain, 'code'),
  REQUEST_ID: (chain) => answered(chain, 'request_id'),
  SESSION_ID: (chain) => answered(chain, 'session_id'),
  REFRESH_TOKEN: (chain) => answered(chain, 'refresh_token'),
  AUTHORIZATION_CODE: async (chain) => {
    const browser = chain.suite.browser();
    await browser.get(new URL(answered(chain, 'result')));
    return browser.landedAt().searchParams.get('code') ?? '';
  },
  LINK_CODE: async (chain) => {
    const [mail] = await chain.suite.server.messages(chain.address);
    const browser = chain.suite.browser();
    await browser.get(new URL(mail?.link ?? ''));
    await browser.click('link-confirm');
    return browser.landedAt().searchParams.get('code') ?? '';
  },
};

/** To whom the call before has sent something. */
const recipientOf = (body: Readonly<Record<string, unknown>> | undefined): string =>
  String(body?.phone_number ?? body?.email ?? body?.identifier);

function answered({ answers }: Chain, field: string): string {
  const found = answers.findLast((answer) => typeof answer[field] === 'string')?.[field];
  if (typeof found !== 'string') throw new Error(`no call before has answered ${field}`);
  return found;
}

/** Calls an example as its reader would, those that come before it first. @returns its answer */
export async function callExample(
  example: DocumentedExample,
  all: readonly DocumentedExample[],
  backend: Backend,
  suite: Suite,
) {
  const chain: Chain = { suite, address: suite.address(), number: suite.number(), sent: [], answers: [] };
  const call = async (one: DocumentedExample): Promise<Awaited<ReturnType<Backend['call']>>> => {
    const former = all.find(({ operationId, path }) => operationId === one.after && sameMount(path, one.path));
    if (one.after !== null && former === undefined) throw new Error(`there is no operation ${one.after}`);
    if (former !== undefined) {
      const { status, text } = await call(former);
      if (status !== former.status) throw new Error(`${former.operationId} answered ${status}: ${text}`);
    }
    const body = await filled(one, chain);
    const answer = await backend.call(one.path, {
      method: one.method,
      ...(one.access === 'client' ? {} : { token: one.access === 'none' ? null : answered(chain, 'access_token') }),
      ...(body === null ? {} : { body }),
    });
    chain.sent.push(body ?? {});
    chain.answers.push(answer.body);
    return answer;
  };
  return call(example);
}

/** Not every operation is everywhere: then any mount will do. */
const sameMount = (left: string, right: string): boolean => left.startsWith('/cis/') || !right.startsWith('/cis/');

/** Everybody in the documentation is the same person; here each chain has one of its own. */
async function filled({ body, variables }: DocumentedExample, chain: Chain): Promise<Record<string, unknown> | null> {
  if (body === null) return null;
  const text = JSON.stringify(body)
    .replaceAll('ada@example.org', chain.address)
    .replaceAll('+4915112345678', chain.number)
    .replaceAll('http://localhost:3001', chain.suite.server.application);
  const own = JSON.parse(text) as Record<string, unknown>;
  for (const [field, name] of Object.entries(variables)) {
    const source = SOURCES[name];
    if (source === undefined) throw new Error(`nobody knows where ${name} comes from`);
    own[field] = await source(chain);
  }
  return own;
}
