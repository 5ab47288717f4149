import type { Database } from 'better-sqlite3';
import { addFunctions } from './functions.ts';
import { migrations } from './migrations/list.ts';

/**
 * Brings the schema up to date; each step is one transaction together with its number, so that a crash leaves the
 * former or the next version and nothing between.
 *
 * @throws Error when the file was written by a newer version
 */
export function migrate(connection: Database, file: string): void {
  const found = Number(connection.pragma('user_version', { simple: true }));
  if (found > migrations.length) {
    throw new Error(
      `${file} was written by a newer version of Countersign (schema ${found}, this one knows ${migrations.length}). Update the program, or restore a backup made before the update.`,
    );
  }
  addFunctions(connection);
  for (const [index, schema] of migrations.entries()) {
    if (index >= found) connection.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
