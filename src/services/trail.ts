import type { AuditEvent } from '../domain/event.ts';
import type { EventFilter, EventStore } from '../ports/store/installation.ts';

/** Which events somebody wants to see: all conditions must hold. Times are milliseconds since the epoch. */
export interface TrailFilter {
  readonly type?: string;
  readonly accountId?: string;
  readonly clientId?: string;
  /** Who administers, as `AuditEvent.actor` has it. */
  readonly actor?: string;
  /** Events of this moment and later. */
  readonly from?: number;
  /** Only events before this moment. */
  readonly until?: number;
}

/** Where a page of events ends: the next one begins behind it, whatever is recorded meanwhile. */
export type TrailPosition = NonNullable<EventFilter['before']>;

/** The audit trail for whoever may read it. Newest first. */
export interface Trail {
  /** @returns at most so many events; `next` is null when there are no more */
  page(
    filter: TrailFilter,
    after: TrailPosition | null,
    limit: number,
  ): Promise<{ readonly events: readonly AuditEvent[]; readonly next: TrailPosition | null }>;
  /** All of them, read page by page as they are taken. */
  all(filter: TrailFilter): AsyncIterable<readonly AuditEvent[]>;
}

/** Events that are read at once for an export. */
const BATCH = 500;

export function createTrail({ store }: { readonly store: { readonly events: Pick<EventStore, 'list'> } }): Trail {
  const page: Trail['page'] = async ({ from, until, ...filter }, after, limit) => {
    const before = after ?? (until === undefined ? undefined : { at: until, id: '' });
    const found = await store.events.list(before === undefined ? filter : { ...filter, before }, limit);
    const events = from === undefined ? found : found.filter(({ at }) => at >= from);
    const last = events.at(-1);
    const next = last === undefined || events.length < limit ? null : { at: last.at, id: last.id };
    return { events, next };
  };
  return {
    page,
    async *all(filter) {
      let after: TrailPosition | null = null;
      do {
        const { events, next } = await page(filter, after, BATCH);
        if (events.length > 0) yield events;
        after = next;
      } while (after !== null);
    },
  };
}
