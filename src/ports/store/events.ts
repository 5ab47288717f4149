import type { AuditEvent } from '../../domain/event.ts';
import type { Dimension, Tally } from '../../domain/tally.ts';

/** Where an event stands in the order of all: by its time, and among those of one millisecond by its id. */
export interface EventPosition {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
}

/** Which events to read: all conditions must hold. */
export interface EventConditions {
  readonly type?: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly actor?: string;
}

/** Which events to read, and between which bounds. */
export interface EventFilter extends EventConditions {
  /** Only events of this moment and later, milliseconds since the epoch. */
  readonly from?: number;
  /** Only events before this one's position; from the last page's last event. */
  readonly before?: EventPosition;
}

/** How often something happened over several days. */
export type Sum = Pick<Tally, 'metric' | 'value' | 'count'>;

export interface EventStore {
  /**
   * Adds events, and to the counts of their days. Of counts that are added at the same time none is lost.
   * @param tallies each day, metric, dimension and value at most once
   */
  append(events: readonly AuditEvent[], tallies?: readonly Tally[]): Promise<void>;
  /** Newest first. */
  list(filter: EventFilter, limit: number): Promise<AuditEvent[]>;
  /** Oldest first, behind a position. What is appended later may stand before it, because times come from several nodes. */
  following(conditions: EventConditions, after: EventPosition, limit: number): Promise<AuditEvent[]>;
  /** Deletes events older than `before`, at most `limit`. @returns how many */
  purge(before: number, limit: number): Promise<number>;

  /** Counts of one dimension by day. @param from the first day @param until the day behind the last one */
  tallies(dimension: Dimension, from: number, until: number): Promise<Tally[]>;
  /** The same summed over the days; the highest first, at most `limit`. */
  sums(dimension: Dimension, from: number, until: number, limit: number): Promise<Sum[]>;
  /** Deletes of one dimension and day all but the highest counts. @param keep how many stay @returns how many went */
  trimTallies(dimension: Dimension, day: number, keep: number): Promise<number>;
  /** Deletes counts of days before `day`, at most `limit`. @returns how many */
  purgeTallies(day: number, limit: number): Promise<number>;
}
