/**
 * What phones, links, second factors and notices need. Challenges and clients of schema 1 know codes only, so that is
 * what the old ones go on with; everything else takes the default of a new record.
 */
export const schema = `
ALTER TABLE challenges ADD COLUMN asked_channel TEXT;
ALTER TABLE challenges ADD COLUMN asked_identifier TEXT;
ALTER TABLE challenges ADD COLUMN account_id TEXT;
ALTER TABLE challenges ADD COLUMN asked_from TEXT;
ALTER TABLE challenges ADD COLUMN proof TEXT NOT NULL DEFAULT 'code' CHECK (proof IN ('code', 'link', 'both'));

-- JSON, null for messages that carry a code.
ALTER TABLE outbox ADD COLUMN notice TEXT;

-- JSON.
ALTER TABLE accounts ADD COLUMN devices TEXT NOT NULL DEFAULT '[]';
-- JSON, null when nothing is held.
ALTER TABLE accounts ADD COLUMN held TEXT;

UPDATE clients SET document = json_set(
  document,
  '$.channels', json('["email","sms"]'),
  '$.mailProof', 'code',
  '$.secondFactor', 'when-asked',
  '$.rememberDevices', json('false'),
  '$.smsText', NULL
)`;
