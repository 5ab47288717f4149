/** What backends need that draw their own forms. A client of schema 2 may do nothing over the API, and goes on as it was. */
export const schema = `
UPDATE clients SET document = json_set(
  document,
  '$.permissions', json('[]'),
  '$.resources', json('[]'),
  '$.accessTokenFormat', 'opaque',
  '$.backchannelLogoutUri', NULL,
  '$.organizations', 'none'
)`;
