import type { Database } from 'better-sqlite3';
import type { Client } from '../../domain/client.ts';
import { clientNeedle } from '../../domain/client-search.ts';
import { type Channel, maskIdentifier } from '../../domain/identifier.ts';

/**
 * What migrations need of the domain to fill a new column from what is there: the same rules by which rows are written from
 * then on.
 */
export function addFunctions(connection: Database): void {
  const add = (name: string, answer: (...values: unknown[]) => string): void => {
    connection.function(name, { deterministic: true, varargs: true }, answer);
  };
  add('masked_identifier', (channel, value) =>
    maskIdentifier({ channel: String(channel) as Channel, value: String(value) }),
  );
  add('client_needle', (document) => clientNeedle(JSON.parse(String(document)) as Client));
}
