/**
 * The first schema. All times are milliseconds since the epoch, booleans are 0 and 1. Tables that are read newest first
 * or hold long rows keep a `seq`, which also breaks ties between rows of the same millisecond; indexes are partial
 * where most rows have nothing to be found by.
 */
export const schema = `
CREATE TABLE challenges (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  nonce TEXT NOT NULL,
  pepper_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  identifier TEXT NOT NULL,
  client_id TEXT NOT NULL,
  interaction_id TEXT,
  slot TEXT NOT NULL,
  code_alphabet TEXT NOT NULL,
  code_length INTEGER NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts BETWEEN 0 AND max_attempts),
  max_attempts INTEGER NOT NULL,
  sends INTEGER NOT NULL,
  max_sends INTEGER NOT NULL,
  next_send_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'proven', 'superseded')),
  undelivered INTEGER NOT NULL,
  decoy INTEGER NOT NULL,
  locale TEXT NOT NULL
) STRICT;
CREATE INDEX challenges_open_slot ON challenges (slot, created_at) WHERE state = 'open';
CREATE INDEX challenges_interaction ON challenges (interaction_id, created_at) WHERE interaction_id IS NOT NULL;
CREATE INDEX challenges_expiry ON challenges (expires_at);

CREATE TABLE budgets (
  key TEXT PRIMARY KEY,
  spent INTEGER NOT NULL CHECK (spent >= 0),
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX budgets_end ON budgets (ends_at);

-- due_at is when somebody may take the message next: its not_before while queued, the end of the lease while leased,
-- null once it is settled. So one narrow index answers both what is due and how much still waits.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  challenge_id TEXT,
  template TEXT NOT NULL,
  channel TEXT NOT NULL,
  identifier TEXT NOT NULL,
  client_id TEXT NOT NULL,
  locale TEXT NOT NULL,
  decoy INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'accepted', 'failed', 'dropped')),
  tries INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  leased_by TEXT,
  leased_until INTEGER,
  outcome TEXT,
  due_at INTEGER,
  CHECK ((due_at IS NULL) = (state NOT IN ('queued', 'leased')))
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at, created_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_end ON outbox (not_after);

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  attributes TEXT NOT NULL,
  consents TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identifiers (
  channel TEXT NOT NULL,
  value TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  verified_at INTEGER NOT NULL,
  is_primary INTEGER NOT NULL,
  PRIMARY KEY (channel, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_account ON identifiers (account_id, position);

CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
  seq INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  id TEXT NOT NULL,
  payload TEXT NOT NULL,
  grant_id TEXT,
  account_id TEXT,
  client_id TEXT,
  uid TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  consumed_at INTEGER,
  successor TEXT,
  UNIQUE (id, model)
) STRICT;
CREATE INDEX artifacts_grant ON artifacts (grant_id, model) WHERE grant_id IS NOT NULL;
CREATE INDEX artifacts_account ON artifacts (account_id, model, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX artifacts_uid ON artifacts (uid, model, created_at) WHERE uid IS NOT NULL;
CREATE INDEX artifacts_expiry ON artifacts (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,
  alg TEXT NOT NULL,
  sealed TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retiring')),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (alg) WHERE state = 'active';

CREATE TABLE events (
  at INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  account_id TEXT,
  client_id TEXT,
  identifier TEXT,
  network TEXT,
  request_id TEXT,
  reason TEXT,
  PRIMARY KEY (at, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_type ON events (type, at, id);
CREATE INDEX events_account ON events (account_id, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX events_client ON events (client_id, at, id) WHERE client_id IS NOT NULL;

-- One row that a health check rewrites: only a write can tell whether a write succeeds.
CREATE TABLE heartbeat (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  beats INTEGER NOT NULL
) STRICT;
INSERT INTO heartbeat (id, beats) VALUES (1, 0)`;
