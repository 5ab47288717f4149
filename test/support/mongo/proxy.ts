import { connect, createServer, type Server, type Socket } from 'node:net';
import { databaseHost } from './database-url.ts';

/** Stands between a store and its server, and is the network that fails. */
export interface MongoProxy {
  /** The URL of the same database by way of this proxy. */
  readonly url: string;
  /** Ends every connection and takes no new one, as when the process behind is gone. */
  cut(): void;
  /** Keeps connections and takes new ones, but nothing passes any more, as when packets are lost. */
  silence(): void;
  /** Lets connections through again. Those that were silenced are ended. */
  restore(): void;
  close(): Promise<void>;
}

type State = 'open' | 'cut' | 'silent';

/** @param url of a database on one server */
export async function startProxy(url: string): Promise<MongoProxy> {
  const target = databaseHost(url);
  const sockets = new Set<Socket>();
  let state: State = 'open';
  const server = createServer((client) => {
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    join(client, upstream, sockets, () => state === 'open');
  });
  const port = await listen(server);
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.replace(target.text, `127.0.0.1:${port}`),
    cut() {
      state = 'cut';
      endAll();
    },
    silence() {
      state = 'silent';
    },
    restore() {
      state = 'open';
      endAll();
    },
    async close() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(client: Socket, upstream: Socket, sockets: Set<Socket>, passes: () => boolean): void {
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    sockets.add(from);
    from.on('data', (bytes) => {
      if (passes()) to.write(bytes);
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
