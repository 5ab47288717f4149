import type { Challenge } from '../../../domain/challenge.ts';
import { declared, flag, LEFT_BEHIND_SECONDS, moment, nested, oneWordOf, text, textOrNull, whole } from './declared.ts';
import { type MessageDocument, nestedMessage } from './message.ts';

/** A message on its way from the challenge it was written with into the outbox. */
export interface Outgoing {
  /** The message's id. */
  readonly _id: string;
  /** When somebody else has to look after it, because whoever wrote it seems to have died. */
  readonly relayAt: Date;
  readonly message: MessageDocument;
}

/** A challenge as it lies in `challenges`. */
export interface ChallengeDocument
  extends Omit<Challenge, 'id' | 'attempts' | 'nextSendAt' | 'createdAt' | 'expiresAt'> {
  readonly _id: string;
  /** Instead of those that were made: so one comparison tells whether there is one left, and nothing need be read first. */
  readonly attemptsLeft: number;
  readonly nextSendAt: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Its place among those of its slot and its interaction: greater is newer, whatever the nodes' clocks say (R-83). */
  readonly order: number;
  readonly outgoing: readonly Outgoing[];
}

export const challengeSchema = declared<ChallengeDocument>('challenges', {
  _id: text,
  nonce: text,
  pepperId: text,
  purpose: text,
  identifier: { type: nested({ channel: text, value: text }), required: true },
  askedAs: { type: nested({ channel: text, value: text }), default: null },
  accountId: textOrNull,
  clientId: text,
  askedFrom: textOrNull,
  interactionId: textOrNull,
  slot: text,
  shape: { type: nested({ alphabet: text, length: whole }), required: true },
  proof: oneWordOf('code', 'link', 'both'),
  attemptsLeft: { ...whole, min: 0 },
  maxAttempts: whole,
  sends: whole,
  maxSends: whole,
  nextSendAt: moment,
  createdAt: moment,
  expiresAt: moment,
  state: oneWordOf('open', 'proven', 'superseded'),
  undelivered: flag,
  decoy: flag,
  locale: text,
  order: whole,
  outgoing: [nested({ _id: text, relayAt: moment, message: { type: nestedMessage, required: true } })],
});

challengeSchema.index({ slot: 1, expiresAt: 1 }, { name: 'openInSlot', partialFilterExpression: { state: 'open' } });
challengeSchema.index(
  { interactionId: 1, order: -1, _id: -1 },
  { name: 'interaction', partialFilterExpression: { interactionId: { $gt: '' } } },
);
challengeSchema.index(
  { 'outgoing.relayAt': 1 },
  { name: 'outgoing', partialFilterExpression: { 'outgoing.relayAt': { $gte: new Date(0) } } },
);
challengeSchema.index({ expiresAt: 1 }, { name: 'challengeEnd', expireAfterSeconds: LEFT_BEHIND_SECONDS });

export const toChallengeDocument = (
  { id, attempts, ...challenge }: Challenge,
  order: number,
  outgoing: readonly Outgoing[],
): ChallengeDocument => ({
  ...challenge,
  _id: id,
  attemptsLeft: challenge.maxAttempts - attempts,
  nextSendAt: new Date(challenge.nextSendAt),
  createdAt: new Date(challenge.createdAt),
  expiresAt: new Date(challenge.expiresAt),
  order,
  outgoing,
});

export const toChallenge = (stored: ChallengeDocument): Challenge => ({
  id: stored._id,
  nonce: stored.nonce,
  pepperId: stored.pepperId,
  purpose: stored.purpose,
  identifier: { channel: stored.identifier.channel, value: stored.identifier.value },
  ...sinceSecondFactor(stored),
  clientId: stored.clientId,
  interactionId: stored.interactionId,
  slot: stored.slot,
  shape: { alphabet: stored.shape.alphabet, length: stored.shape.length },
  attempts: stored.maxAttempts - stored.attemptsLeft,
  maxAttempts: stored.maxAttempts,
  sends: stored.sends,
  maxSends: stored.maxSends,
  nextSendAt: stored.nextSendAt.getTime(),
  createdAt: stored.createdAt.getTime(),
  expiresAt: stored.expiresAt.getTime(),
  state: stored.state,
  undelivered: stored.undelivered,
  decoy: stored.decoy,
  locale: stored.locale,
});

/** What challenges have since there are second factors; one that a node of the version before wrote lacks it. */
const sinceSecondFactor = (
  stored: Partial<ChallengeDocument>,
): Pick<Challenge, 'askedAs' | 'accountId' | 'askedFrom' | 'proof'> => ({
  askedAs: stored.askedAs ? { channel: stored.askedAs.channel, value: stored.askedAs.value } : null,
  accountId: stored.accountId ?? null,
  askedFrom: stored.askedFrom ?? null,
  proof: stored.proof ?? 'code',
});
