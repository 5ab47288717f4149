import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type ChildServer, environmentIn, readiness, useChildren } from './child-server.ts';
import { createCustomers } from './customers.ts';

/** A request whose body is still on its way. */
interface Unfinished {
  /** Sends the rest. @returns the answer */
  finish(): Promise<string>;
}

function beginRequest({ port }: ChildServer): Promise<Unfinished> {
  const body = 'csrf=x&identifier=x';
  const head = 'POST /interaction/x HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n';
  const type = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => {
      socket.write(head + type + body.slice(0, 4), () => resolve({ finish: () => finish(socket, body.slice(4)) }));
    });
    socket.on('error', reject);
  });
}

const finish = (socket: Socket, rest: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.write(rest);
  });

describe('faults: an orderly stop (R-80)', function () {
  this.timeout(30_000);
  const { directory, startServer } = useChildren();

  it('SIGTERM: readiness falls first, requests are still taken, those under way end, exit code 0', async () => {
    const child = await startServer({ env: { ...environmentIn(directory()), LIMITS_DRAIN_SECONDS: '1' } });
    const unfinished = await beginRequest(child);
    child.signal('SIGTERM');
    while ((await readiness(child)) !== 503) await delay(10);
    expect((await fetch(`http://127.0.0.1:${child.port}/health/live`)).status).to.equal(200);
    const discovery = await fetch(`http://127.0.0.1:${child.port}/.well-known/openid-configuration`);
    expect(discovery.status).to.equal(200);
    while ((await readiness(child)) !== 0) await delay(20);
    expect(await unfinished.finish()).to.match(/^HTTP\/1\.1 403 /);
    expect(await child.ended()).to.equal(0);
  });

  it('SIGTERM does not wait for connections that ask for nothing', async () => {
    const child = await startServer({ env: environmentIn(directory()) });
    const idle = connect(child.port, '127.0.0.1');
    await fetch(`http://127.0.0.1:${child.port}/health/live`);
    const started = performance.now();
    child.signal('SIGTERM');
    expect(await child.ended()).to.equal(0);
    expect(performance.now() - started).to.be.below(3_000);
    idle.destroy();
  });

  it('SIGINT stops without the drain time', async () => {
    const child = await startServer({ env: { ...environmentIn(directory()), LIMITS_DRAIN_SECONDS: '20' } });
    const started = performance.now();
    child.signal('SIGINT');
    expect(await child.ended()).to.equal(0);
    expect(performance.now() - started).to.be.below(3_000);
  });

  it('a message that is being handed over is handed over once, and those that wait go out after the restart', async () => {
    const sink: SmtpSink = await startSmtpSink({ delayMs: 200 });
    const env = { ...environmentIn(directory()), SMTP_URL: sink.url, DELIVERY_CONCURRENCY: '1' };
    let child = await startServer({ env });
    const customers = createCustomers(() => child, sink);
    const addresses = ['one@example.org', 'two@example.org', 'three@example.org'];
    for (const address of addresses) await customers.askForCode(address);
    child.signal('SIGTERM');
    expect(await child.ended()).to.equal(0);
    sink.setDelay(0);
    child = await startServer({ env, port: child.port });
    for (const address of addresses) await sink.waitFor(address);
    expect(sink.messages.map(({ envelope }) => envelope.to.join()).sort()).to.deep.equal([...addresses].sort());
    await sink.close();
  });
});
