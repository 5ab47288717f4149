import type { EventType } from '../../domain/event.ts';
import { fieldChanges } from '../../domain/field-changes.ts';
import { isForgotten, KEY_STATES, type KeyState, scheduleOf, stateOf } from '../../domain/signing-key.ts';
import type { StoredKey } from '../../ports/store/installation.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { StoredKeysDeps } from './stored-keys.ts';

/** What the audit trail says of keys, each thing once, whichever node sees it first. */
export interface KeyTrail {
  created(key: StoredKey, by: AdminActor | null): void;
  /** Tells of everything that has happened since, by the clock or by somebody. @param by who has brought it about */
  catchUp(keys: readonly StoredKey[], by: AdminActor | null): Promise<void>;
  /** Deletes what nothing can ask for any more. */
  forget(keys: readonly StoredKey[]): Promise<void>;
}

const EVENTS: Readonly<Record<KeyState, EventType>> = {
  next: 'key.created',
  active: 'key.activated',
  retiring: 'key.retired',
  removed: 'key.removed',
};

/** Said once for all changes of a key: what is not told, because it is sealed or says itself. */
const UNSAID: ReadonlySet<string> = new Set(['id', 'sealed', 'noted', 'generation']);

export function createKeyTrail({ audit, clock, store }: Pick<StoredKeysDeps, 'audit' | 'clock' | 'store'>): KeyTrail {
  const tell = (state: KeyState, key: StoredKey, by: AdminActor | null): void =>
    audit.record({
      type: EVENTS[state],
      by: by ?? undefined,
      object: `signing-key:${key.id}`,
      ...(state === 'next' ? { changes: fieldChanges(null, key, UNSAID) } : {}),
    });
  return {
    created: (key, by) => tell('next', key, by),
    async catchUp(keys, by) {
      const now = clock.now();
      for (const scheduled of scheduleOf(keys)) {
        const { key, withdrawn } = scheduled;
        const state = stateOf(scheduled, now);
        if (state === key.noted || !(await store.keys.note(key.id, key.noted, state))) continue;
        // What the clock has done is nobody's deed, whoever notices it.
        const whose = withdrawn || key.replacesLeaked ? by : null;
        // One that was withdrawn has not gone through what lies between.
        for (const passed of withdrawn ? [state] : between(key.noted, state)) tell(passed, key, whose);
      }
    },
    async forget(keys) {
      const now = clock.now();
      // The older first: what has voided others goes after them.
      for (const scheduled of scheduleOf(keys)) {
        if (isForgotten(scheduled, now)) await store.keys.remove(scheduled.key.id);
      }
    },
  };
}

/** The states after one, up to another. */
const between = (before: KeyState, after: KeyState): KeyState[] =>
  KEY_STATES.slice(KEY_STATES.indexOf(before) + 1, KEY_STATES.indexOf(after) + 1);
