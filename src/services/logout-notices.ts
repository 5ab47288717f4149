import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Audit } from './audit.ts';
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
  let send: ((ended: EndedPart) => Promise<Told>) | null = null;
  const sending = new Map<string, Set<Promise<void>>>();
  // What is told goes on after the request that caused it, so it takes nothing of that request's time along.
  const outsideOfRequests = AsyncLocalStorage.snapshot();

  const attempt = async (part: Waiting): Promise<void> => {
    const result = (await send?.(part).catch(failed)) ?? failed();
    const next = settle(deps, part, result);
    if (next !== null) waiting = [...waiting, next];
  };
  const begin = (part: Waiting): void => {
    const busy = sending.get(part.clientId) ?? new Set();
    sending.set(part.clientId, busy);
    const work = attempt(part).finally(() => {
      busy.delete(work);
      if (busy.size === 0) sending.delete(part.clientId);
      worker.wake();
    });
    busy.add(work);
  };
  const round = async (): Promise<boolean> => {
    const now = deps.clock.now();
    for (const part of waiting.filter(({ notBefore }) => notBefore <= now)) {
      if ((sending.get(part.clientId)?.size ?? 0) >= PER_CLIENT) continue;
      waiting = waiting.filter((other) => other !== part);
      begin(part);
    }
    return false;
  };
  const worker = createWorker('logout notices', round, deps.pollMs, deps.log);
  return {
    ...worker,
    tell(ended) {
      const { clientId, accountId, sessionId } = ended;
      if (waiting.length >= MOST_WAITING) {
        deps.log.warn(
          { client: waiting[0]?.clientId },
          'too many clients wait to be told of a logout; one is given up',
        );
        waiting = waiting.slice(1);
      }
      waiting = [...waiting, { clientId, accountId, sessionId, tries: 0, notBefore: deps.clock.now() }];
      outsideOfRequests(worker.wake);
    },
    sendBy(by) {
      send = by;
    },
    async idle() {
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
