import type { Message, MessageState, Notice } from '../../../domain/message.ts';
import {
  declared,
  flag,
  LEFT_BEHIND_SECONDS,
  moment,
  momentOrNull,
  nested,
  oneWordOf,
  text,
  textOrNull,
  whole,
} from './declared.ts';

type Moments = 'createdAt' | 'notBefore' | 'notAfter' | 'leasedUntil';

/** A message as it lies in `outbox`. */
export interface MessageDocument extends Omit<Message, 'id' | Moments> {
  readonly _id: string;
  readonly createdAt: Date;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly leasedUntil: Date | null;
  /**
   * When somebody may take the message next: its `notBefore` while queued, the end of the lease while leased, null once
   * it is settled. So one narrow index answers both what is due and how much still waits.
   */
  readonly dueAt: Date | null;
  /** Messages that were queued with this one, as long as they have no documents of their own (message-batches.ts). */
  readonly carried?: readonly MessageDocument[];
}

const fields = {
  _id: text,
  challengeId: textOrNull,
  template: text,
  notice: { type: nested({ kind: text, identifier: String, heldUntil: Number }), default: null },
  to: { type: nested({ channel: text, value: text }), required: true },
  clientId: text,
  locale: text,
  decoy: flag,
  state: oneWordOf('queued', 'leased', 'accepted', 'failed', 'dropped'),
  tries: whole,
  createdAt: moment,
  notBefore: moment,
  notAfter: moment,
  leasedBy: textOrNull,
  leasedUntil: momentOrNull,
  outcome: textOrNull,
  dueAt: momentOrNull,
};

/** The fields of a message inside the challenge that it belongs to. */
export const nestedMessage = nested(fields);

export const messageSchema = declared<MessageDocument>('outbox', {
  ...fields,
  carried: { type: [nestedMessage], default: undefined },
});

// Due messages in the order of their age: the sort is the index's own, and what is not due is passed over in the keys.
messageSchema.index(
  { createdAt: 1, _id: 1, dueAt: 1 },
  { name: 'waiting', partialFilterExpression: { dueAt: { $gte: new Date(0) } } },
);
messageSchema.index({ createdAt: -1, _id: -1 }, { name: 'newest' });
messageSchema.index({ 'to.value': 1, createdAt: -1, _id: -1 }, { name: 'to' });
messageSchema.index(
  { state: 1, createdAt: -1, _id: -1 },
  { name: 'failed', partialFilterExpression: { state: 'failed' } },
);
messageSchema.index({ notAfter: 1 }, { name: 'messageEnd', expireAfterSeconds: LEFT_BEHIND_SECONDS });

export const toMessageDocument = ({ id, ...message }: Message): MessageDocument => ({
  ...message,
  _id: id,
  createdAt: new Date(message.createdAt),
  notBefore: new Date(message.notBefore),
  notAfter: new Date(message.notAfter),
  leasedUntil: message.leasedUntil === null ? null : new Date(message.leasedUntil),
  dueAt: dueAt(message),
});

function dueAt({ state, notBefore, leasedUntil }: Omit<Message, 'id'>): Date | null {
  const at: Partial<Record<MessageState, number | null>> = { queued: notBefore, leased: leasedUntil };
  const due = at[state] ?? null;
  return due === null ? null : new Date(due);
}

export const toMessage = (stored: MessageDocument): Message => ({
  id: stored._id,
  challengeId: stored.challengeId,
  template: stored.template,
  notice: toNotice(stored),
  to: { channel: stored.to.channel, value: stored.to.value },
  clientId: stored.clientId,
  locale: stored.locale,
  decoy: stored.decoy,
  state: stored.state,
  tries: stored.tries,
  createdAt: stored.createdAt.getTime(),
  notBefore: stored.notBefore.getTime(),
  notAfter: stored.notAfter.getTime(),
  leasedBy: stored.leasedBy,
  leasedUntil: stored.leasedUntil?.getTime() ?? null,
  outcome: stored.outcome,
});

/** A message that a node of the version before wrote lacks the field. */
const toNotice = ({ notice }: Partial<MessageDocument>): Notice | null =>
  notice
    ? {
        kind: notice.kind,
        identifier: notice.identifier,
        ...(notice.heldUntil === undefined ? {} : { heldUntil: notice.heldUntil }),
      }
    : null;
