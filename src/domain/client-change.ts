import type { Client } from './client.ts';

/** What an administrator decides about a client. */
export type ClientFields = Omit<
  Client,
  'id' | 'secrets' | 'source' | 'disabled' | 'createdAt' | 'updatedAt' | 'version'
>;

/** Longest text of one value in the audit trail, and of all together, in characters. */
const LONGEST_VALUE = 200;
const LONGEST = 2000;

/** What is not said of a change: secrets, and what changes with every write. */
const UNSAID: ReadonlySet<string> = new Set(['id', 'secrets', 'createdAt', 'updatedAt', 'version']);

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'none';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
};

/** What has changed, field by field, before and after, for the audit trail. */
export function describeChange(before: Client, after: Client): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !UNSAID.has(name));
  const fields = (client: Client) => client as unknown as Readonly<Record<string, unknown>>;
  const changes = names
    .map((name) => ({ name, from: shown(fields(before)[name]), to: shown(fields(after)[name]) }))
    .filter(({ name }) => JSON.stringify(fields(before)[name]) !== JSON.stringify(fields(after)[name]))
    .map(({ name, from, to }) => `${name} ${from} → ${to}`);
  return changes.join('; ').slice(0, LONGEST);
}
