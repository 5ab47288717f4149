import { isProblem } from '../../domain/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { Renewal } from './renewal.ts';
import { storeUnavailable, translated } from './unavailable.ts';

/** The time a method of the port may take, all of its steps together (R-79 gives 3 s). */
const DEADLINE_MS = 2_700;

/** Stands around every method of the store: bounds its time and says in the port's words what went wrong. */
export interface Guard {
  /** The same methods, guarded. */
  around<Methods extends object>(methods: Methods): Methods;
  /** Lets nothing in any more. @returns when everything that is inside has come out */
  shut(): Promise<void>;
}

/**
 * @param log is told of the first failure of a row of failures and of its end: an outage must not fill the log too
 * @param renewal is told of every success and of every failure that the world is to blame for
 */
export function createGuard(log: Log | undefined, renewal: Renewal): Guard {
  const health = createHealth(log, renewal);
  const inside = new Set<Promise<unknown>>();
  let open = true;

  const pass = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (!open) throw storeUnavailable(new Error('the store is closed'));
    const running = work();
    inside.add(running);
    try {
      const answer = await inTime(running);
      health.succeeded();
      return answer;
    } catch (error) {
      const told = translated(error);
      health.failed(told);
      throw told;
    } finally {
      inside.delete(running);
    }
  };

  return {
    around: (methods) => mapped(methods, pass),
    async shut() {
      open = false;
      await Promise.allSettled([...inside, renewal.stop()]);
    },
  };
}

function createHealth(log: Log | undefined, renewal: Renewal): { succeeded(): void; failed(error: unknown): void } {
  let failing = false;
  return {
    succeeded: () => {
      if (failing) log?.info({}, 'the store answers again');
      failing = false;
      renewal.succeeded();
    },
    failed: (error) => {
      if (!isProblem(error, 'store_unavailable')) return;
      renewal.failed();
      const reason = error.cause instanceof Error ? error.cause.message : undefined;
      if (!failing) log?.error({ reason }, 'the store does not answer');
      failing = true;
    },
  };
}

/** Rejects after the deadline. What was begun goes on by itself; the driver's own limits end it soon. */
function inTime<Answer>(running: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(storeUnavailable(new Error('no answer in time'))), DEADLINE_MS);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
}

type Pass = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

function mapped<Methods extends object>(methods: Methods, pass: Pass): Methods {
  const guarded = Object.entries(methods).map(([name, method]: [string, unknown]) => [
    name,
    (...parameters: unknown[]) => pass(async () => Reflect.apply(method as () => unknown, methods, parameters)),
  ]);
  return Object.fromEntries(guarded) as Methods;
}
