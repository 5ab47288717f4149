import type { AuditEvent } from '../../domain/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventConditions, EventPosition, EventStore } from '../../ports/store/events.ts';
import { type TailPlace, tailAfter, tailStart } from './trail-tail.ts';

/** Which events somebody wants to see: all conditions must hold. Times are milliseconds since the epoch. */
export interface TrailFilter extends EventConditions {
  /** Events of this moment and later. */
  readonly from?: number;
  /** Only events before this moment. */
  readonly until?: number;
}

/** The audit trail for whoever may read it. */
export interface Trail {
  /**
   * Newest first.
   *
   * @param after where a page ended: this one begins behind it, whatever is recorded meanwhile
   * @returns at most so many events; `next` is null when there are no more
   */
  page(
    filter: TrailFilter,
    after: EventPosition | null,
    limit: number,
  ): Promise<{ readonly events: readonly AuditEvent[]; readonly next: EventPosition | null }>;
  /** The event at this place; null when there is none (any more). */
  find(place: EventPosition): Promise<AuditEvent | null>;
  /** All of them, newest first, read page by page as they are taken. */
  all(filter: TrailFilter): AsyncIterable<readonly AuditEvent[]>;
  /**
   * What has happened since, oldest first, for somebody who watches and asks again and again. Some of it may have been
   * answered before, and is recognised by its id: see trail-tail.ts.
   *
   * @param place where the answer before has led to, or a moment to begin at, milliseconds since the epoch; null for now
   */
  tail(
    conditions: EventConditions,
    place: TailPlace | number | null,
    limit: number,
  ): Promise<{ readonly events: readonly AuditEvent[]; readonly next: TailPlace }>;
}

/** Events that are read at once for an export. */
const BATCH = 500;

export function createTrail({
  store: { events: store },
  clock,
}: {
  readonly store: { readonly events: Pick<EventStore, 'list' | 'following'> };
  readonly clock: Clock;
}): Trail {
  const page: Trail['page'] = async ({ until, ...filter }, after, limit) => {
    const before = after ?? (until === undefined ? undefined : { at: until, id: '' });
    const events = await store.list(before === undefined ? filter : { ...filter, before }, limit);
    const last = events.at(-1);
    const next = last === undefined || events.length < limit ? null : { at: last.at, id: last.id };
    return { events, next };
  };
  return {
    page,
    async find({ at, id }) {
      // Behind the smallest id above this one it is the next.
      const [found] = await store.list({ before: { at, id: `${id}\u0001` } }, 1);
      return found?.id === id && found.at === at ? found : null;
    },
    async *all(filter) {
      let after: EventPosition | null = null;
      do {
        const { events, next } = await page(filter, after, BATCH);
        if (events.length > 0) yield events;
        after = next;
      } while (after !== null);
    },
    async tail(conditions, given, limit) {
      // Before the store is asked: what arrives while it answers is not in the answer.
      const now = clock.now();
      const place = given === null || typeof given === 'number' ? { settled: given ?? now, behind: null } : given;
      const events = await store.following(conditions, tailStart(place), limit);
      return { events, next: tailAfter(place, events, limit, now) };
    },
  };
}
