import type { AuditEvent, EventType, FieldChange } from '../../domain/event.ts';
import { type Identifier, maskIdentifier } from '../../domain/identifier.ts';
import { type Metric, mergedTallies, metricOf, type Tally, talliesOf } from '../../domain/tally.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Caller } from '../caller.ts';

/** What happened, in the words of the code that saw it. */
export interface Happening {
  readonly type: EventType;
  readonly accountId?: string | null | undefined;
  readonly clientId?: string | undefined;
  readonly identifier?: Identifier | undefined;
  readonly caller?: Pick<Caller, 'network' | 'requestId'> | undefined;
  readonly reason?: string | undefined;
  /** Who administers; then nobody else is the caller. The configuration has none. */
  readonly by?: (Pick<AdminActor, 'name'> & Partial<AdminActor>) | undefined;
  /** What was changed when it is neither an account nor a client: its kind and id, `organization:…`. */
  readonly object?: string | undefined;
  readonly changes?: readonly FieldChange[] | undefined;
}

export interface Audit {
  /**
   * Records one event. Events of a few milliseconds are written together; a request does not wait for them, so a
   * crash can lose the events of its last moment, never their effects.
   */
  record(happening: Happening): void;
  /** Resolves when everything recorded so far is written or has been given up with a log line. */
  drain(): Promise<void>;
}

/** Counts what leaves no event of its own, for the statistics. */
export interface Counter {
  count(metric: Metric, what: Pick<Happening, 'identifier' | 'clientId'>): void;
}

/** How long events are gathered before they are written. */
const GATHER_MS = 20;

export function createAudit(deps: { store: Store; clock: Clock; random: Random; log: Log }): Audit & Counter {
  let waiting: AuditEvent[] = [];
  let counted: Tally[] = [];
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    const [events, tallies] = [waiting, mergedTallies(counted)];
    waiting = [];
    counted = [];
    writing = Promise.all([writing, deps.store.events.append(events, tallies)]).then(
      () => undefined,
      (error: unknown) => deps.log.error({ err: error, lost: events.length }, 'audit events could not be written'),
    );
  };

  const isIdle = (): boolean => waiting.length === 0 && counted.length === 0;
  const gather = (lines: readonly AuditEvent[], tallies: readonly Tally[]): void => {
    if (isIdle()) timer = setTimeout(flush, GATHER_MS);
    waiting.push(...lines);
    counted.push(...tallies);
  };

  return {
    record(happening) {
      const at = deps.clock.now();
      const metric = metricOf(happening.type, happening.reason);
      // Here and not later: the line does not say any more which country a number is of.
      const tallies = metric === null ? [] : talliesOf(metric, { ...happening, at });
      gather([lineOf(happening, deps.random.id(), at)], tallies);
    },
    count: (metric, what) => gather([], talliesOf(metric, { ...what, at: deps.clock.now() })),
    async drain() {
      clearTimeout(timer);
      if (!isIdle()) flush();
      await writing;
    },
  };
}

function lineOf(happening: Happening, id: string, at: number): AuditEvent {
  const { type, accountId, clientId, identifier, reason, by, object, changes } = happening;
  const caller = by?.caller ?? happening.caller;
  return {
    id,
    at,
    type,
    accountId: accountId ?? null,
    clientId: clientId ?? null,
    identifier: identifier === undefined ? null : maskIdentifier(identifier),
    network: caller?.network ?? null,
    requestId: caller?.requestId ?? null,
    reason: reason ?? null,
    actor: by?.name ?? null,
    object: object ?? null,
    changes: changes ?? null,
  };
}
