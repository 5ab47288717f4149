import type { Suite } from './journey.ts';
import type { Parameters } from './relying-party.ts';
import { send } from './wire.ts';

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Empty when it is no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface ApiRequest {
  readonly method?: string;
  /** Without it the client `demo-backend` calls; null: nobody. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Anything but text is sent as JSON. */
  readonly body?: unknown;
}

/** Backends that call the server of a suite. */
export interface Backend {
  /** A token of this client for itself, as the token endpoint answers it. */
  token(clientId?: string, parameters?: Parameters): Promise<string>;
  /** POST, unless it says otherwise. */
  call(path: string, request?: ApiRequest): Promise<ApiAnswer>;
}

export function createBackend(suite: Suite): Backend {
  const token: Backend['token'] = async (clientId = 'demo-backend', parameters = {}) => {
    const party = await suite.party(clientId);
    const { status, body } = await party.token({ grant_type: 'client_credentials', ...parameters });
    if (status !== 200) throw new Error(`no token for ${clientId}: ${String(body.error)}`);
    return String(body.access_token);
  };
  return {
    token,
    async call(path, { method = 'POST', token: given, headers = {}, body } = {}) {
      const bearer = given === undefined ? await token() : given;
      const answer = await send({
        method,
        url: new URL(path, suite.server.issuer),
        headers: {
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      });
      const { status, headers: answered, body: text } = answer;
      return { status, headers: answered, text, body: parsed(text) };
    },
  };
}

function parsed(text: string): ApiAnswer['body'] {
  try {
    return JSON.parse(text) as ApiAnswer['body'];
  } catch {
    return {};
  }
}
