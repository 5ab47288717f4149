import { type Suite, useServer } from '../support/journey.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type RoundRobin, startRoundRobin } from '../support/round-robin.ts';
import { freePort, startServer, type TestServer, type TestServerOptions } from '../support/server.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';

const COUNT = 3;

/** Several servers over one store behind a balancer, and those who come to them. */
export interface Nodes {
  /** Everything it does goes through the balancer; its server is one of the nodes. Codes are read from the mail. */
  readonly suite: Suite;
  readonly nodes: readonly TestServer[];
  readonly balancer: RoundRobin;
  readonly sink: SmtpSink;
  /** The code in the newest message to somebody. @param count how many messages there must be by then */
  code(address: string, count?: number): Promise<string>;
}

interface Around {
  readonly database: TestDatabase;
  readonly balancer: RoundRobin;
  readonly sink: SmtpSink;
  /** What every node is started with. */
  readonly options: TestServerOptions;
  readonly others: TestServer[];
}

/**
 * Starts three nodes before the tests of the enclosing `describe` and stops them after them.
 *
 * @param mongo the URI of the database server
 * @param env settings of all nodes
 */
export function useNodes(mongo: () => string, env: Readonly<Record<string, string>> = {}): Nodes {
  let around: Around | undefined;
  const there = (): Around => {
    if (around === undefined) throw new Error('the nodes are there inside hooks and tests only');
    return around;
  };
  const suite = useServer(async () => {
    const port = await freePort();
    around = await prepare(mongo(), port, env);
    return { ...around.options, port };
  });
  before(async () => {
    const { others, options, balancer } = there();
    for (let node = 1; node < COUNT; node += 1) others.push(await startServer(options));
    await balancer.use([suite.server, ...others].map(({ listening }) => listening));
  });
  after(() => (around === undefined ? undefined : leave(around)));
  const code: Nodes['code'] = async (address, count) => codeIn((await there().sink.waitFor(address, count)).text);
  // Each message leaves from whichever node is faster, so it is looked for where it arrives.
  suite.askForCode = async (browser, address) => {
    const before = there().sink.messages.filter(({ envelope }) => envelope.to.includes(address)).length;
    await browser.submit('identifier-submit', { identifier: address });
    return code(address, before + 1);
  };
  return {
    suite,
    code,
    get nodes() {
      return [suite.server, ...there().others];
    },
    get balancer() {
      return there().balancer;
    },
    get sink() {
      return there().sink;
    },
  };
}

/** @param port of the first node; the application is its neighbour */
async function prepare(mongo: string, port: number, env: Readonly<Record<string, string>>): Promise<Around> {
  const [database, balancer, sink] = await Promise.all([createTestDatabase(mongo), startRoundRobin(), startSmtpSink()]);
  const options = {
    env: { ISSUER: balancer.origin, STORE_URL: database.url, SMTP_URL: sink.url, DEMO: 'false', ...env },
    settings: { clients: clientsAt(`http://localhost:${port + 1}`) },
  };
  return { database, balancer, sink, options, others: [] };
}

/** The demo clients would differ from node to node, because their application is beside each. */
function clientsAt(application: string): readonly object[] {
  const redirectUris = [`${application}/callback`];
  const postLogoutRedirectUris = [`${application}/`];
  const scopes = ['openid', 'email', 'offline_access'];
  const client = (id: string) => ({ id, secret: `${id}-secret`, redirectUris, postLogoutRedirectUris, scopes });
  return [
    { ...client('demo'), firstParty: true, keepSignedIn: true },
    { ...client('neighbour'), firstParty: true },
    client('third-party'),
  ];
}

async function leave({ others, balancer, sink, database }: Around): Promise<void> {
  await Promise.all(others.map((node) => node.close()));
  await balancer.close();
  await sink.close();
  await database.drop();
}

/** The code in the text of a message. */
export function codeIn(text: string): string {
  const code = /\b\d{6}\b/.exec(text)?.[0];
  if (code === undefined) throw new Error('the message holds no code');
  return code;
}
