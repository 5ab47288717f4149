import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { type Outcome, startCommand } from '../cli/command-line.ts';
import { PLENTY, times } from '../support/attack.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type ChildServer, environmentIn, useChildren } from './child-server.ts';
import { createCustomers } from './customers.ts';

const LANES = 4;

/** Everything that one write makes together is there together, whenever the copy was made. */
const HALVES = {
  'challenges without their message':
    'SELECT count(*) AS n FROM challenges WHERE sends > 0 AND id NOT IN (SELECT challenge_id FROM outbox)',
  'messages without their challenge':
    'SELECT count(*) AS n FROM outbox WHERE challenge_id IS NOT NULL AND challenge_id NOT IN (SELECT id FROM challenges)',
  'tokens without their grant': `SELECT count(*) AS n FROM artifacts WHERE model IN ('AccessToken', 'RefreshToken', 'AuthorizationCode')
     AND grant_id NOT IN (SELECT id FROM artifacts WHERE model = 'Grant')`,
  'accounts that nobody is known by':
    'SELECT count(*) AS n FROM accounts WHERE id NOT IN (SELECT account_id FROM identifiers)',
} as const;

describe('faults: a backup under load, and a server that starts from it (R-85)', function () {
  this.timeout(60_000);
  const { directory, startServer } = useChildren();
  let sink: SmtpSink;
  let server: ChildServer;
  beforeEach(async () => {
    sink = await startSmtpSink();
  });
  afterEach(() => sink.close());

  const environment = (): Record<string, string> => ({
    ...environmentIn(directory()),
    SMTP_URL: sink.url,
    DELIVERY_POLL_MILLISECONDS: '50',
    BUDGETS_SENDS_PER_CLIENT: PLENTY,
  });
  const backUp = (to: string, env = environment()): Promise<Outcome> =>
    startCommand(['store', 'backup', '--to', to, '--json'], directory(), { ...env, PORT: String(server.port) }).ended;
  const copyAt = (): string => join(directory(), 'copy.db');

  it('people and tokens of before work, and nothing is half written', async () => {
    server = await startServer({ env: environment() });
    const customers = createCustomers(() => server, sink);
    const known = await customers.signIn('ada@example.org');
    let loading = true;
    let signIns = 0;
    const lanes = times(LANES, async (lane) => {
      for (let turn = 0; loading; turn += 1) {
        await customers.signIn(`lane-${lane}-${turn}@example.org`);
        signIns += 1;
      }
    });
    while (signIns < 10) await delay(10);
    const outcome = await backUp(copyAt());
    const during = signIns;
    loading = false;
    await Promise.all(lanes);
    expect(outcome.code, outcome.err).to.equal(0);
    expect(during, 'people signed in meanwhile').to.be.above(10);
    expect(JSON.parse(outcome.out)).to.deep.equal({ file: copyAt(), bytes: statSync(copyAt()).size });
    expect(statSync(copyAt()).mode & 0o777).to.equal(0o600);
    server.signal('SIGKILL');
    await server.ended();

    const copy = new Database(copyAt());
    expect(copy.pragma('integrity_check')).to.deep.equal([{ integrity_check: 'ok' }]);
    for (const [what, query] of Object.entries(HALVES)) {
      expect((copy.prepare(query).get() as { n: number }).n, what).to.equal(0);
    }
    copy.close();

    const env = { ...environment(), STORE_URL: `sqlite:${copyAt()}` };
    server = await startServer({ env, port: server.port });
    expect(await customers.refresh(String(known.refresh_token))).to.include({ status: 200 });
    expect((await customers.signIn('ada@example.org')).claims()?.sub).to.equal(known.claims()?.sub);
    await customers.signIn('new@example.org');
  });

  it('without a server the command makes it by itself; what is there already is left alone', async () => {
    server = await startServer({ env: environment() });
    const customers = createCustomers(() => server, sink);
    const known = await customers.signIn('ada@example.org');
    server.signal('SIGTERM');
    await server.ended();
    expect((await backUp(copyAt())).code).to.equal(0);
    const again = await backUp(copyAt());
    expect([again.code, again.err.includes('is there already')]).to.deep.equal([2, true]);
    const elsewhere = await backUp(join(directory(), 'nowhere', 'copy.db'));
    expect(elsewhere.code).to.equal(1);
    server = await startServer({ env: { ...environment(), STORE_URL: `sqlite:${copyAt()}` }, port: server.port });
    expect((await customers.signIn('ada@example.org')).claims()?.sub).to.equal(known.claims()?.sub);
  });
});
