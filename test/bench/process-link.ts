/** What the load generator may ask a server process, and what it answers; both sides of the bench share this. */
export interface Usage {
  /** CPU time of the whole process since it started, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory in bytes. */
  readonly rss: number;
}

/** Operations since the start, by name, for instance `challenges.open` or `Session.find`. */
export type OperationCounts = Readonly<Record<string, number>>;

export type Question = 'usage' | 'operations' | 'collect' | 'stop';

export interface Ask {
  readonly id: number;
  readonly question: Question;
}

export type FromServer =
  | { readonly ready: { readonly url: string } }
  | { readonly id: number; readonly answer: Usage | OperationCounts | null };

/** Counts by name; the measured process calls `count` on every operation of its store. */
export interface OperationCounter {
  count(name: string): void;
  read(): OperationCounts;
}

export function createOperationCounter(): OperationCounter {
  const counts = new Map<string, number>();
  return {
    count: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    read: () => Object.fromEntries(counts),
  };
}

/**
 * Server side of the link: reports the address and answers questions until told to stop.
 * @param close ends the server; the process leaves afterwards
 */
export function answerLoadGenerator(url: string, counter: OperationCounter, close: () => Promise<void>): void {
  const send = (message: FromServer): void => void process.send?.(message);
  const answerTo = (question: Question): Usage | OperationCounts | null => {
    if (question === 'usage') return readUsage();
    if (question === 'operations') return counter.read();
    if (question === 'collect') globalThis.gc?.();
    return null;
  };
  process.on('message', (ask: Ask) => {
    send({ id: ask.id, answer: answerTo(ask.question) });
    if (ask.question === 'stop') void close().finally(() => process.disconnect());
  });
  // The load generator died: nobody will ever say stop.
  process.once('disconnect', () => process.exit());
  send({ ready: { url } });
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rss: process.memoryUsage.rss() };
}
