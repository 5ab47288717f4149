import { expect } from 'chai';
import { createClock, createRandom } from '../../src/adapters/system/index.ts';
import { ADMIN_MOUNT } from '../../src/http/admin/api/operation.ts';
import { createOperatorTokens } from '../../src/services/administration/operator-tokens.ts';
import { createVault } from '../../src/services/vault.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { createBackend } from '../support/api.ts';
import { signInAsOwner, withOwner } from '../support/console.ts';
import { useServer } from '../support/journey.ts';
import { TEST_SECRET } from '../support/server.ts';

interface Operation {
  readonly method: string;
  /** Below the mount, with something that is not there for each parameter. */
  readonly path: string;
  readonly scope: string;
  readonly hasBody: boolean;
}

describe('safety: every operation of the Admin API', function () {
  this.timeout(60_000);
  const patient = { BUDGETS_CALLER_FAILURES_PER_NETWORK: '[{"limit":100000,"windowSeconds":60}]' };
  const suite = useServer({ env: { ...withAdmin, ...withOwner, ...patient } });
  const admin = createAdministrator(suite);
  let operations: Operation[];

  before(async () => {
    const { body } = await admin.call('GET', '/openapi.json', { key: null });
    const paths = body.paths as Record<
      string,
      Record<string, { security?: readonly { key: readonly string[] }[]; requestBody?: unknown }>
    >;
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security, requestBody }]) => ({
        method: method.toUpperCase(),
        path: path.slice(ADMIN_MOUNT.length).replaceAll(/\{\w+\}/g, 'nobody'),
        scope: security?.[0]?.key[0] ?? '',
        hasBody: requestBody !== undefined,
      })),
    );
    expect(operations.length).to.be.above(50);
  });

  const keyWith = async (scope: string): Promise<string> =>
    String((await admin.call('POST', '/keys', { body: { name: scope, scope } })).body.key);

  /** How each operation answers to this. */
  async function answers(
    request: (operation: Operation) => { readonly key: string | null; readonly headers?: Record<string, string> },
  ): Promise<{ readonly operation: Operation; readonly status: number }[]> {
    const found = [];
    for (const operation of operations) {
      const { method, path } = operation;
      const { status } = await admin.call(method, path, {
        ...request(operation),
        ...(method === 'GET' ? {} : { body: {} }),
      });
      found.push({ operation, status });
    }
    return found;
  }

  async function expectClosed(what: string, request: Parameters<typeof answers>[0]): Promise<void> {
    for (const { operation, status } of await answers(request)) {
      expect(status, `${what}: ${operation.method} ${operation.path}`).to.equal(401);
    }
  }

  it('takes one of two scopes', () => {
    expect([...new Set(operations.map(({ scope }) => scope))].sort()).to.deep.equal(['read', 'write']);
    const looking = operations.filter(({ scope }) => scope === 'read').map(({ method, path }) => `${method} ${path}`);
    // Those that read by POST have something in their body that is in no log.
    expect(looking.filter((one) => !one.startsWith('GET '))).to.deep.equal([
      'POST /messages/find',
      'POST /budgets/find',
      'POST /accounts/find',
    ]);
    expect(operations.filter(({ method, scope }) => method === 'GET' && scope !== 'read')).to.deep.equal([]);
  });

  it('is closed without a key, and to whatever else somebody may hold', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const client = await createBackend(suite).token();
    const browser = await signInAsOwner(suite);
    const cookie = browser
      .cookies(suite.server.issuer)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const vault = createVault([TEST_SECRET], createRandom());
    const issued = createOperatorTokens({
      issuer: suite.server.issuer,
      vault,
      clock: createClock(),
      random: createRandom(),
    });
    await expectClosed('no key', () => ({ key: null }));
    await expectClosed('a person’s access token', () => ({ key: tokens.access_token }));
    await expectClosed('an ID token', () => ({ key: tokens.id_token ?? '' }));
    await expectClosed('a client’s token', () => ({ key: client }));
    await expectClosed('the console’s cookies', () => ({ key: null, headers: { cookie } }));
    await expectClosed('an operator token of another path', ({ method, path }) => ({
      key: issued.issue('mallory', { method, path: `${ADMIN_MOUNT}${path}x` }),
    }));
    await expectClosed('an operator token of another method', ({ method, path }) => ({
      key: issued.issue('mallory', { method: method === 'GET' ? 'POST' : 'GET', path: `${ADMIN_MOUNT}${path}` }),
    }));
  });

  it('gives a key what is in its scope', async () => {
    const [read, register] = [await keyWith('read'), await keyWith('register')];
    for (const { operation, status } of await answers(() => ({ key: register }))) {
      expect(status, `register: ${operation.method} ${operation.path}`).to.equal(403);
    }
    for (const { operation, status } of await answers(() => ({ key: read }))) {
      const what = `read: ${operation.method} ${operation.path}`;
      if (operation.scope === 'write') expect(status, what).to.equal(403);
      else expect(status, what).to.be.oneOf([200, 400, 404, 422]);
    }
  });

  it('that reads anything takes no form, no text and nothing twice', async () => {
    for (const { method, path } of operations.filter(({ hasBody }) => hasBody)) {
      for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', '']) {
        const { status } = await admin.call(method, `${path}?a=1&a=2`, {
          headers: { 'content-type': type },
          body: 'name=x',
        });
        expect(status, `${method} ${path} ${type}`).to.be.within(400, 499);
      }
    }
  });
});
