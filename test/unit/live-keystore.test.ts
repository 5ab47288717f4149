import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { createLog, createRandom } from '../../src/adapters/system/index.ts';
import { SIGNING_ALGORITHMS } from '../../src/domain/signing-key.ts';
import { keepKeysAlive } from '../../src/oidc/keys/live-keystore.ts';
import type { Store } from '../../src/ports/store.ts';
import { createSigningKeys, type SigningKeys } from '../../src/services/signing-keys/signing-keys.ts';
import { createVault } from '../../src/services/vault.ts';
import { type ScratchFile, scratchFile } from '../contract/scratch-file.ts';

const HOUR = 3_600_000;
const BY = { name: 'key:test', caller: { network: '192.0.2.1', requestId: 'request' }, owns: true };

/** The engine as it comes, with resources that want their tokens signed by every algorithm. */
const configurationOf = (keys: SigningKeys): Configuration => ({
  jwks: {
    keys: [{ ...keys.ring.signer('RS256')?.privateKey.export({ format: 'jwk' }), kid: 'at-construction' }],
  } as never,
  clients: [
    {
      client_id: 'app',
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: '',
        audience: resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: resource.slice('urn:'.length) as 'RS256' } },
      }),
    },
  },
});

describe('signing keys: in the engine', () => {
  let file: ScratchFile;
  let store: Store;
  let server: Server;
  let origin: string;
  let keys: SigningKeys;
  let now = 0;
  before(async () => {
    now = Date.now();
    file = scratchFile();
    store = await openSqliteStore({ path: file.path });
    const random = createRandom();
    keys = createSigningKeys({
      store,
      random,
      vault: createVault(['the-secret-of-this-installation-000000000001'], random),
      clock: { now: () => now },
      audit: { record: () => {}, drain: async () => {} },
      log: createLog({ level: 'silent', stream: { write: () => {} } }),
      rules: { publishSeconds: 3600, rotationDays: null },
    });
    await keys.open();
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(origin, configurationOf(keys));
    keepKeysAlive(provider, keys.ring);
    server.on('request', provider.callback());
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await store.close();
    file.remove();
  });

  async function tokenFor(alg: string): Promise<string> {
    const answer = await fetch(`${origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: `urn:${alg}` }),
    });
    const body = (await answer.json()) as { access_token?: string; error?: string };
    return body.access_token ?? String(body.error);
  }

  it('an algorithm without a key signs nothing', async () => {
    expect(await tokenFor('ES256')).to.equal('server_error');
  });

  for (const alg of SIGNING_ALGORITHMS) {
    it(`tokens of ${alg} are signed by its key of that moment and verified by what is published`, async () => {
      await keys.ensure(alg);
      const set = createRemoteJWKSet(new URL(`${origin}/jwks`), { cooldownDuration: 0 });
      const verified = async (token: string) =>
        (await jwtVerify(token, set, { algorithms: [alg], typ: 'at+jwt' })).payload;
      const former = await tokenFor(alg);
      expect((await verified(former)).aud).to.equal(`urn:${alg}`);
      expect(decodeProtectedHeader(former)).to.include({ alg, kid: keys.ring.signer(alg)?.id });
      const [made] = await keys.rotate(alg, { immediately: false }, BY);
      expect(decodeProtectedHeader(await tokenFor(alg)).kid).to.not.equal(made?.id);
      now += HOUR;
      const fresh = await tokenFor(alg);
      expect(decodeProtectedHeader(fresh)).to.include({ alg, kid: made?.id });
      for (const token of [former, fresh]) expect((await verified(token)).sub).to.equal('app');
    });
  }

  it('publishes nothing private, and each key once', async () => {
    const answer = await fetch(`${origin}/jwks`);
    const { keys: published } = (await answer.json()) as { keys: Record<string, unknown>[] };
    expect(published).to.have.length(2 * SIGNING_ALGORITHMS.length);
    expect(new Set(published.map(({ kid }) => kid)).size).to.equal(published.length);
    for (const jwk of published) expect(jwk).to.not.have.any.keys('d', 'p', 'q', 'dp', 'dq', 'qi', 'k');
  });

  it('a release of the engine that keeps its keys in another way is refused', () => {
    expect(() => keepKeysAlive({} as Provider, keys.ring)).to.throw('oidc-provider');
  });
});
