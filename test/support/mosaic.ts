import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Suite } from './journey.ts';
import { send, type WireResponse } from './wire.ts';

/** The two places an unchanged client may call (contracts.md §0.1). */
export const MOUNTS = ['/v1', '/cis/v1'] as const;
export type Mount = (typeof MOUNTS)[number];

export interface MosaicAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Tokens, as far as both integrations have them. */
export interface MosaicTokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly session_id?: string;
  readonly is_user_created?: boolean;
}

/**
 * A backend that knows nothing of this server but the vendor's contract: its base URL, its id and its secret
 * (contracts.md §4.4, §5.4).
 */
export interface MosaicClient {
  readonly redirectUri: string;
  /** `POST /oidc/token` with `client_secret_post`. */
  token(fields: Readonly<Record<string, string>>): Promise<MosaicAnswer>;
  /** A JSON call below the mount, with a client access token unless another one is given. */
  call(path: string, body: unknown, bearer?: string): Promise<MosaicAnswer>;
  /** The same below `/cis/v1`, where alone people are created. */
  createUser(body: unknown): Promise<MosaicAnswer>;
  /** What a `jsonwebtoken` with the keys of `/cis/oidc/jwks` says of an access token of this client. */
  verify(accessToken: string): Promise<JWTPayload>;
}

export function createMosaicClient(suite: Suite, mount: Mount, clientId = 'demo-backend'): MosaicClient {
  const { issuer, application } = suite.server;
  const secret = `${clientId}-secret`;
  const redirectUri = `${application}/callback`;
  const token: MosaicClient['token'] = async (fields) => {
    const body = new URLSearchParams({ ...fields, client_id: clientId, client_secret: secret }).toString();
    return answerOf(await post(`${issuer}/oidc/token`, body, { 'content-type': FORM }));
  };
  const clientToken = async (): Promise<string> => {
    const { body } = await token({ grant_type: 'client_credentials' });
    return String(body.access_token);
  };
  const json = async (path: string, body: unknown, bearer?: string): Promise<MosaicAnswer> => {
    const authorization = `Bearer ${bearer ?? (await clientToken())}`;
    const text = body === null ? '' : JSON.stringify(body);
    return answerOf(await post(issuer + path, text, { authorization, 'content-type': 'application/json' }));
  };
  return {
    redirectUri,
    token,
    call: (path, body, bearer) => json(mount + path, body, bearer),
    createUser: (body) => json('/cis/v1/users', body),
    async verify(accessToken) {
      const keys = createRemoteJWKSet(new URL(`${issuer}/cis/oidc/jwks`));
      const { payload } = await jwtVerify(accessToken, keys, { issuer, audience: clientId, algorithms: ['RS256'] });
      return payload;
    },
  };
}

const FORM = 'application/x-www-form-urlencoded';

const post = (url: string, body: string, headers: Record<string, string>): Promise<WireResponse> =>
  send({ method: 'POST', url: new URL(url), headers, body });

/** @throws Error for a body that is no JSON object: the contract knows no other (contracts.md §6) */
function answerOf({ status, body }: WireResponse): MosaicAnswer {
  return { status, body: body === '' ? {} : (JSON.parse(body) as MosaicAnswer['body']) };
}
