import { moment, sheet } from '../table.ts';
import type { Screen } from '../terminal.ts';
import type { ClientFields } from './client-fields.ts';

/** All of a client for people, a line for each thing that is said. */
export const clientText = (client: ClientFields, screen: Screen | null): string =>
  sheet(
    Object.entries(client).map(([name, value]) => [name, linesOf(name, value).join('\n') || '-']),
    screen,
  );

/** What is null or empty says nothing; parts of a field stand behind their names. */
function linesOf(name: string, value: unknown): string[] {
  if (value === null) return [];
  if (typeof value === 'number' && name.endsWith('At')) return [moment(value)];
  if (Array.isArray(value)) return value.flatMap((entry) => linesOf(name, entry));
  if (typeof value !== 'object') return [String(value)];
  return Object.entries(value).flatMap(([part, entry]) => linesOf(part, entry).map((line) => `${part}: ${line}`));
}
