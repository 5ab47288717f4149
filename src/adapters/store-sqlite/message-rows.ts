import type { Channel } from '../../domain/identifier.ts';
import type { Message, MessageState, MessageTemplate, Notice } from '../../domain/message.ts';

/** A message as it lies in `outbox`. */
export interface MessageRow {
  readonly id: string;
  readonly challenge_id: string | null;
  readonly template: MessageTemplate;
  readonly notice: string | null;
  readonly channel: Channel;
  readonly identifier: string;
  readonly client_id: string;
  readonly locale: string;
  readonly decoy: number;
  readonly state: MessageState;
  readonly tries: number;
  readonly created_at: number;
  readonly not_before: number;
  readonly not_after: number;
  readonly leased_by: string | null;
  readonly leased_until: number | null;
  readonly outcome: string | null;
  readonly due_at: number | null;
}

export const toMessageRow = (message: Message): MessageRow => ({
  id: message.id,
  challenge_id: message.challengeId,
  template: message.template,
  notice: message.notice === null ? null : JSON.stringify(message.notice),
  channel: message.to.channel,
  identifier: message.to.value,
  client_id: message.clientId,
  locale: message.locale,
  decoy: Number(message.decoy),
  state: message.state,
  tries: message.tries,
  created_at: message.createdAt,
  not_before: message.notBefore,
  not_after: message.notAfter,
  leased_by: message.leasedBy,
  leased_until: message.leasedUntil,
  outcome: message.outcome,
  due_at: dueAt(message),
});

/** When somebody may take the message next: what the column `due_at` holds. */
function dueAt({ state, notBefore, leasedUntil }: Message): number | null {
  if (state === 'queued') return notBefore;
  return state === 'leased' ? leasedUntil : null;
}

export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  challengeId: row.challenge_id,
  template: row.template,
  notice: row.notice === null ? null : (JSON.parse(row.notice) as Notice),
  to: { channel: row.channel, value: row.identifier },
  clientId: row.client_id,
  locale: row.locale,
  decoy: row.decoy === 1,
  state: row.state,
  tries: row.tries,
  createdAt: row.created_at,
  notBefore: row.not_before,
  notAfter: row.not_after,
  leasedBy: row.leased_by,
  leasedUntil: row.leased_until,
  outcome: row.outcome,
});
