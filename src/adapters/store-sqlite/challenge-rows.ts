import type { Challenge, ChallengeState, ProofKind, Purpose } from '../../domain/challenge.ts';
import type { Channel } from '../../domain/identifier.ts';

/** A row of `challenges` as SQLite answers it, without its `seq`. */
export interface ChallengeRow {
  readonly id: string;
  readonly nonce: string;
  readonly pepper_id: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly identifier: string;
  readonly asked_channel: Channel | null;
  readonly asked_identifier: string | null;
  readonly account_id: string | null;
  readonly client_id: string;
  readonly asked_from: string | null;
  readonly interaction_id: string | null;
  readonly slot: string;
  readonly code_alphabet: string;
  readonly code_length: number;
  readonly proof: ProofKind;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly sends: number;
  readonly max_sends: number;
  readonly next_send_at: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly state: ChallengeState;
  readonly undelivered: number;
  readonly decoy: number;
  readonly locale: string;
  /** JSON. */
  readonly intent: string | null;
  readonly content: string | null;
}

export const insertChallenge = `INSERT INTO challenges (
  id, nonce, pepper_id, purpose, channel, identifier, asked_channel, asked_identifier, account_id, client_id,
  asked_from, interaction_id, slot, code_alphabet, code_length, proof, attempts, max_attempts, sends, max_sends, next_send_at,
  created_at, expires_at, state, undelivered, decoy, locale, intent, content
) VALUES (
  @id, @nonce, @pepper_id, @purpose, @channel, @identifier, @asked_channel, @asked_identifier, @account_id, @client_id,
  @asked_from, @interaction_id, @slot, @code_alphabet, @code_length, @proof, @attempts, @max_attempts, @sends, @max_sends, @next_send_at,
  @created_at, @expires_at, @state, @undelivered, @decoy, @locale, @intent, @content
)`;

export const toChallengeRow = (challenge: Challenge): ChallengeRow => ({
  id: challenge.id,
  nonce: challenge.nonce,
  pepper_id: challenge.pepperId,
  purpose: challenge.purpose,
  channel: challenge.identifier.channel,
  identifier: challenge.identifier.value,
  asked_channel: challenge.askedAs?.channel ?? null,
  asked_identifier: challenge.askedAs?.value ?? null,
  account_id: challenge.accountId,
  client_id: challenge.clientId,
  asked_from: challenge.askedFrom,
  interaction_id: challenge.interactionId,
  slot: challenge.slot,
  code_alphabet: challenge.shape.alphabet,
  code_length: challenge.shape.length,
  proof: challenge.proof,
  attempts: challenge.attempts,
  max_attempts: challenge.maxAttempts,
  sends: challenge.sends,
  max_sends: challenge.maxSends,
  next_send_at: challenge.nextSendAt,
  created_at: challenge.createdAt,
  expires_at: challenge.expiresAt,
  state: challenge.state,
  undelivered: Number(challenge.undelivered),
  decoy: Number(challenge.decoy),
  locale: challenge.locale,
  intent: challenge.intent === null ? null : JSON.stringify(challenge.intent),
  content: challenge.content === null ? null : JSON.stringify(challenge.content),
});

export const toChallenge = (row: ChallengeRow): Challenge => ({
  id: row.id,
  nonce: row.nonce,
  pepperId: row.pepper_id,
  purpose: row.purpose,
  identifier: { channel: row.channel, value: row.identifier },
  askedAs: askedAs(row),
  accountId: row.account_id,
  clientId: row.client_id,
  askedFrom: row.asked_from,
  interactionId: row.interaction_id,
  slot: row.slot,
  shape: { alphabet: row.code_alphabet, length: row.code_length },
  proof: row.proof,
  attempts: row.attempts,
  maxAttempts: row.max_attempts,
  sends: row.sends,
  maxSends: row.max_sends,
  nextSendAt: row.next_send_at,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  state: row.state,
  undelivered: row.undelivered === 1,
  decoy: row.decoy === 1,
  locale: row.locale,
  intent: row.intent === null ? null : (JSON.parse(row.intent) as Challenge['intent']),
  content: row.content === null ? null : (JSON.parse(row.content) as Challenge['content']),
});

const askedAs = ({ asked_channel: channel, asked_identifier: value }: ChallengeRow): Challenge['askedAs'] =>
  channel === null || value === null ? null : { channel, value };
