import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { PLENTY } from '../support/attack.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type ChildServer, environmentIn, readiness, useChildren } from './child-server.ts';
import { type Customers, createCustomers } from './customers.ts';

/** Kilobytes a file may have: room for the schema and some people. */
const ROOM = 900;
/** */
const PATIENCE_MS = 3_000;

describe('faults: a disk that is full (R-79, R-87)', function () {
  this.timeout(40_000);
  const { directory, startServer } = useChildren();
  let sink: SmtpSink;
  let server: ChildServer;
  let customers: Customers;
  const live = new Map<string, string>();

  beforeEach(async function () {
    // A limit on the size of files stands in for the disk; Windows has none.
    if (process.platform === 'win32') this.skip();
    sink = await startSmtpSink();
    server = await startServer({ env: environment(), fileSizeLimit: ROOM });
    customers = createCustomers(() => server, sink);
    live.clear();
    await fillUp();
  });
  afterEach(() => sink.close());

  const environment = (): Record<string, string> => ({
    ...environmentIn(directory()),
    SMTP_URL: sink.url,
    BUDGETS_SENDS_PER_CLIENT: PLENTY,
  });

  /** People sign in until the server cannot write any more. */
  async function fillUp(): Promise<void> {
    for (let person = 0; (await readiness(server)) === 200; person += 1) {
      const address = `person-${person}@example.org`;
      const tokens = await customers.signIn(address).catch(() => null);
      if (tokens !== null) live.set(address, String(tokens.refresh_token));
    }
    expect(live.size).to.be.greaterThan(0);
  }

  /** Everything that was acknowledged before the disk was full. */
  async function nothingIsLost(): Promise<void> {
    for (const [address, token] of live) {
      expect((await customers.refresh(token)).status, address).to.equal(200);
    }
    const [someone = ''] = live.keys();
    expect((await customers.signIn(someone)).claims()?.email).to.equal(someone);
  }

  it('is answered 503 with Retry-After, at once, and the process lives', async () => {
    const authorization =
      '/auth?client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost:1/callback';
    const challenge = '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256';
    for (const [path, accept] of [
      [authorization + challenge, 'text/html'],
      [authorization + challenge, 'application/json'],
      ['/session/end', 'text/html'],
      ['/health/ready', 'application/json'],
    ] as const) {
      const started = performance.now();
      const answer = await fetch(server.issuer + path, { headers: { accept }, redirect: 'manual' });
      expect(answer.status, path).to.equal(503);
      expect(Number(answer.headers.get('retry-after')), path).to.be.greaterThan(0);
      expect(performance.now() - started, path).to.be.below(PATIENCE_MS);
      expect(await answer.text()).to.not.match(/SQLITE|\n\s+at /);
    }
    const [token = ''] = live.values();
    expect((await customers.refresh(token)).status).to.equal(503);
    expect((await fetch(`${server.issuer}/health/live`)).status).to.equal(200);
    expect((await fetch(`${server.issuer}/.well-known/openid-configuration`)).status).to.equal(200);
  });

  it('loses nothing: when there is room again, the same process goes on', async () => {
    execFileSync('prlimit', ['--pid', String(server.pid), '--fsize=unlimited']);
    const started = performance.now();
    while ((await readiness(server)) !== 200) await delay(50);
    expect(performance.now() - started).to.be.below(10_000);
    await nothingIsLost();
  });

  it('loses nothing: a new process with room finds everything', async () => {
    server.signal('SIGKILL');
    await server.ended();
    server = await startServer({ env: environment(), port: server.port });
    await nothingIsLost();
  });
});
