import type { Account, Consent, ProvenIdentifier } from '../../domain/account.ts';
import type { Channel, Identifier } from '../../domain/identifier.ts';
import type { AccountStore } from '../../ports/store/records.ts';
import type { SqliteDatabase } from './database.ts';

interface AccountRow {
  readonly id: string;
  readonly attributes: string;
  readonly consents: string;
  readonly status: Account['status'];
  readonly created_at: number;
  readonly version: number;
}

interface IdentifierRow {
  readonly channel: Channel;
  readonly value: string;
  readonly account_id: string;
  readonly position: number;
  readonly verified_at: number;
  readonly is_primary: number;
}

type Statements = ReturnType<typeof prepareAccounts>;

export function createAccountStore(database: SqliteDatabase): AccountStore {
  const sql = prepareAccounts(database);
  const { assembled, findOwner, ownerOfAny } = createLookups(sql);

  const createOrFind = (account: Account): { readonly account: Account; readonly created: boolean } => {
    const owner = ownerOfAny(account);
    if (owner !== null) return { account: owner, created: false };
    insertAccount(sql, account);
    return { account, created: true };
  };

  const recordConsent = (accountId: string, consent: Consent): void => {
    const row = sql.find.get({ id: accountId });
    if (row === undefined) return;
    const consents = JSON.stringify(widened(consentsOf(row), consent));
    sql.setConsents.run({ id: accountId, consents });
  };

  return {
    findById: (id) => database.read(() => assembled(sql.find.get({ id }))),
    list: (after, limit) =>
      database.read(() => sql.list.all({ after: after ?? '', limit }).flatMap((row) => assembled(row) ?? [])),
    findByIdentifier: (identifier) => database.read(() => findOwner(identifier)),
    async createOrFind(account) {
      // Nearly everybody has been here before, and a read does not wait for the disk; the write looks again.
      const owner = await database.read(() => ownerOfAny(account));
      return owner === null ? database.write(() => createOrFind(account)) : { account: owner, created: false };
    },
    update: (account) => database.write(() => assembled(sql.update.get(toRow(account)))),
    recordConsent: (accountId, consent) => database.write(() => recordConsent(accountId, consent)),
  };
}

/** Accounts from their rows, by what they are known by. */
function createLookups(sql: Statements) {
  const assembled = (row: AccountRow | undefined): Account | null =>
    row === undefined ? null : toAccount(row, sql.identifiers.all({ id: row.id }));
  const findOwner = ({ channel, value }: Identifier): Account | null =>
    assembled(sql.findByIdentifier.get({ channel, value }));
  const ownerOfAny = ({ identifiers }: Account): Account | null => {
    for (const identifier of identifiers) {
      const owner = findOwner(identifier);
      if (owner !== null) return owner;
    }
    return null;
  };
  return { assembled, findOwner, ownerOfAny };
}

function insertAccount(sql: Statements, account: Account): void {
  sql.insert.run(toRow(account));
  for (const [position, identifier] of account.identifiers.entries()) {
    sql.insertIdentifier.run({
      channel: identifier.channel,
      value: identifier.value,
      account_id: account.id,
      position,
      verified_at: identifier.verifiedAt,
      is_primary: Number(identifier.primary),
    });
  }
}

/** The consents with this one in the place of the client's former one, holding what either of them held. */
function widened(consents: readonly Consent[], consent: Consent): Consent[] {
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

const consentsOf = (row: AccountRow): Consent[] => JSON.parse(row.consents) as Consent[];

const toRow = (account: Account): AccountRow => ({
  id: account.id,
  attributes: JSON.stringify(account.attributes),
  consents: JSON.stringify(account.consents),
  status: account.status,
  created_at: account.createdAt,
  version: account.version,
});

const toAccount = (row: AccountRow, identifiers: readonly IdentifierRow[]): Account => ({
  id: row.id,
  identifiers: identifiers.map(toIdentifier),
  attributes: JSON.parse(row.attributes) as Account['attributes'],
  consents: consentsOf(row),
  status: row.status,
  createdAt: row.created_at,
  version: row.version,
});

const toIdentifier = (row: IdentifierRow): ProvenIdentifier => ({
  channel: row.channel,
  value: row.value,
  verifiedAt: row.verified_at,
  primary: row.is_primary === 1,
});

function prepareAccounts(database: SqliteDatabase) {
  return {
    find: database.prepare<{ id: string }, AccountRow>('SELECT * FROM accounts WHERE id = @id'),
    list: database.prepare<{ after: string; limit: number }, AccountRow>(
      'SELECT * FROM accounts WHERE id > @after ORDER BY id LIMIT @limit',
    ),
    findByIdentifier: database.prepare<Identifier, AccountRow>(
      `SELECT accounts.* FROM identifiers JOIN accounts ON accounts.id = identifiers.account_id
       WHERE identifiers.channel = @channel AND identifiers.value = @value`,
    ),
    identifiers: database.prepare<{ id: string }, IdentifierRow>(
      'SELECT * FROM identifiers WHERE account_id = @id ORDER BY position',
    ),
    insert: database.prepare<AccountRow>(
      `INSERT INTO accounts (id, attributes, consents, status, created_at, version)
       VALUES (@id, @attributes, @consents, @status, @created_at, @version)`,
    ),
    insertIdentifier: database.prepare<IdentifierRow>(
      `INSERT INTO identifiers (channel, value, account_id, position, verified_at, is_primary)
       VALUES (@channel, @value, @account_id, @position, @verified_at, @is_primary)`,
    ),
    update: database.prepare<AccountRow, AccountRow>(
      `UPDATE accounts SET attributes = @attributes, consents = @consents, status = @status, version = version + 1
       WHERE id = @id AND version = @version RETURNING *`,
    ),
    // The version rises here too: an update that read the former consents must not put them back.
    setConsents: database.prepare<{ id: string; consents: string }>(
      'UPDATE accounts SET consents = @consents, version = version + 1 WHERE id = @id',
    ),
  };
}
