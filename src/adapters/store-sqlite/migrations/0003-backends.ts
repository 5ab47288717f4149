/** What backends need that draw their own forms. A client of schema 2 may do nothing over the API, and goes on as it was. */
export const schema = `
-- JSON, null for challenges of a browser.
ALTER TABLE challenges ADD COLUMN intent TEXT;
ALTER TABLE challenges ADD COLUMN content TEXT;

UPDATE clients SET document = json_set(
  document,
  '$.permissions', json('[]'),
  '$.resources', json('[]'),
  '$.accessTokenFormat', 'opaque',
  '$.backchannelLogoutUri', NULL,
  '$.organizations', 'none'
)`;
