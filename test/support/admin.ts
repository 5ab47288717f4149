import type { ApiAnswer } from './api.ts';
import type { Suite } from './journey.ts';
import { send } from './wire.ts';

/** The first key of the Admin API of a test server: `env` of its options. */
export const ADMIN_KEY = 'k7Zb3xW9pLr2Tn6VdKs8YhGf4JmCc5AeUu0RoPiXtBw';
export const withAdmin = { ADMIN_API_KEY: ADMIN_KEY } as const;

export interface AdminRequest {
  /** Null: nobody. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Anything but text is sent as JSON. */
  readonly body?: unknown;
}

/** Somebody who administers the server of a suite. */
export interface Administrator {
  /** @param path below `/admin/api` */
  call(method: string, path: string, request?: AdminRequest): Promise<ApiAnswer>;
}

export const createAdministrator = (suite: Suite): Administrator => ({
  async call(method, path, { key = ADMIN_KEY, headers = {}, body } = {}) {
    const {
      status,
      headers: answered,
      body: text,
    } = await send({
      method,
      url: new URL(`/admin/api${path}`, suite.server.issuer),
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status, headers: answered, text, body: parsed(text) };
  },
});

function parsed(text: string): ApiAnswer['body'] {
  try {
    return JSON.parse(text) as ApiAnswer['body'];
  } catch {
    return {};
  }
}
