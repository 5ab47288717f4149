import { type Command, type CommandArgument, EXIT } from '../command.ts';
import { type Column, moment, table } from '../table.ts';
import { bodyOf } from './account-shown.ts';
import { type AdminClient, at, type Page } from './admin-client.ts';
import { type AdminTask, adminCommand, LIMIT_OPTION, listed, numberIn, textIn } from './command.ts';

interface Message {
  readonly id: string;
  readonly state: string;
  readonly channel: string;
  readonly to: string;
  readonly kind: string;
  readonly client_id: string;
  readonly tries: number;
  readonly outcome: string | null;
  readonly created_at: number;
}

const MESSAGE: CommandArgument = { name: 'MESSAGE', description: 'its id' };

const COLUMNS: readonly Column<Message>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'CREATED', text: ({ created_at }) => moment(created_at) },
  { heading: 'STATE', text: ({ state }) => state },
  { heading: 'TO', text: ({ to }) => to, shrinks: true },
  { heading: 'KIND', text: ({ kind }) => kind },
  { heading: 'CLIENT', text: ({ client_id }) => client_id, shrinks: true },
  { heading: 'TRIES', text: ({ tries }) => String(tries) },
  { heading: 'OUTCOME', text: ({ outcome }) => outcome ?? '-', shrinks: true },
];

const list = adminCommand({
  name: 'messages list',
  summary: 'Lists what is to be delivered, went out, or could not',
  details: ['Newest first, as long as what a message carries is of use: minutes for a code.'],
  options: {
    state: { value: 'STATE', description: 'queued, leased, accepted, failed or dropped' },
    channel: { value: 'email|sms', description: 'only messages by this channel' },
    client: { value: 'ID', description: 'only messages of this client' },
    to: { value: 'IDENTIFIER', description: 'only messages to this address or number' },
    limit: LIMIT_OPTION,
  },
  examples: ['countersign messages list --state failed', 'countersign messages list --to ada@example.org'],
  async work(task) {
    const filter = {
      state: textIn(task.values, 'state'),
      channel: textIn(task.values, 'channel'),
      client_id: textIn(task.values, 'client'),
    };
    const to = textIn(task.values, 'to');
    const found =
      to === undefined
        ? await listed<Message>(task, 'messages list', '/messages', filter)
        : await foundTo(task, to, filter);
    task.show(found, () => table(found.items, COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

/** An address is named in bodies only: those of requests end up in logs. */
async function foundTo({ admin, values }: AdminTask, to: string, filter: object) {
  const most = numberIn(values, 'limit', 'messages list', 100) ?? 50;
  const query = { ...bodyOf(to), ...filter, limit: most };
  const { items, next_cursor } = await admin.call<Page<Message>>('POST', '/messages/find', query);
  return { items, more: next_cursor !== null };
}

const settled = (word: 'retry' | 'drop', summary: string, details: string, outcome: string): Command =>
  adminCommand({
    name: `messages ${word}`,
    summary,
    details: [details],
    arguments: [MESSAGE],
    examples: [`countersign messages ${word} k3Zb9xW9pLr2Tn6VdKs8Yh`],
    async work({ admin, given: [id = ''], show }) {
      const message = await settle(admin, id, word);
      show(message, () => `${message.id} to ${message.to} ${outcome}.`);
      return EXIT.ok;
    },
  });

const settle = (admin: AdminClient, id: string, word: string): Promise<Message> =>
  admin.call('POST', at`/messages/${id}/${word}`);

const retry = settled(
  'retry',
  'Sends a message now',
  'One that has failed or waits for a later try. What was accepted is never sent again, and a code that nobody can use any more neither.',
  'is due now',
);

const drop = settled(
  'drop',
  'Gives up a message that waits',
  'It is never sent; the code it would have carried stays good for as long as it is.',
  'is given up',
);

export const messageCommands: readonly Command[] = [list, retry, drop];
