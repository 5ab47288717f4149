import type { Account } from './account.ts';
import type { FieldChange } from './event.ts';
import { fieldChanges } from './field-changes.ts';
import { maskIdentifier } from './identifier.ts';

/** Stands for the value of an attribute: what somebody is called is no business of an audit trail. */
const UNTOLD = '"•••"';

const NOTHING_UNSAID: ReadonlySet<string> = new Set();

/**
 * What is different between two states of an account, as the audit trail may tell it: identifiers masked,
 * attributes by name only.
 *
 * @param before null for an account that has just come to be
 * @param after null for one that is gone
 */
export const accountChanges = (before: Account | null, after: Account | null): FieldChange[] => [
  ...fieldChanges(told(before), told(after), NOTHING_UNSAID),
  ...attributeChanges(before?.attributes ?? {}, after?.attributes ?? {}),
];

const told = (account: Account | null): object | null =>
  account === null
    ? null
    : {
        status: account.status,
        identifiers: account.identifiers.map(maskIdentifier),
        heldUntil: account.held?.until ?? null,
      };

/** By name only. */
function attributeChanges(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      field: `attributes.${name}`,
      before: name in before ? UNTOLD : null,
      after: name in after ? UNTOLD : null,
    }));
}
