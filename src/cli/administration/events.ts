import { setTimeout as pause } from 'node:timers/promises';
import { type Command, type CommandOption, EXIT, UsageError } from '../command.ts';
import { plain, plainLine } from '../plain-text.ts';
import { type Column, moment, table } from '../table.ts';
import { type Page, pathOf, type Query } from './admin-client.ts';
import { type AdminTask, adminCommand, LIMIT_OPTION, listed, numberIn, textIn } from './command.ts';
import { momentIn, TIME_FORMS } from './moments.ts';

interface Event {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly account_id: string | null;
  readonly client_id: string | null;
  readonly identifier: string | null;
  readonly network: string | null;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly object: string | null;
  readonly changes: readonly { readonly field: string }[] | null;
}

const FILTER: Readonly<Record<string, CommandOption>> = {
  type: { value: 'TYPE', description: 'only events of this type, such as session.started' },
  account: { value: 'ID', description: 'only events of this account' },
  client: { value: 'ID', description: 'only events of this client' },
};

const SPAN: Readonly<Record<string, CommandOption>> = {
  from: { value: 'TIME', description: `only events of this moment and later: ${TIME_FORMS}` },
  until: { value: 'TIME', description: 'only events before this moment' },
};

/** Whom it is about: the most telling of what is there. */
const subjectOf = ({ identifier, account_id, client_id, object }: Event): string =>
  [identifier ?? account_id, client_id, object].filter((part) => part !== null).join(' ') || '-';

const noteOf = ({ reason, changes }: Event): string =>
  [reason, changes === null ? null : changes.map(({ field }) => field).join(', ')].filter(Boolean).join(': ') || '-';

const COLUMNS: readonly Column<Event>[] = [
  { heading: 'TIME', text: ({ at }) => moment(at) },
  { heading: 'TYPE', text: ({ type }) => type },
  { heading: 'BY', text: ({ actor, network }) => actor ?? network ?? '-', shrinks: true },
  { heading: 'ABOUT', text: subjectOf, shrinks: true },
  { heading: 'WHAT', text: noteOf, shrinks: true },
];

function filterOf({ values, now }: AdminTask, command: string): Record<string, string | undefined> {
  return {
    type: textIn(values, 'type'),
    account_id: textIn(values, 'account'),
    client_id: textIn(values, 'client'),
    from: momentIn(values, 'from', now(), command),
    until: momentIn(values, 'until', now(), command),
  };
}

const list = adminCommand({
  name: 'events list',
  summary: 'Lists what happened, newest first',
  details: ['All conditions hold at once. Addresses and numbers are masked; nobody can unmask them.'],
  options: { ...FILTER, ...SPAN, limit: LIMIT_OPTION },
  examples: ['countersign events list --type account.disabled --from 7d'],
  async work(task) {
    const found = await listed<Event>(task, 'events list', '/events', filterOf(task, 'events list'));
    task.show(found, () => table(found.items, COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const TAIL = 'events tail';
const FOLLOW: CommandOption = { description: 'go on with what happens from now on' };

const tail = adminCommand({
  name: TAIL,
  summary: 'Prints the newest events, oldest first, and what comes',
  details: [
    'A line for each. With --json each line is the event as the Admin API answers it.',
    '--follow looks every second for what has been recorded since, until Ctrl-C. A store that no server has open is not followed: nothing happens in it.',
  ],
  options: { ...FILTER, lines: { value: 'N', description: 'so many to begin with; 20 when left out' }, follow: FOLLOW },
  examples: ['countersign events tail --follow --type code.rejected', 'countersign events tail --lines 100 --json'],
  async work(task) {
    const { admin, values } = task;
    if (values.follow === true && admin.alone)
      throw new UsageError('no server is running: there is nothing to follow', TAIL);
    const query = filterOf(task, TAIL);
    const most = numberIn(values, 'lines', TAIL, 100_000) ?? 20;
    const known = await newestOf(task, query, most);
    for (const event of known.slice(0, most).toReversed()) printLine(task, event);
    if (values.follow === true) await follow(task, query, known);
    return EXIT.ok;
  },
});

/** So many, and whatever else was recorded at nearly the same time: of what is new that is none. */
async function newestOf({ admin }: AdminTask, query: Query, most: number): Promise<Event[]> {
  const found: Event[] = [];
  for await (const event of admin.all<Event>('/events', query)) {
    if (found.length >= most && event.at < (found[0]?.at ?? 0) - OVERLAP_MS) break;
    found.push(event);
  }
  return found;
}

function printLine({ values, terminal }: Pick<AdminTask, 'values' | 'terminal'>, event: Event): void {
  if (values.json === true) terminal.print(plainLine(JSON.stringify(event)));
  else terminal.print(COLUMNS.map(({ text }) => plain(text(event))).join('  '));
}

/** So far back events may still turn up before others; the Admin API tells them again. */
const OVERLAP_MS = 15_000;

/** Never ends by itself. */
async function follow({ admin, ...task }: AdminTask, query: Query, begun: readonly Event[]): Promise<never> {
  let newest = begun[0]?.at ?? task.now();
  let seen = new Map(begun.map((event) => [event.id, event.at]));
  let place: Query = { from: Math.max(0, newest - OVERLAP_MS) };
  for (;;) {
    const { items, next_cursor } = await admin.call<Page<Event>>(
      'GET',
      pathOf('/events/tail', { ...query, ...place, limit: MOST }),
    );
    for (const event of items) if (!seen.has(event.id)) printLine(task, event);
    newest = Math.max(newest, ...items.map(({ at }) => at));
    const told = [...seen, ...items.map(({ id, at }) => [id, at] as const)];
    seen = new Map(told.filter(([, at]) => at >= newest - 2 * OVERLAP_MS));
    place = { cursor: next_cursor ?? undefined };
    if (items.length < MOST) await pause(POLL_MS);
  }
}

const POLL_MS = 1000;
const MOST = 100;

const exported = adminCommand({
  name: 'events export',
  summary: 'Prints all events that match, as NDJSON',
  details: ['Newest first, a line each. Ends with 1 when the connection broke off and something is missing.'],
  options: { ...FILTER, ...SPAN },
  examples: ['countersign events export --from 2026-01-01 > events.ndjson'],
  async work(task) {
    for await (const line of task.admin.lines('/events/export', filterOf(task, 'events export'))) {
      await task.terminal.stream(plainLine(line));
    }
    return EXIT.ok;
  },
});

export const eventCommands: readonly Command[] = [list, tail, exported];
