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

CREATE TABLE administrators (
  email TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  account_id TEXT NOT NULL,
  invited_at INTEGER NOT NULL,
  invited_by TEXT NOT NULL,
  accepted_at INTEGER,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX administrators_role ON administrators (role, email);

CREATE INDEX events_account_type ON events (account_id, type, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX events_client_type ON events (client_id, type, at, id) WHERE client_id IS NOT NULL;
CREATE INDEX events_actor_type ON events (actor, type, at, id) WHERE actor IS NOT NULL;
CREATE INDEX events_actor_account ON events (actor, account_id, at, id) WHERE actor IS NOT NULL;
CREATE INDEX events_actor_client ON events (actor, client_id, at, id) WHERE actor IS NOT NULL;
CREATE INDEX events_account_client ON events (account_id, client_id, at, id)
  WHERE account_id IS NOT NULL AND client_id IS NOT NULL;

CREATE TABLE tallies (
  dimension TEXT NOT NULL CHECK (dimension IN ('all', 'channel', 'country', 'client')),
  day INTEGER NOT NULL,
  metric TEXT NOT NULL,
  value TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (dimension, day, metric, value)
) STRICT, WITHOUT ROWID;

-- The functions are those of functions.ts.
ALTER TABLE identifiers ADD COLUMN masked TEXT NOT NULL DEFAULT '';
UPDATE identifiers SET masked = masked_identifier(channel, value);
CREATE INDEX identifiers_masked ON identifiers (masked, account_id);
ALTER TABLE clients ADD COLUMN needle TEXT NOT NULL DEFAULT '';
UPDATE clients SET needle = client_needle(document);
CREATE INDEX clients_needle ON clients (id, needle)`;
