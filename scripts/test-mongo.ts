import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Mongoose } from 'mongoose';
import { TEST_DATABASE } from '../test/support/mongo/database-url.ts';
import { mongoServer } from '../test/support/mongo/server.ts';
import { fetchStandIn, findMongo, type MongoSource } from '../test/support/mongo/source.ts';

/**
 * `npm run test:mongo`: the store's suites on MongoDB, and with `STORE=mongo` the suites that run a whole server. The
 * server is the one of MONGODB_URI, or mongod on the PATH, or a stand-in from Maven Central.
 */
const SUITES = [
  { title: 'the store on MongoDB', files: ['test/contract/*mongo*.test.ts', 'test/cli/*mongo*.test.ts'], env: {} },
  {
    title: 'whole servers on MongoDB: journeys, the APIs, safety, several of them, and a store that fails',
    files: ['journey', 'api', 'admin', 'safety', 'nodes', 'outage'].map((folder) => `test/${folder}/**/*.test.ts`),
    env: { STORE: 'mongo' },
  },
];

async function main(): Promise<number> {
  const found = findMongo();
  const source = 'missing' in found ? fetchStandIn() : found;
  if ('missing' in source) {
    process.stderr.write(`There is no MongoDB server to test on: ${source.missing}.\n`);
    return 1;
  }
  const server = await mongoServer(source);
  process.stdout.write(`Testing on ${nameOf(source)}.\n`);
  const failed = SUITES.filter(({ title, files, env }) => {
    process.stdout.write(`\n== ${title}\n`);
    return !passes(files, { ...process.env, MONGODB_URI: server, ...env });
  });
  await dropTestDatabases(server);
  return failed.length === 0 ? 0 : 1;
}

const nameOf = (source: MongoSource): string =>
  ({ running: 'the server of MONGODB_URI', mongod: 'mongod', 'stand-in': 'mongo-java-server, a stand-in' })[
    source.kind
  ];

function passes(files: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));
  return spawnSync(process.execPath, [mocha, ...files], { env, stdio: 'inherit' }).status === 0;
}

/** What servers of the tests have left behind on a server that goes on. */
async function dropTestDatabases(server: string): Promise<void> {
  const connection = await new Mongoose().createConnection(server, { serverSelectionTimeoutMS: 10_000 }).asPromise();
  const { databases } = await connection.listDatabases();
  for (const { name } of databases.filter((database) => database.name.startsWith(TEST_DATABASE))) {
    await connection.useDb(name).dropDatabase();
  }
  await connection.close();
}

process.exitCode = await main();
