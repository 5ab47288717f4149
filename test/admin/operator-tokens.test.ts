import { expect } from 'chai';
import { createClock, createRandom } from '../../src/adapters/system/index.ts';
import { createOperatorTokens, operatorName } from '../../src/services/administration/operator-tokens.ts';
import { createVault } from '../../src/services/vault.ts';
import { createAdministrator } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';
import { TEST_SECRET } from '../support/server.ts';

const OTHER_SECRET = 'n0tTheSecretOfThatServer-YhGf4JmCc5AeUu0RoPiXtBw';
const FORMER_SECRET = 'aF0rmerSecretOfThatServer-hGf4JmCc5AeUu0RoPiXtBw';

describe('Admin API: operator tokens, made of SECRET', function () {
  this.timeout(30_000);
  const suite = useServer({ env: { SECRET: `${TEST_SECRET},${FORMER_SECRET}` } });
  const admin = createAdministrator(suite);

  const random = createRandom();
  const clock = createClock();
  const tokensOf = (secret: string = TEST_SECRET, issuer: string = suite.server.issuer, aheadMs = 0) =>
    createOperatorTokens({
      issuer,
      vault: createVault([secret], random),
      clock: { now: () => clock.now() + aheadMs },
      random,
    });
  const issue = (method: string, path: string, tokens = tokensOf()): string =>
    tokens.issue('ada', { method, path: `/admin/api${path}` });
  const statusOf = async (method: string, path: string, key: string): Promise<number> =>
    (await admin.call(method, path, { key })).status;

  it('let in whoever holds it, without any key, and stand in the audit trail by the user', async () => {
    const key = issue('POST', '/organizations');
    const made = await admin.call('POST', '/organizations', { key, body: { name: 'Analytical Engines' } });
    expect(made.status, made.text).to.equal(201);
    const [event] = await suite.events({ type: 'organization.created' });
    expect(event).to.include({ actor: 'cli:ada', object: `organization:${String(made.body.id)}` });
  });

  it('are good for their own method and path only, query and all', async () => {
    expect(await statusOf('GET', '/clients?limit=2', issue('GET', '/clients?limit=2'))).to.equal(200);
    for (const [method, path] of [
      ['POST', '/clients'],
      ['GET', '/accounts'],
      ['GET', '/clients'],
      ['GET', '/clients?limit=2&search=x'],
      ['GET', '/clients?limit=3'],
    ] as const) {
      expect(await statusOf(method, path, issue('GET', '/clients?limit=2')), `${method} ${path}`).to.equal(401);
    }
  });

  it('are good once', async () => {
    const key = issue('GET', '/clients');
    expect(await statusOf('GET', '/clients', key)).to.equal(200);
    expect(await statusOf('GET', '/clients', key)).to.equal(401);
  });

  it('are good for a minute, and clocks may differ by 15 seconds', async () => {
    const time = suite.freeze();
    const issuedAt = (aheadMs: number): string =>
      issue('GET', '/clients', tokensOf(TEST_SECRET, suite.server.issuer, aheadMs));
    const [early, now, later] = [issuedAt(15_000), issuedAt(0), issuedAt(0)];
    expect(await statusOf('GET', '/clients', early)).to.equal(200);
    expect(await statusOf('GET', '/clients', issuedAt(15_001))).to.equal(401);
    time.advance(74_999);
    expect(await statusOf('GET', '/clients', now)).to.equal(200);
    time.advance(1);
    expect(await statusOf('GET', '/clients', later)).to.equal(401);
  });

  it('are made of any SECRET that the server lists, of no other one, and for its issuer', async () => {
    expect(await statusOf('GET', '/clients', issue('GET', '/clients', tokensOf(FORMER_SECRET)))).to.equal(200);
    expect(await statusOf('GET', '/clients', issue('GET', '/clients', tokensOf(OTHER_SECRET)))).to.equal(401);
    const elsewhere = tokensOf(TEST_SECRET, 'https://elsewhere.example.org');
    expect(await statusOf('GET', '/clients', issue('GET', '/clients', elsewhere))).to.equal(401);
  });

  it('cannot be altered', async () => {
    const [prefix, payload = '', proof] = issue('GET', '/clients').split('.');
    const fields = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as string[];
    const forged = Buffer.from(JSON.stringify(['eve', ...fields.slice(1)])).toString('base64url');
    for (const key of [
      [prefix, forged, proof],
      [prefix, payload, ''],
      [prefix, payload],
      [prefix, payload, proof, proof],
      [prefix, '', proof],
      ['Operator', payload, proof],
    ]) {
      expect(await statusOf('GET', '/clients', key.join('.')), key.join('.')).to.equal(401);
    }
  });

  it('say no more of a user than one short word', () => {
    expect(operatorName('ada lovelace\n(root)')).to.equal('ada_lovelace__root_');
    expect(operatorName('a'.repeat(100))).to.have.length(32);
    expect(operatorName('')).to.equal('unknown');
  });
});
