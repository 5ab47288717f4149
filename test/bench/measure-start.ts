import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environmentOf, temporaryFolder } from './countersign.ts';
import { freePort } from './free-port.ts';
import { createHttpClient } from './http-client.ts';
import { median } from './statistics.ts';

export interface StartTimes {
  /** Milliseconds until the first answer in an empty folder: secret, store and signing keys are made. */
  readonly firstMs: number;
  /** The same on what a former start has left; the median. */
  readonly againMs: number;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const LONGEST_MS = 20_000;
const LOOK_MS = 3;

/** From `node src/main.ts` to the first 200 of `/health/live`. */
export async function measureStart(starts: number): Promise<StartTimes> {
  const folder = await temporaryFolder();
  try {
    const environment = environmentOf(folder.path, await freePort());
    const firstMs = await timeStart(environment);
    const times: number[] = [];
    for (let start = 0; start < starts; start += 1) times.push(await timeStart(environment));
    return { firstMs, againMs: median(times) };
  } finally {
    await folder.remove();
  }
}

async function timeStart(environment: Readonly<Record<string, string>>): Promise<number> {
  const http = createHttpClient(1);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    while (performance.now() - startedAt < LONGEST_MS) {
      if (child.exitCode !== null) throw new Error('the server ended while it started');
      const status = await http.send('GET', `${environment.ISSUER}/health/live`, {}).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return performance.now() - startedAt;
      await pause(LOOK_MS);
    }
    throw new Error(`no answer within ${LONGEST_MS} ms of the start`);
  } finally {
    http.close();
    child.kill('SIGTERM');
    await exited;
  }
}
