import { expect } from 'chai';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyResult, jwtVerify } from 'jose';
import { createAdministrator } from './admin.ts';
import type { ApiAnswer } from './api.ts';
import type { Suite } from './journey.ts';
import { createRelyingParty, type RelyingParty } from './relying-party.ts';

export type Body = ApiAnswer['body'];

/** Where the applications of these tests are. */
export const SHOP = 'https://shop.example.test';
export const CALLBACK = `${SHOP}/callback`;

/** What all of them are registered with. */
export const APPLICATION = {
  redirectUris: [CALLBACK],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  keepSignedIn: true,
};

/** What orders know. Applications of these tests may ask for the first one. */
export const ORDER_SCOPES = [
  { name: 'read', description: 'See your orders' },
  { name: 'write', description: 'Change your orders' },
  { name: 'all', description: 'Everything' },
];

export interface Application {
  readonly id: string;
  readonly party: RelyingParty;
}

/** Somebody who registers resources, and applications for them. */
export interface ResourceDesk {
  /** An audience that nobody else in this test run has. */
  audience(): string;
  register(fields: object): Promise<ApiAnswer>;
  /** A resource for an audience of its own, unless one is given. */
  create(fields?: object): Promise<Body>;
  path(resource: Body): string;
  /** A client that may ask for an audience. @param more goes on top */
  application(audience: unknown, more?: object): Promise<Application>;
  /** A token for the application itself, or why not. */
  ownToken(application: Application, audience: unknown, scope?: string): Promise<Body>;
  /** What a resource server does with a token (RFC 9068 §4). */
  verify(token: string, audience: string): Promise<JWTVerifyResult>;
}

let made = 0;

export function createResourceDesk(suite: Suite): ResourceDesk {
  const admin = createAdministrator(suite);
  const desk: ResourceDesk = {
    audience() {
      made += 1;
      return `https://api${made}.example.test/v1`;
    },
    register: (fields) => admin.call('POST', '/resources', { body: { name: 'Orders', ...fields } }),
    async create(fields = {}) {
      const { status, body, text } = await desk.register({ audience: desk.audience(), ...fields });
      expect(status, text).to.equal(201);
      return body;
    },
    path: ({ id }) => `/resources/${String(id)}`,
    async application(audience, more = {}) {
      const scopes = ['openid', 'email', 'read'];
      const body = { ...APPLICATION, name: 'Desk', firstParty: true, resources: [audience], scopes, ...more };
      const answer = await admin.call('POST', '/clients', { body });
      expect(answer.status, answer.text).to.equal(201);
      const { client, secret } = answer.body as unknown as { client: { id: string }; secret: string };
      const { issuer } = suite.server;
      const options = { issuer, clientId: client.id, clientSecret: secret, redirectUri: CALLBACK };
      return { id: client.id, party: await createRelyingParty(options) };
    },
    async ownToken({ party }, audience, scope) {
      return (await party.token({ grant_type: 'client_credentials', resource: String(audience), scope })).body;
    },
    async verify(token, audience) {
      const keys = (await (await fetch(`${suite.server.issuer}/jwks`)).json()) as JSONWebKeySet;
      return jwtVerify(token, createLocalJWKSet(keys), { issuer: suite.server.issuer, audience, typ: 'at+jwt' });
    },
  };
  return desk;
}
