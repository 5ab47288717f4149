import { expect } from 'chai';
import * as jose from 'jose';
import { type ApiAnswer, type Backend, createBackend } from './api.ts';
import type { Suite } from './journey.ts';

export type Body = Readonly<Record<string, unknown>>;

/** People and codes of backends that draw their own form. */
export interface BackendSuite extends Backend {
  /** Makes an account for somebody, as the client that may. */
  create(identifier: string): Promise<string>;
  /** Asks for a code. @param body goes on top */
  send(identifier: string, body?: Body, token?: string): Promise<ApiAnswer>;
  /** The code in the message that comes of it. */
  codeFor(identifier: string, body?: Body, token?: string): Promise<string>;
  authenticate(identifier: string, passcode: string, body?: Body, token?: string): Promise<ApiAnswer>;
  /** From the creation to the tokens. */
  signIn(identifier?: string, body?: Body): Promise<{ readonly identifier: string; readonly answer: ApiAnswer }>;
  refresh(refreshToken: unknown, token?: string): Promise<ApiAnswer>;
  logout(sessionId: unknown, token?: string): Promise<ApiAnswer>;
}

const nameOf = (identifier: string): Body =>
  identifier.includes('@')
    ? { identifier_type: 'email', identifier }
    : identifier.startsWith('+')
      ? { identifier_type: 'phone_number', identifier }
      : { identifier_type: 'user_id', identifier };

const channelOf = (identifier: string): string => (identifier.startsWith('+') ? 'sms' : 'email');

const carrying = (token: string | undefined) => (token === undefined ? {} : { token });

export function createBackendSuite(suite: Suite, mount = '/v1'): BackendSuite {
  const backend = createBackend(suite);
  const api: BackendSuite = {
    ...backend,
    async create(identifier) {
      const body = identifier.startsWith('+') ? { phone_number: identifier } : { email: identifier };
      const answer = await backend.call('/cis/v1/users', { body });
      expect(answer.status, answer.text).to.equal(201);
      return String((answer.body.result as { user_id: string }).user_id);
    },
    send: (identifier, body = {}, token) =>
      backend.call(`${mount}/auth/otp/send`, {
        body: { channel: channelOf(identifier), ...nameOf(identifier), ...body },
        ...carrying(token),
      }),
    async codeFor(identifier, body, token) {
      const before = (await suite.server.inbox(identifier)).length;
      const answer = await api.send(identifier, body, token);
      expect(answer.status, answer.text).to.equal(200);
      return suite.server.code(identifier, before + 1);
    },
    authenticate: (identifier, passcode, body = {}, token) =>
      backend.call(`${mount}/auth/otp/authenticate`, {
        body: { passcode, ...nameOf(identifier), ...body },
        ...carrying(token),
      }),
    async signIn(identifier = suite.address(), body = {}) {
      await api.create(identifier);
      const answer = await api.authenticate(identifier, await api.codeFor(identifier), body);
      expect(answer.status, answer.text).to.equal(200);
      return { identifier, answer };
    },
    refresh: (refreshToken, token) =>
      backend.call(`${mount}/auth/token/refresh`, { body: { refresh_token: refreshToken }, ...carrying(token) }),
    logout: (sessionId, token) =>
      backend.call(`${mount}/auth/session/logout`, { body: { session_id: sessionId }, ...carrying(token) }),
  };
  return api;
}

/** The claims of a token whose signature one of the published keys has made. */
export async function verified(suite: Suite, token: unknown, options: jose.JWTVerifyOptions = {}) {
  const keys = jose.createRemoteJWKSet(new URL(`${suite.server.issuer}/cis/oidc/jwks`));
  return jose.jwtVerify(String(token), keys, { issuer: suite.server.issuer, ...options });
}
