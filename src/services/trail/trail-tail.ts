import type { AuditEvent } from '../../domain/event.ts';
import type { EventPosition } from '../../ports/store/events.ts';

/**
 * Where somebody stands who watches the audit trail.
 *
 * Events have the time of what happened. They are written a moment later, in batches, by several nodes whose clocks differ by
 * a little: one may turn up before others that were shown already. So the trail counts as settled up to some time ago
 * only, and what is newer is read again until it is. Nothing is left out, and some of it comes twice.
 */
export interface TailPlace {
  /** Everything before this moment has been shown, and nothing will turn up before it; milliseconds since the epoch. */
  readonly settled: number;
  /** How far the unsettled part has been shown, while it is read page by page; null to read it from its beginning. */
  readonly behind: EventPosition | null;
}

/** Longer than the gathering of events, a write that the store makes wait and the difference of clocks. */
export const UNSETTLED_MS = 15_000;

/** Behind which event the next page begins: the empty id stands before all of its moment. */
export const tailStart = ({ settled, behind }: TailPlace): EventPosition => behind ?? { at: settled, id: '' };

/**
 * Where a page has led to.
 *
 * @param limit of the page: a full one may not be the last
 * @param now when it was asked for, milliseconds since the epoch
 */
export function tailAfter(
  { settled, behind }: TailPlace,
  page: readonly Pick<AuditEvent, 'at' | 'id'>[],
  limit: number,
  now: number,
): TailPlace {
  const last = page.length < limit ? undefined : page.at(-1);
  const shown = Math.min(last?.at ?? now, now - UNSETTLED_MS);
  // What was shown while it was unsettled is read again, from where it was settled then.
  const isContinuous = behind === null || behind.at <= settled;
  return {
    settled: isContinuous ? Math.max(settled, shown) : settled,
    behind: last === undefined ? null : { at: last.at, id: last.id },
  };
}
