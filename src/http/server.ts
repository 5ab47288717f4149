import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type Koa from 'koa';
import type { Log } from '../ports/log.ts';

/** Bounds of what one connection may cost, and how long a stop may take; in seconds and bytes. */
export interface ListenerLimits {
  readonly headerBytes: number;
  readonly headersTimeoutSeconds: number;
  readonly requestTimeoutSeconds: number;
  /** How long requests are still taken after readiness has fallen, so that balancers notice. */
  readonly drainSeconds: number;
  /** How long requests that are under way may still take. */
  readonly shutdownSeconds: number;
}

export interface Listener {
  /** @returns the port that was bound */
  listen(port: number, host: string): Promise<number>;
  draining(): boolean;
  /**
   * Readiness falls first, requests are still taken for the drain time, then no new ones, and those under way end.
   * @param hasty without the drain time
   */
  close(hasty?: boolean): Promise<void>;
}

export function createListener(app: Koa, limits: ListenerLimits, log: Log): Listener {
  const server = createHttpServer(
    { maxHeaderSize: limits.headerBytes, connectionsCheckingInterval: 5_000 },
    app.callback(),
  );
  server.headersTimeout = limits.headersTimeoutSeconds * 1000;
  server.requestTimeout = limits.requestTimeoutSeconds * 1000;
  const connections = watchConnections(server);
  let draining = false;
  return {
    draining: () => draining,
    listen: (port, host) => listening(server, port, host),
    async close(hasty = false) {
      draining = true;
      if (!server.listening) return;
      if (!hasty) await pause(limits.drainSeconds * 1000);
      await closed(server, connections, limits.shutdownSeconds * 1000, log);
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const listening = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** Which connections have a request under way. Node takes one that was only opened for busy, and waits for it. */
function watchConnections(server: Server): { dropIdle(): void } {
  const requests = new Map<Socket, number>();
  const count = (socket: Socket, change: number): void => {
    const now = requests.get(socket);
    if (now !== undefined) requests.set(socket, now + change);
  };
  server.on('connection', (socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  return {
    dropIdle: () => {
      for (const [socket, under] of requests) if (under === 0) socket.destroy();
    },
  };
}

/** How long somebody who is just asking has, in milliseconds, and how soon an answered connection is closed. */
const SWEEP_MS = 500;

async function closed(server: Server, connections: { dropIdle(): void }, patienceMs: number, log: Log): Promise<void> {
  const sweeping = setInterval(() => connections.dropIdle(), SWEEP_MS);
  const impatient = setTimeout(() => {
    log.warn({}, 'requests were still under way at the end of the shutdown time; their connections are cut');
    server.closeAllConnections();
  }, patienceMs);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(impatient);
  clearInterval(sweeping);
}
