import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * A port on the loopback that nobody listens on, with the next one free as well (the demo application takes it).
 * Somebody else may take it before the caller does; a run of the bench is then simply started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address() as AddressInfo;
    const second = createServer().listen(port + 1, '127.0.0.1');
    const free = await Promise.race([
      once(second, 'listening').then(() => true),
      new Promise<boolean>((resolve) => second.once('error', () => resolve(false))),
    ]);
    first.close();
    if (free) second.close();
    if (free) return port;
  }
}
