import type { Account } from '../../domain/account.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { AccountStatements } from './account-rows.ts';
import type { SqliteDatabase } from './database.ts';

/** Marks an identifier of an account as proven, once: call it inside `write` only. */
export function prepareFirstProof(
  database: SqliteDatabase,
  sql: Pick<AccountStatements, 'raise'>,
  byId: (id: string) => Account | null,
): (id: string, identifier: Identifier, verifiedAt: number) => Account | null {
  const prove = database.prepare<Identifier & { id: string; verifiedAt: number }>(
    `UPDATE identifiers SET verified_at = @verifiedAt
     WHERE channel = @channel AND value = @value AND account_id = @id AND verified_at IS NULL`,
  );
  return (id, { channel, value }, verifiedAt) => {
    if (prove.run({ id, channel, value, verifiedAt }).changes === 0) return null;
    sql.raise.run({ id });
    return byId(id);
  };
}
