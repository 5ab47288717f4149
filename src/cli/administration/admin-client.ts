import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { ExitCode, OptionValues } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { RefusedError, refusalOf } from './refusal.ts';
import { openTransport, type Transport } from './transport.ts';
import { ask, bodyOf } from './wire.ts';

/** Values of a query; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A page of a list, as the Admin API answers it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The Admin API for commands; paths begin below `/admin/api`. */
export interface AdminClient {
  /** How it is reached, for messages. */
  readonly way: string;
  /** Where people reach the server. */
  readonly issuer: string;
  /** Nobody else has the store: nothing happens in it by itself. */
  readonly alone: boolean;
  /**
   * @returns the body of the answer; null when it has none
   * @throws UsageError for what validation refused, RefusedError for everything else that is no success
   */
  call<Answer>(method: Method, path: string, body?: unknown): Promise<Answer>;
  /** All items of a list, page by page as they are taken. @param most how many at most */
  all<Item>(path: string, query?: Query, most?: number): AsyncGenerator<Item>;
  /** The bytes of an answer, as they come. @throws Error when it breaks off */
  bytes(method: Method, path: string): AsyncGenerator<Uint8Array>;
  /** The lines of an answer, as they come. @throws Error when it breaks off */
  lines(path: string, query?: Query): AsyncGenerator<string>;
}

/** A path with its query. */
export function pathOf(path: string, query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}

/** All of them at once. */
export async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A path whose variable parts come from elsewhere: `at\`/clients/${id}\``. */
export const at = (parts: TemplateStringsArray, ...values: readonly string[]): string =>
  parts.map((part, index) => (index === 0 ? '' : encodeURIComponent(values[index - 1] ?? '')) + part).join('');

/**
 * Opens the Admin API that the options of a command name, and closes it when the work is over, whatever becomes of it.
 *
 * @param command whose help explains a refusal
 */
export async function withAdministration(
  command: string,
  values: OptionValues,
  terminal: Terminal,
  work: (admin: AdminClient) => Promise<ExitCode>,
): Promise<ExitCode> {
  const transport = await openTransport(values, terminal, command);
  try {
    return await work(createAdminClient(transport, command));
  } finally {
    await transport.close();
  }
}

const MOST_OF_A_PAGE = 100;

function createAdminClient(transport: Transport, command: string): AdminClient {
  const request = async (method: Method, path: string, body?: unknown): Promise<IncomingMessage> => {
    const url = new URL(`${transport.base.pathname.replace(/\/$/, '')}/admin/api${path}`, transport.base);
    const authorization = transport.authorization(method, url.pathname + url.search);
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await ask({ method, url, authorization, body: text }, transport.connect).catch((error: unknown) => {
      throw new RefusedError(unreachable(error, transport), 503, '');
    });
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw refusalOf(status, await bodyOf(answer), transport, command);
    return answer;
  };
  return {
    way: transport.way,
    issuer: transport.issuer,
    alone: transport.alone,
    call: async <Answer>(method: Method, path: string, body?: unknown) =>
      (await bodyOf(await request(method, path, body))) as Answer,
    async *all<Item>(path: string, query: Query = {}, most = Number.POSITIVE_INFINITY) {
      let cursor: string | undefined;
      let left = most;
      do {
        const limit = Math.min(left, MOST_OF_A_PAGE);
        const page = (await bodyOf(await request('GET', pathOf(path, { ...query, limit, cursor })))) as Page<Item>;
        yield* page.items;
        left -= page.items.length;
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && left > 0);
    },
    async *bytes(method, path) {
      yield* bytesOf(await request(method, path));
    },
    async *lines(path, query) {
      const answer = await request('GET', pathOf(path, query));
      yield* createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY });
      if (!answer.complete) throw brokenOff();
    },
  };
}

async function* bytesOf(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  for await (const chunk of answer) yield chunk as Uint8Array;
  if (!answer.complete) throw brokenOff();
}

const brokenOff = (): RefusedError => new RefusedError('the answer broke off: something is missing', 503, '');

function unreachable(error: unknown, { way, advice }: Transport): string {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String((error as Error).message);
  return `cannot reach ${way}: ${reason}${advice === null ? '' : `; ${advice}`}`;
}
