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
CREATE INDEX outbox_newest ON outbox (created_at, id);
CREATE INDEX outbox_failed ON outbox (created_at, id) WHERE state = 'failed';
CREATE INDEX outbox_to ON outbox (identifier, created_at, id);

CREATE TABLE administrators (
  email TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  account_id TEXT NOT NULL,
  invited_at INTEGER NOT NULL,
  invited_by TEXT NOT NULL,
  accepted_at INTEGER,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;
