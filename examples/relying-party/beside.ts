import { once } from 'node:events';
import { createRelyingParty } from './server.ts';

/**
 * Starts this application beside a Countersign in development, with the clients that declares for it.
 *
 * @param port on the loopback; the neighbour of the server's
 * @returns where it is, or null when the port cannot be had: the server is of use without it
 */
export async function startBeside(issuer: string, port: number): Promise<{ url: string; close(): void } | null> {
  const baseUrl = `http://localhost:${port}`;
  const app = createRelyingParty({
    issuer,
    clientId: 'demo',
    clientSecret: 'demo-secret',
    baseUrl,
    thirdParty: { clientId: 'demo-third-party', clientSecret: 'demo-third-party-secret' },
  });
  const server = app.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    process.stderr.write(`The demo application is not running: ${reason}\n`);
    return null;
  }
  return {
    url: `${baseUrl}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
