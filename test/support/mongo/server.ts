import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Mongoose } from 'mongoose';
import { freePort } from '../server.ts';
import type { MongoSource } from './source.ts';

let shared: Promise<string> | undefined;

/**
 * Starts the server of this test run, or answers the one that was started before; it ends with the process.
 * @returns its URI, without a database
 */
export const mongoServer = (source: MongoSource): Promise<string> => {
  shared ??= start(source);
  return shared;
};

async function start(source: MongoSource): Promise<string> {
  if (source.kind === 'running') return source.uri;
  return source.kind === 'mongod' ? startMongod(source.path) : startStandIn(source.java, source.jars);
}

async function startStandIn(java: string, jars: string): Promise<string> {
  const launcher = fileURLToPath(new URL('MongoStandIn.java', import.meta.url));
  const child = spawn(java, ['-cp', [join(jars, '*'), jars].join(delimiter), launcher], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const address = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the stand-in ended with ${String(code)}`))),
  ]);
  // The process of the tests may end before it: then its input ends, and so does it.
  release(child);
  return address;
}

/** One member is a replica set too: retryable writes and majority reads are those of the real thing. */
async function startMongod(path: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-mongod-'));
  const port = await freePort();
  const child = spawn(
    path,
    ['--dbpath', directory, '--bind_ip', '127.0.0.1', '--port', String(port), '--replSet', 'test', '--quiet'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  await initiate(`mongodb://127.0.0.1:${port}/admin?directConnection=true`, `127.0.0.1:${port}`);
  release(child);
  return `mongodb://127.0.0.1:${port}/?replicaSet=test`;
}

async function initiate(uri: string, host: string): Promise<void> {
  const connection = await new Mongoose().createConnection(uri, { serverSelectionTimeoutMS: 20_000 }).asPromise();
  const admin = connection.getClient().db('admin');
  await admin.command({ replSetInitiate: { _id: 'test', members: [{ _id: 0, host }] } });
  for (let writable = false; !writable; await delay(50)) {
    writable = (await admin.command({ hello: 1 })).isWritablePrimary === true;
  }
  await connection.close();
}

/** Nothing of the child keeps the process of the tests alive. */
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as Socket | null)?.unref();
}
