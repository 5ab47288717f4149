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
  extends Omit<Challenge, 'id' | 'nextSendAt' | 'createdAt' | 'expiresAt' | 'intent' | 'content'> {
  readonly _id: string;
  readonly nextSendAt: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Its place among those of its slot and its interaction: greater is newer, whatever the nodes' clocks say (R-83). */
  readonly order: number;
  readonly outgoing: readonly Outgoing[];
  /** JSON: what a client has said is nobody's schema, and `$set` in it is a name like any other. */
  readonly intent: string | null;
  readonly content: string | null;
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
  attempts: whole,
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
  intent: textOrNull,
  content: textOrNull,
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
  { id, ...challenge }: Challenge,
  order: number,
  outgoing: readonly Outgoing[],
): ChallengeDocument => ({
  ...challenge,
  _id: id,
  nextSendAt: new Date(challenge.nextSendAt),
  createdAt: new Date(challenge.createdAt),
  expiresAt: new Date(challenge.expiresAt),
  order,
  outgoing,
  intent: challenge.intent === null ? null : JSON.stringify(challenge.intent),
  content: challenge.content === null ? null : JSON.stringify(challenge.content),
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
  attempts: stored.attempts,
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
  ...sinceBackends(stored),
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

/** The same, of what they have since backends draw their own forms. */
const sinceBackends = ({
  intent = null,
  content = null,
}: Partial<ChallengeDocument>): Pick<Challenge, 'intent' | 'content'> => ({
  intent: intent === null ? null : (JSON.parse(intent) as Challenge['intent']),
  content: content === null ? null : (JSON.parse(content) as Challenge['content']),
});
