import type { Client } from './client.ts';
import type { FieldChange } from './event.ts';
import { fieldChanges } from './field-changes.ts';

/** What is not said of a change: secrets, what stands beside it anyway, what changes with every write. */
const UNSAID: ReadonlySet<string> = new Set(['id', 'registrationTokenHash', 'createdAt', 'updatedAt', 'version']);

/**
 * What is different between two states of a client, as the audit trail may tell it: of secrets how many there
 * are and when they were made, and nothing else.
 *
 * @param before null for a client that has just come to be
 * @param after null for one that is gone
 */
export const clientChanges = (before: Client | null, after: Client | null): FieldChange[] =>
  fieldChanges(told(before), told(after), UNSAID);

const told = (client: Client | null): object | null =>
  client === null ? null : { ...client, secrets: client.secrets.map(({ createdAt }) => ({ createdAt })) };
