import { type Identifier, maskIdentifier } from '../../../domain/identifier.ts';
import { MESSAGE_STATES, type Message } from '../../../domain/message.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { FieldValues, ListWays, PostedWays } from '../../../ports/views/admin-forms.ts';
import type { ShownMessage } from '../../../ports/views/admin-messages.ts';
import type { OutboxDesk } from '../../../services/messages/outbox-desk.ts';
import { seeOther } from '../../signin/routes.ts';
import { messageFilter, messageQuery } from '../api/messages.ts';
import { cursorOf, positionOf } from '../api/pages.ts';
import { clientPath } from './client-pages.ts';
import { attendConfirmation } from './confirmation.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { listWays, PAGE_SIZE } from './lists.ts';
import { attendSearch, type SearchRefusal } from './private-search.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly outboxDesk: OutboxDesk;
}

const MESSAGES = '/admin/messages';

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

function attendList(desk: ConsoleDesk, deps: Deps): void {
  attendSearch(desk, {
    path: MESSAGES,
    conditions: ['state', 'channel', 'client'],
    whom: 'to',
    notUnderstood: 'This is no whole address and no number with a country code.',
    isTelling: () => true,
    async show(here, asked, refusal) {
      const { cursor } = here.query;
      // Messages to anybody would be taken for those to somebody.
      const { messages, next } = refusal === null ? await found(deps, asked, null, cursor) : NOTHING;
      const ways = listWays(MESSAGES, asked, cursor, next);
      showList(desk, here, { asked, messages, ways, refusal });
    },
    async answer(here, asked) {
      const { cursor } = here.fields;
      const { messages, next } = await found(deps, asked, parseIdentifier(asked.to, null), cursor);
      const ways = { form: here.form(MESSAGES), fields: asked, isFirst: cursor === undefined, cursor: next };
      showList(desk, here, { asked, messages, ways, refusal: null });
    },
  });
}

interface FoundMessages {
  readonly messages: readonly Message[];
  /** Where the next page begins; null on the last one. */
  readonly next: string | null;
}

const NOTHING: FoundMessages = { messages: [], next: null };

/** What meets the conditions; of those, what is not known is not asked for. */
async function found(
  { outboxDesk }: Deps,
  { state, channel, client }: FieldValues,
  to: Identifier | null,
  cursor: string | undefined,
): Promise<FoundMessages> {
  const checked = messageQuery.safeParse({ state, channel, client_id: client });
  const filter = { ...(checked.success ? messageFilter(checked.data) : {}), ...(to === null ? {} : { to }) };
  const { messages, next } = await outboxDesk.list(filter, positionOf(cursor), PAGE_SIZE);
  return { messages, next: cursorOf(next) };
}

function showList(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  shownList: {
    readonly asked: FieldValues;
    readonly messages: readonly Message[];
    readonly ways: ListWays | PostedWays;
    readonly refusal: SearchRefusal | null;
  },
): void {
  const { asked, messages, ways, refusal } = shownList;
  const model = {
    messages: messages.map(shown),
    find: here.form(MESSAGES),
    filter: asked,
    states: MESSAGE_STATES,
    refusal: refusal?.text ?? null,
    ways,
  };
  desk.render(here, 'messages/list', model, { active: 'messages', problem: refusal?.problem ?? null });
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
