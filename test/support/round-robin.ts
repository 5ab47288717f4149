import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that went through, and who answered it. */
export interface Served {
  readonly method: string;
  readonly path: string;
  /** Origin of the node; null when there was none to ask. */
  readonly node: string | null;
  /** 502 when the node did not answer. */
  readonly status: number;
}

/** A balancer that sends each request to another node than the one before, as unkindly as it can. */
export interface RoundRobin {
  /** `http://localhost:PORT`: the issuer of the nodes behind it. */
  readonly origin: string;
  readonly port: number;
  /** Everything that was asked for so far. */
  readonly served: readonly Served[];
  /** Takes these nodes, by their origins, and no others. Resolves when those that are ready are known. */
  use(nodes: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface RoundRobinOptions {
  /** Milliseconds between looks at `/health/ready`; nodes that do not answer 200 get no requests. 0: nobody looks. */
  readonly readinessEveryMs?: number;
}

export async function startRoundRobin({ readinessEveryMs = 0 }: RoundRobinOptions = {}): Promise<RoundRobin> {
  const served: Served[] = [];
  const turns = takeTurns(readinessEveryMs);
  // Connections stay open between requests, as between a real proxy and its nodes.
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const node = turns.next();
    outgoing.once('close', () => {
      const { method = '', url = '' } = incoming;
      served.push({ method, path: url.replace(/\?.*/s, ''), node, status: outgoing.statusCode });
    });
    if (node === null) fail(outgoing, 503);
    else forward(node, agent, incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    port,
    served,
    use: turns.use,
    async close() {
      turns.close();
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Turns {
  /** The origin whose turn it is, or null when no node may be asked. */
  next(): string | null;
  use(nodes: readonly string[]): Promise<void>;
  close(): void;
}

function takeTurns(readinessEveryMs: number): Turns {
  let nodes: readonly string[] = [];
  let ready = new Set<string>();
  let turn = 0;
  const look = async (): Promise<void> => {
    const answers = await Promise.all(nodes.map(async (node) => ((await isReady(node)) ? [node] : [])));
    ready = new Set(answers.flat());
  };
  const looking = readinessEveryMs === 0 ? undefined : setInterval(() => void look(), readinessEveryMs);
  return {
    async use(next) {
      nodes = next;
      if (looking === undefined) ready = new Set(next);
      else await look();
    },
    next() {
      const able = nodes.filter((node) => ready.has(node));
      turn += 1;
      return able[turn % able.length] ?? null;
    },
    close: () => clearInterval(looking),
  };
}

const isReady = (node: string): Promise<boolean> =>
  fetch(`${node}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

function forward(node: string, agent: Agent, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url, headers, socket } = incoming;
  const sender = socket.remoteAddress ?? '';
  const before = headers['x-forwarded-for'];
  const forwarded = before === undefined ? sender : `${String(before)}, ${sender}`;
  const asked = httpRequest(node, {
    agent,
    ...(url === undefined ? {} : { path: url }),
    ...(method === undefined ? {} : { method }),
    headers: { ...headers, 'x-forwarded-for': forwarded },
  });
  asked.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  asked.on('error', () => fail(outgoing, 502));
  incoming.pipe(asked);
}

function fail(outgoing: ServerResponse, status: number): void {
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(status, { 'content-type': 'text/plain' }).end();
}
