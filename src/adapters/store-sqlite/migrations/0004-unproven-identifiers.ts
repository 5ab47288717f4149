/** An identifier that an application has named and nobody has proven: `verified_at` is null until somebody has. */
export const schema = `
CREATE TABLE identifiers_new (
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  verified_at INTEGER,
  is_primary INTEGER NOT NULL,
  PRIMARY KEY (channel, value)
) STRICT, WITHOUT ROWID;
INSERT INTO identifiers_new SELECT channel, value, account_id, position, verified_at, is_primary FROM identifiers;
DROP TABLE identifiers;
ALTER TABLE identifiers_new RENAME TO identifiers;
CREATE INDEX identifiers_account ON identifiers (account_id, position)`;
