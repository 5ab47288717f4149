import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What becomes of bytes and connections:
 * - `open`: they pass
 * - `cut`: connections break, and nobody listens any more
 * - `refuse`: connections break, and new ones are closed as soon as they are made
 * - `blackhole`: connections stand, new ones are taken, and no byte comes through in either direction
 */
export type Weather = 'open' | 'cut' | 'refuse' | 'blackhole';

/** A line to a server that can be disturbed. */
export interface TcpProxy {
  readonly port: number;
  /** Connections taken so far. */
  readonly connections: number;
  /**
   * Resolves when it is so. What was lost stays lost: a connection that was open in a `blackhole` never speaks again, like
   * one whose state a firewall has forgotten.
   */
  set(weather: Weather): Promise<void>;
  /** Every piece of data takes so much longer, in each direction. @param milliseconds 0 for not at all */
  delay(milliseconds: number): void;
  close(): Promise<void>;
}

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  /** Nothing passes any more. */
  dead: boolean;
}

/**
 * Starts a proxy on 127.0.0.1 in front of a TCP server.
 *
 * @param target where connections lead
 */
export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const lines = new Set<Line>();
  let weather: Weather = 'open';
  let delayMs = 0;
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    if (weather === 'cut' || weather === 'refuse') {
      near.destroy();
      return;
    }
    const line = { near, far: connect(target.port, target.host), dead: weather === 'blackhole' };
    lines.add(line);
    near.once('close', () => lines.delete(line));
    join(line, () => delayMs);
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const set = async (next: Weather): Promise<void> => {
    weather = next;
    if (next === 'blackhole') for (const line of lines) line.dead = true;
    if (next === 'cut' || next === 'refuse') for (const { near } of lines) near.destroy();
    if (next === 'cut') await new Promise((resolve) => server.close(resolve));
    else if (!server.listening) await listen(server, port);
  };
  return {
    port,
    get connections() {
      return connections;
    },
    set,
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    close: () => set('cut'),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function join(line: Line, delayMs: () => number): void {
  const { near, far } = line;
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    const later = inOrder(delayMs, () => !line.dead);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => later(() => to.write(chunk)));
    from.on('end', () => later(() => to.end()));
    // A broken end is what this is for; the other one hears of it by the close that follows.
    from.on('error', () => undefined);
  }
  near.on('close', () => far.destroy());
  far.on('close', () => {
    if (!line.dead) near.destroy();
  });
}

/** Does what it is given after the delay, in the order in which it was given, and not at all on a dead line. */
function inOrder(delayMs: () => number, alive: () => boolean): (act: () => void) => void {
  const waiting: (() => void)[] = [];
  let last = 0;
  const next = (): void => {
    const act = waiting.shift();
    if (alive()) act?.();
  };
  return (act) => {
    const now = performance.now();
    last = Math.max(last, now + delayMs());
    waiting.push(act);
    if (last <= now) next();
    else setTimeout(next, last - now);
  };
}
