import { z } from 'zod';
import { maskIdentifier } from '../../../domain/identifier.ts';
import { MESSAGE_STATES, type Message } from '../../../domain/message.ts';
import type { MessageFilter } from '../../../ports/store/outbox.ts';
import type { OutboxDesk } from '../../../services/messages/outbox-desk.ts';
import { identifierIn, oneIdentifierWith } from '../../api/schemas/one-identifier.ts';
import { moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { cursorOf, pageOf, pageQuery, positionOf } from './pages.ts';

interface Deps {
  readonly outboxDesk: OutboxDesk;
}

const shown = z
  .strictObject({
    id: z.string(),
    state: z.enum(MESSAGE_STATES).describe('`leased`: a worker has it just now.'),
    channel: z.enum(['email', 'sms']),
    to: z.string().describe('Masked.'),
    kind: z.enum(['code', 'notice', 'invitation']).describe('What it is about; its text is told to nobody.'),
    client_id: z.string(),
    locale: z.string(),
    decoy: z.boolean().describe('Never delivered: made for somebody who is not to be sent anything.'),
    tries: z.int(),
    outcome: z.string().nullable().describe('What the last try ended with, in the words of the server that was asked.'),
    created_at: moment,
    not_before: moment.describe('Not tried before, in milliseconds since the epoch.'),
    not_after: moment.describe('Of no use any more after this, in milliseconds since the epoch.'),
  })
  .meta({ id: 'Message' });

const shownAtHand = shown
  .extend({
    may_retry: z.boolean().describe('Whether `retry` would send it now.'),
    may_drop: z.boolean().describe('Whether `drop` would give it up now.'),
  })
  .meta({ id: 'MessageAtHand' });

const show = (message: Message): z.input<typeof shown> => ({
  id: message.id,
  state: message.state,
  channel: message.to.channel,
  to: maskIdentifier(message.to),
  kind: message.template,
  client_id: message.clientId,
  locale: message.locale,
  decoy: message.decoy,
  tries: message.tries,
  outcome: message.outcome,
  created_at: message.createdAt,
  not_before: message.notBefore,
  not_after: message.notAfter,
});

const narrowing = {
  state: z.enum(MESSAGE_STATES).optional().describe('Only messages in this state.'),
  channel: z.enum(['email', 'sms']).optional().describe('Only messages by this channel.'),
  client_id: z.string().min(1).max(256).optional().describe('Only messages of this client.'),
};

/** What a list of messages takes; the console reads its form by it, too. */
export const messageQuery = z.strictObject({ ...narrowing, ...pageQuery.shape });

/** The same for one recipient, who is named in the body: addresses of requests end up in logs. */
const recipientBody = oneIdentifierWith({
  ...narrowing,
  cursor: z.string().min(1).max(256).optional().describe('`next_cursor` of the page before.'),
  limit: z.int().min(1).max(100).default(50).describe('How many at most, up to 100.'),
});

export const messageFilter = ({
  state,
  channel,
  client_id,
}: Pick<z.output<typeof messageQuery>, 'state' | 'channel' | 'client_id'>): MessageFilter => ({
  ...(state === undefined ? {} : { state }),
  ...(channel === undefined ? {} : { channel }),
  ...(client_id === undefined ? {} : { clientId: client_id }),
});

const EXAMPLE: z.input<typeof shown> = {
  id: 'k3Zb9xW9pLr2Tn6VdKs8Yh',
  state: 'failed',
  channel: 'email',
  to: 'a•••@e•••.org',
  kind: 'code',
  client_id: 'demo',
  locale: 'en',
  decoy: false,
  tries: 4,
  outcome: '451 mailbox is busy',
  created_at: 1_763_640_000_000,
  not_before: 1_763_640_014_000,
  not_after: 1_763_640_300_000,
};
const params = { message_id: EXAMPLE.id };
const parameters = { message_id: 'The `id` of the message.' };
const UNKNOWN = 'There is no such message (any more)';
const page = { status: 200, description: 'A page of messages', schema: pageOf(shown) } as const;
const PAGE = { items: [EXAMPLE], next_cursor: null };
const KEPT =
  'Messages are kept as long as what they carry is of use, minutes for a code; the audit trail has what failed before.';

const listMessages = ({ outboxDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'listMessages',
    group: 'Messages',
    method: 'get',
    path: '/messages',
    summary: 'List messages',
    description: `What waits, went out or could not, newest first; all conditions hold at once. ${KEPT}`,
    scope: 'read',
    query: messageQuery,
    body: null,
    success: page,
    examples: [{ summary: 'The newest', body: null, answer: PAGE }],
    async handle({ query }) {
      const { messages, next } = await outboxDesk.list(messageFilter(query), positionOf(query.cursor), query.limit);
      return { items: messages.map(show), next_cursor: cursorOf(next) };
    },
  });

const findMessages = ({ outboxDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'findMessages',
    group: 'Messages',
    method: 'post',
    path: '/messages/find',
    summary: 'Find the messages to somebody',
    description: `To exactly this address or number, in whatever spelling, newest first. ${KEPT}`,
    scope: 'read',
    body: recipientBody,
    success: page,
    failures: { 422: 'This is no address and no number' },
    examples: [{ summary: 'To an address', body: { email: 'ada@example.org' }, answer: PAGE }],
    async handle({ body }) {
      const filter = { ...messageFilter(body), to: identifierIn(body) };
      const { messages, next } = await outboxDesk.list(filter, positionOf(body.cursor), body.limit);
      return { items: messages.map(show), next_cursor: cursorOf(next) };
    },
  });

const readMessage = ({ outboxDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'readMessage',
    group: 'Messages',
    method: 'get',
    path: '/messages/{message_id}',
    summary: 'Read a message',
    description: 'With what may be done with it now. Its text and its code are told to nobody.',
    scope: 'read',
    parameters,
    body: null,
    success: { status: 200, description: 'The message', schema: shownAtHand },
    failures: { 404: UNKNOWN },
    examples: [{ summary: 'By id', body: null, params, answer: { ...EXAMPLE, may_retry: true, may_drop: false } }],
    async handle({ params: { message_id = '' } }) {
      const { message, mayRetry, mayDrop } = await outboxDesk.find(message_id);
      return { ...show(message), may_retry: mayRetry, may_drop: mayDrop };
    },
  });

const retryMessage = ({ outboxDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'retryMessage',
    group: 'Messages',
    method: 'post',
    path: '/messages/{message_id}/retry',
    summary: 'Send a message now',
    description:
      'One that has failed or waits for a later try. What was accepted is never sent again, and a code that is expired, ' +
      'used or superseded is not sent any more: whoever needs one asks for a new one.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 200, description: 'It is due now', schema: shown },
    failures: { 404: UNKNOWN, 409: 'A worker has it just now, it is settled, or of no use any more' },
    examples: [{ summary: 'By id', body: null, params, answer: { ...EXAMPLE, state: 'queued' } }],
    handle: async ({ params: { message_id = '' }, actor }) => show(await outboxDesk.retry(message_id, actor)),
  });

const dropMessage = ({ outboxDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'dropMessage',
    group: 'Messages',
    method: 'post',
    path: '/messages/{message_id}/drop',
    summary: 'Give up a message',
    description: 'One that waits. It is never sent; the code it would have carried stays good for as long as it is.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 200, description: 'It is dropped', schema: shown },
    failures: { 404: UNKNOWN, 409: 'A worker has it just now, or it is settled' },
    examples: [{ summary: 'By id', body: null, params, answer: { ...EXAMPLE, state: 'dropped' } }],
    handle: async ({ params: { message_id = '' }, actor }) => show(await outboxDesk.drop(message_id, actor)),
  });

/** What waits to be delivered, went out, or could not. */
export const messageOperations = (deps: Deps): AdminOperation[] =>
  [listMessages, findMessages, readMessage, retryMessage, dropMessage].map((operation) => operation(deps));
