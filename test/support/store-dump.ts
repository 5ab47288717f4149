import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Mongoose } from 'mongoose';
import type { TestServer } from './server.ts';

/** What a store holds: the records of each table or collection as text, in an order that does not change. */
export type StoreDump = Readonly<Record<string, readonly string[]>>;

/** Everything a server has stored by now, read behind its back. */
export async function storeDump({ config, directory }: TestServer): Promise<StoreDump> {
  const { url } = config.store;
  return url.startsWith('mongodb') ? mongoDump(url) : sqliteDump(directory);
}

/** From a copy of the file and its log: the server holds the lock of its own. */
function sqliteDump(directory: string): StoreDump {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-dump-'));
  try {
    for (const name of ['countersign.db', 'countersign.db-wal']) copyFileSync(join(directory, name), join(copy, name));
    const database = new Database(join(copy, 'countersign.db'));
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    const dump = tables.map((table) => [String(table), textOf(database.prepare(`SELECT * FROM "${table}"`).all())]);
    database.close();
    return Object.fromEntries(dump) as StoreDump;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function mongoDump(url: string): Promise<StoreDump> {
  const connection = await new Mongoose().createConnection(url, { serverSelectionTimeoutMS: 10_000 }).asPromise();
  try {
    const collections = (await connection.db?.collections()) ?? [];
    const dump = collections.map(async (one) => [one.collectionName, textOf(await one.find({}).toArray())]);
    return Object.fromEntries(await Promise.all(dump)) as StoreDump;
  } finally {
    await connection.close();
  }
}

const textOf = (records: readonly unknown[]): string[] => records.map((record) => JSON.stringify(record)).sort();
