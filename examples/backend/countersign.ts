import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

/** How this backend is registered at a Countersign: a confidential client with the permission `auth:execute`. */
export interface Registration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a backend needs of Countersign's API. */
export interface Countersign {
  /** POST with JSON, as this client. */
  call(path: string, body: unknown): Promise<Answer>;
  /** POST to the token endpoint, as this client. */
  token(fields: Readonly<Record<string, string>>): Promise<Answer>;
  /** What a token says, when it is of this issuer, for this client, and still good. @throws Error otherwise */
  verify(token: string): Promise<JWTPayload>;
}

export function connect({ issuer, clientId, clientSecret }: Registration): Countersign {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const own = { token: '', until: 0 };
  const token: Countersign['token'] = async (fields) => {
    const body = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret });
    return read(await fetch(`${issuer}/token`, { method: 'POST', body }));
  };
  /** A client access token lives for an hour; a minute before its end there is a new one. */
  const clientToken = async (): Promise<string> => {
    if (Date.now() >= own.until) {
      const { status, body } = await token({ grant_type: 'client_credentials' });
      if (status !== 200) throw new Error(`this client gets no token: ${body.error}`);
      own.token = String(body.access_token);
      own.until = Date.now() + (Number(body.expires_in) - 60) * 1000;
    }
    return own.token;
  };
  return {
    token,
    async call(path, body) {
      const headers = { authorization: `Bearer ${await clientToken()}`, 'content-type': 'application/json' };
      return read(await fetch(issuer + path, { method: 'POST', headers, body: JSON.stringify(body) }));
    },
    verify: async (jwt) => (await jwtVerify(jwt, keys, { issuer, audience: clientId, algorithms: ['RS256'] })).payload,
  };
}

const read = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
};

/** What the API said went wrong, in either of its shapes, for the person to read. */
export const whatWentWrong = ({ body }: Answer): string =>
  String([body.message].flat()[0] ?? body.error ?? 'Try again');
