import { isProblem, Problem } from '../../../domain/errors.ts';
import { maskIdentifier } from '../../../domain/identifier.ts';
import { MESSAGE_STATES, type Message } from '../../../domain/message.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { FieldValues } from '../../../ports/views/admin-forms.ts';
import type { ShownMessage } from '../../../ports/views/admin-messages.ts';
import type { OutboxDesk } from '../../../services/outbox-desk.ts';
import { seeOther } from '../../signin/routes.ts';
import { messageFilter, messageQuery } from '../messages.ts';
import { cursorOf, positionOf } from '../pages.ts';
import { clientPath } from './client-pages.ts';
import { attendConfirmation } from './confirmation.ts';
import type { ConsoleDesk } from './desk.ts';
import { listWays, PAGE_SIZE } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly outboxDesk: OutboxDesk;
}

const MESSAGES = '/admin/messages';
const NO_RECIPIENT = 'This is no whole address and no number with a country code.';

const messagePath = (id: string): string => `${MESSAGES}/${encodeURIComponent(id)}`;

const iso = (at: number): string => new Date(at).toISOString();

const shown = (message: Message): ShownMessage => ({
  id: message.id,
  href: messagePath(message.id),
  state: message.state,
  channel: message.to.channel,
  to: maskIdentifier(message.to),
  kind: message.template,
  client: { label: message.clientId, href: clientPath(message.clientId) },
  decoy: message.decoy,
  tries: message.tries,
  outcome: message.outcome,
  createdAt: iso(message.createdAt),
  notBefore: iso(message.notBefore),
  notAfter: iso(message.notAfter),
});

/** What waits, went out or could not; sent once more, or given up. */
export const messageChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    attendList(desk, deps);
    attendOne(desk, deps);
    attendRetry(desk, deps);
    attendDrop(desk, deps);
  };

/** What a filter asks for; what it does not know is not asked for. */
function asked(query: Readonly<Record<string, string | undefined>>): { values: FieldValues; refusal: string | null } {
  const given = ['state', 'channel', 'client', 'to'].map((name) => [name, (query[name] ?? '').trim()] as const);
  const values: FieldValues = Object.fromEntries(given.filter(([, value]) => value !== '' && value.length <= 320));
  try {
    if (values.to !== undefined) parseIdentifier(values.to, null);
    return { values, refusal: null };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { values, refusal: NO_RECIPIENT };
  }
}

function attendList(desk: ConsoleDesk, { outboxDesk }: Deps): void {
  desk.page(MESSAGES, 'read', async (here) => {
    const { values, refusal } = asked(here.query);
    const { state, channel, client, to } = values;
    const checked = messageQuery.safeParse({ state, channel, client_id: client });
    const filter = {
      ...(checked.success ? messageFilter(checked.data) : {}),
      ...(to === undefined || refusal !== null ? {} : { to: parseIdentifier(to, null) }),
    };
    const { messages, next } =
      refusal === null
        ? await outboxDesk.list(filter, positionOf(here.query.cursor), PAGE_SIZE)
        : { messages: [], next: null };
    const model = {
      messages: messages.map(shown),
      filter: values,
      states: MESSAGE_STATES,
      refusal,
      ways: listWays(MESSAGES, values, here.query.cursor, cursorOf(next)),
    };
    const problem = refusal === null ? null : new Problem('identifier_invalid');
    desk.render(here, 'messages/list', model, { active: 'messages', problem });
  });
}

function attendOne(desk: ConsoleDesk, { outboxDesk }: Deps): void {
  desk.page(`${MESSAGES}/:id`, 'read', async (here) => {
    const { message, mayRetry, mayDrop } = await outboxDesk.find(here.params.id ?? '');
    const may = here.may('write');
    const model = {
      message: shown(message),
      retryHref: may && mayRetry ? `${messagePath(message.id)}/retry` : null,
      dropHref: may && mayDrop ? `${messagePath(message.id)}/drop` : null,
      done: here.query.done ?? null,
    };
    desk.render(here, 'messages/one', model, { active: 'messages' });
  });
}

const REFUSALS = {
  message_in_work: 'A worker has this message just now. Look again in a moment.',
  message_settled: 'What became of this message is settled meanwhile.',
  message_worthless: 'What it carries is expired, used or superseded: nobody needs it any more.',
} as const;

const backTo = (message: Message) => ({ href: messagePath(message.id), label: 'The message' });

function attendRetry(desk: ConsoleDesk, { outboxDesk }: Deps): void {
  attendConfirmation(desk, `${MESSAGES}/:id/retry`, {
    need: 'write',
    active: 'messages',
    async ask({ params }) {
      const { message } = await outboxDesk.find(params.id ?? '');
      return {
        title: 'Send this message now?',
        lead: `To ${maskIdentifier(message.to)}.`,
        consequences: [
          'It carries the same code or link as before, which stays good for as long as it was.',
          'Where the last try did reach its recipient, they get it twice.',
        ],
        submit: 'Send it now',
        dangerous: false,
        back: backTo(message),
      };
    },
    async act({ ctx, params, actor }) {
      const { id } = await outboxDesk.retry(params.id ?? '', actor);
      seeOther(ctx, `${messagePath(id)}?done=retried`);
    },
    refusals: REFUSALS,
  });
}

function attendDrop(desk: ConsoleDesk, { outboxDesk }: Deps): void {
  attendConfirmation(desk, `${MESSAGES}/:id/drop`, {
    need: 'write',
    active: 'messages',
    async ask({ params }) {
      const { message } = await outboxDesk.find(params.id ?? '');
      return {
        title: 'Give up this message?',
        lead: `To ${maskIdentifier(message.to)}.`,
        consequences: [
          'It is never sent. Whoever waits for a code has to ask for a new one.',
          'This cannot be taken back.',
        ],
        submit: 'Give it up',
        dangerous: true,
        back: backTo(message),
      };
    },
    async act({ ctx, params, actor }) {
      const { id } = await outboxDesk.drop(params.id ?? '', actor);
      seeOther(ctx, `${messagePath(id)}?done=dropped`);
    },
    refusals: REFUSALS,
  });
}
