import { randomInt } from 'node:crypto';
import { createHttpClient } from './http-client.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type { Target } from './sign-in.ts';

/** A server under load and the people who sign in at it. */
export interface Subject extends Target {
  readonly name: string;
  readonly server: ServerProcess;
  /** Somebody who is not signing in at the moment. */
  nextAddress(): string;
  close(): Promise<void>;
}

/** Who the seeded and the signing-in people are. */
export const addressOf = (index: number): string => `person-${index}@example.test`;

/** @param population how many different people sign in; each of them again and again */
export async function startSubject(
  name: string,
  population: number,
  connections: number,
  start: () => Promise<ServerProcess>,
): Promise<Subject> {
  const server = await start();
  const http = createHttpClient(connections);
  // A walk with a step that shares no factor with the population: spread over the tables, and nobody twice at once.
  const stride = coprimeNear(Math.floor(population * 0.618), population);
  let at = randomInt(population);
  return {
    name,
    server,
    url: server.url,
    http,
    lastMessage: new Map(),
    signIns: 0,
    nextAddress() {
      at = (at + stride) % population;
      return addressOf(at);
    },
    async close() {
      http.close();
      await server.stop();
    },
  };
}

function coprimeNear(start: number, population: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.max(1, start);
  while (divisor(stride, population) !== 1) stride += 1;
  return stride;
}

export const startBare = (connections: number): Promise<Subject> =>
  startSubject('bare oidc-provider', 1_000, connections, () => startServerProcess('bare-server.ts', {}));
