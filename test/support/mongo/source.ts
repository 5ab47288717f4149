import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a MongoDB server for tests comes from, in the order of preference. */
export type MongoSource =
  /** One that runs already: `MONGODB_URI`. */
  | { readonly kind: 'running'; readonly uri: string }
  /** The real thing, started for the tests. */
  | { readonly kind: 'mongod'; readonly path: string }
  /** mongo-java-server in memory. @see MongoStandIn.java */
  | { readonly kind: 'stand-in'; readonly java: string; readonly jars: string };

const HERE = fileURLToPath(new URL('.', import.meta.url));
const JARS = join(HERE, '../../../node_modules/.cache/countersign/mongo-java-server-1.47.0');

/**
 * Looks for a server without touching the network.
 * @returns the source, or why there is none
 */
export function findMongo(): MongoSource | { readonly missing: string } {
  const uri = process.env.MONGODB_URI;
  if (uri !== undefined && uri !== '') return { kind: 'running', uri };
  const mongod = onPath('mongod');
  if (mongod !== null) return { kind: 'mongod', path: mongod };
  const java = onPath('java');
  if (java !== null && existsSync(JARS)) return { kind: 'stand-in', java, jars: JARS };
  const stillWanted = java === null || onPath('mvn') === null ? 'or Java and Maven, then ' : '';
  return {
    missing: `set MONGODB_URI, install mongod, ${stillWanted}or run \`npm run test:mongo\` to fetch a stand-in`,
  };
}

/**
 * Fetches the stand-in from Maven Central, once: it stays in the cache beside the dependencies.
 * @returns the source, or why it could not be had
 */
export function fetchStandIn(): MongoSource | { readonly missing: string } {
  const [java, maven] = [onPath('java'), onPath('mvn')];
  if (java === null || maven === null) return { missing: 'neither MONGODB_URI nor mongod nor Java with Maven' };
  const unfinished = `${JARS}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const fetched = spawnSync(
    maven,
    ['-q', '-B', '-f', join(HERE, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`],
    { stdio: ['ignore', 'inherit', 'inherit'], timeout: 180_000 },
  );
  if (fetched.status === 0 && !existsSync(JARS)) renameSync(unfinished, JARS);
  rmSync(unfinished, { recursive: true, force: true });
  return fetched.status === 0
    ? { kind: 'stand-in', java, jars: JARS }
    : { missing: 'Maven could not fetch mongo-java-server' };
}

function onPath(program: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}
