import type { FieldChange } from './event.ts';

/** Longest text of one value in the audit trail, in characters, and most fields of one change. */
const LONGEST_VALUE = 200;
const MOST_FIELDS = 50;

const shown = (value: unknown): string | null => {
  const text = value === undefined || value === null ? null : JSON.stringify(value);
  return text !== null && text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
};

/**
 * What is different between two states of something, field by field, for the audit trail.
 *
 * @param before null for what has just come to be
 * @param after null for what is gone
 * @param unsaid fields that are never told: secrets, what changes with every write
 */
export function fieldChanges(before: object | null, after: object | null, unsaid: ReadonlySet<string>): FieldChange[] {
  const [from, to] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {}))];
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((field) => !unsaid.has(field) && JSON.stringify(from.get(field)) !== JSON.stringify(to.get(field)))
    .slice(0, MOST_FIELDS)
    .map((field) => ({ field, before: shown(from.get(field)), after: shown(to.get(field)) }))
    .filter((change) => change.before !== null || change.after !== null);
}
