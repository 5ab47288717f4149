import { randomBytes } from 'node:crypto';
import { adminQuestions } from './admin-questions.ts';
import { type AdminSize, seedAdministration } from './admin-seed.ts';
import { startCountersign } from './countersign.ts';
import { createHttpClient } from './http-client.ts';

/** How long the answers to one question took, in milliseconds. */
export interface AdminTimes {
  readonly name: string;
  readonly times: readonly number[];
}

/** Asks before anything counts: the first readers of a page of the file wait for the disk. */
const WARM_UP = 2;

/**
 * Asks every question over HTTP, one after the other, beside a store of that size.
 * @throws Error when one of them is not answered with 200
 */
export async function measureAdmin(size: AdminSize, rounds: number): Promise<AdminTimes[]> {
  const key = randomBytes(32).toString('base64url');
  const now = Date.now();
  const server = await startCountersign('countersign, administered', 1, 1, {
    environment: { ADMIN_API_KEY: key },
    prepare: (path) => seedAdministration(path, size, now),
  });
  const http = createHttpClient(1);
  try {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const asked = adminQuestions(size, now).map((question) => ({ ...question, times: [] as number[] }));
    for (let round = -WARM_UP; round < rounds; round += 1) {
      for (const { name, path, body, times } of asked) {
        const from = performance.now();
        const url = `${server.url}/admin/api${path}`;
        const { status } = await http.send(body === undefined ? 'GET' : 'POST', url, headers, body);
        if (status !== 200) throw new Error(`${name}: ${status}`);
        if (round >= 0) times.push(performance.now() - from);
      }
    }
    return asked.map(({ name, times }) => ({ name, times }));
  } finally {
    http.close();
    await server.close();
  }
}
