/** Administrators, resources, counts for charts, and who changed what in the audit trail. */
export const schema = `
ALTER TABLE events ADD COLUMN actor TEXT;
ALTER TABLE events ADD COLUMN object TEXT;
ALTER TABLE events ADD COLUMN changes TEXT;
CREATE INDEX events_actor ON events (actor, at, id) WHERE actor IS NOT NULL;

UPDATE clients SET document = json_set(
  document,
  '$.lifetimes', json('{"accessTokenSeconds":null,"idTokenSeconds":null,"refreshTokenSeconds":null,"refreshTokenAbsoluteSeconds":null}'),
  '$.claims', json('{}'),
  '$.branding', json('{"accent":null,"texts":{}}'),
  '$.registrationTokenHash', NULL
);

CREATE TABLE resources (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_newest ON outbox (created_at, id);
CREATE INDEX outbox_failed ON outbox (created_at, id) WHERE state = 'failed';
CREATE INDEX outbox_to ON outbox (identifier, created_at, id);

CREATE TABLE administrators (
  email TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  account_id TEXT NOT NULL,
  invited_at INTEGER NOT NULL,
  invited_by TEXT NOT NULL,
-- What was active signs on; keys in other states were never made.
ALTER TABLE signing_keys RENAME TO former_keys;
DROP INDEX signing_keys_active;
CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,
  alg TEXT NOT NULL,
  generation INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  noted TEXT NOT NULL CHECK (noted IN ('next', 'active', 'retiring', 'removed')),
  created_at INTEGER NOT NULL,
  active_from INTEGER NOT NULL,
  replaces_leaked INTEGER NOT NULL,
  withdrawn_at INTEGER,
  UNIQUE (alg, generation)
) STRICT, WITHOUT ROWID;
INSERT INTO signing_keys
  SELECT id, alg, 1, sealed, 'active', created_at, created_at, 0, NULL FROM former_keys WHERE state = 'active';
DROP TABLE former_keys;

  accepted_at INTEGER,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;
