/**
 * The engine alone, as the yardstick: oidc-provider with its own memory adapter and a login that asks nothing. Same
 * clients, same PKCE, same RS256 with a 2048-bit key, same rotation of refresh tokens as Countersign's demo client.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Adapter, type ClientMetadata, type Configuration, type JWK } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { MACHINE_CLIENT, WEB_CLIENT } from './clients.ts';
import { answerLoadGenerator, createOperationCounter, type OperationCounter } from './process-link.ts';

const ACCOUNT = 'somebody';
const CLOCK_TOLERANCE_S = 15;

/** The adapter's least-recently-used cache forgets beyond 1,000 entries; this one keeps everything until it expires. */
function createStorage() {
  const entries = new Map<string, { value: unknown; expiresAt: number }>();
  return {
    get(key: string): unknown {
      const entry = entries.get(key);
      if (entry === undefined || entry.expiresAt > Date.now()) return entry?.value;
      entries.delete(key);
      return undefined;
    },
    set: (key: string, value: unknown, options?: { maxAge?: number }): unknown =>
      entries.set(key, { value, expiresAt: Date.now() + (options?.maxAge ?? Number.POSITIVE_INFINITY) }),
    delete: (key: string): boolean => entries.delete(key),
  };
}

/** Counts what the engine asks of its adapter, without changing it. */
function counted(model: string, adapter: Adapter, counter: OperationCounter): Adapter {
  return new Proxy(adapter, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        counter.count(`${model}.${String(name)}`);
        return Reflect.apply(value, target, given);
      };
    },
  });
}

const clients: ClientMetadata[] = [
  {
    client_id: WEB_CLIENT.id,
    client_secret: WEB_CLIENT.secret,
    redirect_uris: [WEB_CLIENT.redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
  },
  {
    client_id: MACHINE_CLIENT.id,
    client_secret: MACHINE_CLIENT.secret,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
  },
];

function configuration(counter: OperationCounter): Configuration {
  const storage = createStorage();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    adapter: (model) => counted(model, new MemoryAdapter(model, storage, CLOCK_TOLERANCE_S), counter),
    clients,
    jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), alg: 'RS256', use: 'sig', kid: 'bench' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clockTolerance: CLOCK_TOLERANCE_S,
    conformIdTokenClaims: false,
    claims: { email: ['email', 'email_verified'] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: 'somebody@example.test', email_verified: true }),
    }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
    },
    pkce: { required: () => true },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      IdToken: 3600,
      RefreshToken: 14 * 24 * 3600,
      ClientCredentials: 600,
    },
  };
}

/** The login and consent of nobody: finishes the interaction the moment the browser arrives. */
async function finishAtOnce(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(req, res);
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const grantId = await grant.save();
  await provider.interactionFinished(req, res, { login: { accountId: ACCOUNT }, consent: { grantId } });
}

const counter = createOperationCounter();
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, configuration(counter));
  const answer = provider.callback();
  server.on('request', (req, res) => {
    if (req.url?.startsWith('/interaction/')) finishAtOnce(provider, req, res).catch((error) => res.destroy(error));
    else void answer(req, res);
  });
  answerLoadGenerator(url, counter, async () => {
    server.closeAllConnections();
    server.close();
  });
});
