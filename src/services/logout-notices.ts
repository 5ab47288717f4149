import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Audit } from './trail/audit.ts';
import { createWorker, type Worker } from './worker.ts';

/** One client's part in a session that has ended. */
export interface EndedPart {
  readonly clientId: string;
  readonly accountId: string;
  /** What the client knows the session by: `sid`. */
  readonly sessionId: string;
}

/** What became of one try to tell a client; `nobody` wants to be told. */
export type Told =
  | { readonly told: 'yes' }
  | { readonly told: 'nobody' }
  | { readonly told: 'no'; readonly reason: string };

/**
 * Tells clients that a session has ended (OpenID Connect Back-Channel Logout §2.5), behind the back of whoever ended it: nobody
 * waits for a client, and one that is slow delays no other. What is waiting when the process dies is lost; the session
 * is dead all the same, and so is every token of it.
 */
export interface LogoutNotices extends Worker {
  /** Queues it and returns at once. */
  tell(ended: EndedPart): void;
  /** Who makes the token and sends it; there from the moment that the engine is. */
  sendBy(send: (ended: EndedPart) => Promise<Told>): void;
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>;
  /** How many are not told yet, those among them that are being told. */
  waiting(): number;
}

interface Waiting extends EndedPart {
  readonly tries: number;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
}

/** Seconds before each further try; after the last one nobody tries again. */
const PAUSES_SECONDS = [5, 30, 120] as const;

/** More than these and the oldest are given up: memory is not to be anybody's lever. */
const MOST_WAITING = 10_000;

/** Parts of one client that are sent at the same time: a slow one is to hold few of the connections there are. */
const PER_CLIENT = 2;

interface Deps {
  readonly clock: Clock;
  readonly audit: Audit;
  readonly log: Log;
  /** How often it is looked for what is due. */
  readonly pollMs: number;
}

export function createLogoutNotices(deps: Deps): LogoutNotices {
  let waiting: readonly Waiting[] = [];
  let send: Send = async () => failed();
  const attempts = createAttempts(async (part) => {
    const next = settle(deps, part, await send(part).catch(failed));
    if (next !== null) waiting = [...waiting, next];
    worker.wake();
  });
  const round = async (): Promise<boolean> => {
    const now = deps.clock.now();
    const begun = waiting.filter((part) => part.notBefore <= now && attempts.begin(part));
    waiting = waiting.filter((part) => !begun.includes(part));
    return false;
  };
  const worker = createWorker('logout notices', round, deps.pollMs, deps.log);
  return {
    ...worker,
    tell({ clientId, accountId, sessionId }) {
      if (waiting.length >= MOST_WAITING) {
        deps.log.warn(
          { client: waiting[0]?.clientId },
          'too many clients wait to be told of a logout; one is given up',
        );
      }
      const part = { clientId, accountId, sessionId, tries: 0, notBefore: deps.clock.now() };
      waiting = [...waiting.slice(1 - MOST_WAITING), part];
      worker.wake();
    },
    sendBy(by) {
      send = by;
    },
    idle: () => attempts.idle(),
    waiting: () => waiting.length + attempts.count(),
  };
}

type Send = (ended: EndedPart) => Promise<Told>;

/** What is being sent, a few of each client at a time. */
function createAttempts(attempt: (part: Waiting) => Promise<void>) {
  const sending = new Map<string, Set<Promise<void>>>();
  return {
    /** @returns false when the client has enough to do */
    begin(part: Waiting): boolean {
      const busy = sending.get(part.clientId) ?? new Set();
      if (busy.size >= PER_CLIENT) return false;
      sending.set(part.clientId, busy);
      const work = Promise.resolve().then(() => attempt(part));
      const ended = work.finally(() => {
        busy.delete(ended);
        if (busy.size === 0) sending.delete(part.clientId);
      });
      busy.add(ended);
      return true;
    },
    count: () => [...sending.values()].reduce((sum, busy) => sum + busy.size, 0),
    async idle(): Promise<void> {
      await Promise.all([...sending.values()].flatMap((busy) => [...busy]));
    },
  };
}

const failed = (): Told => ({ told: 'no', reason: 'error' });

/** Leaves a trace of what is over. @returns what is to be tried again, and when */
function settle({ clock, audit }: Deps, part: Waiting, result: Told): Waiting | null {
  const { clientId, accountId, tries } = part;
  if (result.told === 'yes') audit.record({ type: 'logout.told', clientId, accountId });
  if (result.told !== 'no') return null;
  const pause = PAUSES_SECONDS[tries];
  if (pause !== undefined) return { ...part, tries: tries + 1, notBefore: clock.now() + pause * 1000 };
  audit.record({ type: 'logout.untold', clientId, accountId, reason: result.reason });
  return null;
}
