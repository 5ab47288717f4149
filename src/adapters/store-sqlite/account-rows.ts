import type { Account, AccountIdentifier, Consent, Hold } from '../../domain/account.ts';
import { type Channel, type Identifier, maskIdentifier } from '../../domain/identifier.ts';
import type { SqliteDatabase } from './database.ts';

/** A row of `accounts` as SQLite answers it. */
export interface AccountRow {
  readonly id: string;
  readonly attributes: string;
  readonly consents: string;
  readonly devices: string;
  readonly held: string | null;
  readonly status: Account['status'];
  readonly created_at: number;
  readonly version: number;
}

/** A row of `identifiers`, whose key makes an identifier one account's only. */
export interface IdentifierRow {
  readonly channel: Channel;
  readonly value: string;
  readonly account_id: string;
  readonly position: number;
  readonly verified_at: number | null;
  readonly is_primary: number;
  readonly masked: string;
}

/** The consents with this one in the place of the client's former one, holding what either of them held. */
export function widened(consents: readonly Consent[], consent: Consent): Consent[] {
  const former = consents.find((entry) => entry.clientId === consent.clientId);
  const others = consents.filter((entry) => entry !== former);
  return [
    ...others,
    {
      ...consent,
      scopes: [...new Set([...(former?.scopes ?? []), ...consent.scopes])],
      claims: [...new Set([...(former?.claims ?? []), ...consent.claims])],
    },
  ];
}

export const consentsOf = (row: AccountRow): Consent[] => JSON.parse(row.consents) as Consent[];

/** @param held null when nothing is */
export const heldColumn = (held: Hold | null): string | null => (held === null ? null : JSON.stringify(held));

export const toRow = (account: Account): AccountRow => ({
  id: account.id,
  attributes: JSON.stringify(account.attributes),
  consents: JSON.stringify(account.consents),
  devices: JSON.stringify(account.devices),
  held: heldColumn(account.held),
  status: account.status,
  created_at: account.createdAt,
  version: account.version,
});

export const toIdentifierRows = ({ id, identifiers }: Pick<Account, 'id' | 'identifiers'>): IdentifierRow[] =>
  identifiers.map((identifier, position) => ({
    channel: identifier.channel,
    value: identifier.value,
    account_id: id,
    position,
    verified_at: identifier.verifiedAt,
    is_primary: Number(identifier.primary),
    masked: maskIdentifier(identifier),
  }));

export const toAccount = (row: AccountRow, identifiers: readonly IdentifierRow[]): Account => ({
  id: row.id,
  identifiers: identifiers.map(toIdentifier),
  attributes: JSON.parse(row.attributes) as Account['attributes'],
  consents: consentsOf(row),
  devices: JSON.parse(row.devices) as Account['devices'],
  held: row.held === null ? null : (JSON.parse(row.held) as Hold),
  status: row.status,
  createdAt: row.created_at,
  version: row.version,
});

const toIdentifier = (row: IdentifierRow): AccountIdentifier => ({
  channel: row.channel,
  value: row.value,
  verifiedAt: row.verified_at,
  primary: row.is_primary === 1,
});

export type AccountStatements = ReturnType<typeof prepareAccounts>;

export const prepareAccounts = (database: SqliteDatabase) => ({
  ...prepareReads(database),
  ...prepareWrites(database),
});

function prepareReads(database: SqliteDatabase) {
  return {
    find: database.prepare<{ id: string }, AccountRow>('SELECT * FROM accounts WHERE id = @id'),
    list: database.prepare<{ after: string; limit: number }, AccountRow>(
      'SELECT * FROM accounts WHERE id > @after ORDER BY id LIMIT @limit',
    ),
    listByMask: database.prepare<{ masked: string; after: string; limit: number }, AccountRow>(
      `SELECT * FROM accounts WHERE id IN (
         SELECT DISTINCT account_id FROM identifiers WHERE masked = @masked AND account_id > @after
         ORDER BY account_id LIMIT @limit
       ) ORDER BY id`,
    ),
    findByIdentifier: database.prepare<Identifier, AccountRow>(
      `SELECT accounts.* FROM identifiers JOIN accounts ON accounts.id = identifiers.account_id
       WHERE identifiers.channel = @channel AND identifiers.value = @value`,
    ),
    identifiers: database.prepare<{ id: string }, IdentifierRow>(
      'SELECT * FROM identifiers WHERE account_id = @id ORDER BY position',
    ),
  };
}

function prepareWrites(database: SqliteDatabase) {
  return {
    insert: database.prepare<AccountRow>(
      `INSERT INTO accounts (id, attributes, consents, devices, held, status, created_at, version)
       VALUES (@id, @attributes, @consents, @devices, @held, @status, @created_at, @version)`,
    ),
    insertIdentifier: database.prepare<IdentifierRow>(
      `INSERT INTO identifiers (channel, value, account_id, position, verified_at, is_primary, masked)
       VALUES (@channel, @value, @account_id, @position, @verified_at, @is_primary, @masked)`,
    ),
    removeIdentifiers: database.prepare<{ id: string }>('DELETE FROM identifiers WHERE account_id = @id'),
    update: database.prepare<AccountRow, AccountRow>(
      `UPDATE accounts SET attributes = @attributes, consents = @consents, devices = @devices,
         status = @status, version = version + 1
       WHERE id = @id AND version = @version RETURNING *`,
    ),
    // The version rises in these too: an update that was read before must not put anything back.
    setConsents: database.prepare<{ id: string; consents: string }>(
      'UPDATE accounts SET consents = @consents, version = version + 1 WHERE id = @id',
    ),
    raise: database.prepare<{ id: string }>('UPDATE accounts SET version = version + 1 WHERE id = @id'),
    hold: database.prepare<{ id: string; held: string | null }>(
      'UPDATE accounts SET held = @held, version = version + 1 WHERE id = @id',
    ),
    // Its identifiers go with it (`ON DELETE CASCADE`).
    remove: database.prepare<{ id: string }>('DELETE FROM accounts WHERE id = @id'),
  };
}
