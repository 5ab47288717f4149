import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Ask, FromServer, OperationCounts, Question, Usage } from './process-link.ts';

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  usage(): Promise<Usage>;
  operations(): Promise<OperationCounts>;
  /** A full garbage collection, so that the memory read afterwards is what the server really holds. */
  collect(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a server entry of this folder and waits until it listens.
 *
 * @param entry file name in this folder
 * @param env what the process sees besides `PATH`; nothing of the caller's environment leaks into a measurement
 * @param options.logFile where its standard output goes; a real file, because writing the log is part of the work
 * @throws Error when the process ends before it listens
 */
export async function startServerProcess(
  entry: string,
  env: Readonly<Record<string, string>>,
  options: { readonly logFile?: string; readonly nodeOptions?: readonly string[] } = {},
): Promise<ServerProcess> {
  const log = openSync(options.logFile ?? '/dev/null', 'a');
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), [], {
    env: { PATH: process.env.PATH, ...env },
    execArgv: ['--expose-gc', ...(options.nodeOptions ?? [])],
    stdio: ['ignore', log, 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit').then(() => undefined);
  const { url, ask } = await connect(child, entry, exited);
  return {
    url,
    usage: () => ask<Usage>('usage'),
    operations: () => ask<OperationCounts>('operations'),
    collect: () => ask<void>('collect'),
    async stop() {
      if (child.connected) child.send({ id: 0, question: 'stop' } satisfies Ask);
      await exited;
    },
  };
}

/** Generator side of the link: waits for the address, then carries questions and answers. */
async function connect(child: ChildProcess, entry: string, exited: Promise<void>) {
  const waiting = new Map<number, (answer: Usage | OperationCounts | null) => void>();
  const ready = Promise.withResolvers<string>();
  child.on('message', (message: FromServer) => {
    if ('ready' in message) ready.resolve(message.ready.url);
    else waiting.get(message.id)?.(message.answer);
  });
  const ended = exited.then(() => Promise.reject(new Error(`${entry} ended`)));
  const url = await Promise.race([ready.promise, ended]);
  let asked = 0;
  const ask = <Answer>(question: Question): Promise<Answer> => {
    asked += 1;
    const id = asked;
    const answer = Promise.withResolvers<Answer>();
    waiting.set(id, (value) => {
      waiting.delete(id);
      answer.resolve(value as Answer);
    });
    child.send({ id, question } satisfies Ask);
    return Promise.race([answer.promise, ended]);
  };
  return { url, ask };
}
