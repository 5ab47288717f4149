/** What backends need that draw their own forms. A client of schema 2 may do nothing over the API, and goes on as it was. */
export const schema = `
-- JSON, null for challenges of a browser.
ALTER TABLE challenges ADD COLUMN intent TEXT;
ALTER TABLE challenges ADD COLUMN content TEXT;

CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- roles is JSON.
CREATE TABLE members (
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL,
  roles TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_account ON members (account_id, organization_id);

UPDATE clients SET document = json_set(
  document,
  '$.permissions', json('[]'),
  '$.resources', json('[]'),
  '$.accessTokenFormat', 'opaque',
  '$.backchannelLogoutUri', NULL,
  '$.organizations', 'none'
)`;
