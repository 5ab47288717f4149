import { type Command, EXIT, UsageError } from '../command.ts';
import { type Column, moment, table } from '../table.ts';
import { at } from './admin-client.ts';
import { adminCommand, LIMIT_OPTION, listed, numberIn, textIn } from './command.ts';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly created_at: number;
  readonly expires_at: number | null;
}

const COLUMNS: readonly Column<Key>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, shrinks: true },
  { heading: 'SCOPE', text: ({ scope }) => scope },
  { heading: 'CREATED', text: ({ created_at }) => moment(created_at) },
  { heading: 'EXPIRES', text: ({ expires_at }) => (expires_at === null ? 'never' : moment(expires_at)) },
];

const DAY_MS = 86_400_000;
const CREATE = 'api-keys create';

const create = adminCommand({
  name: CREATE,
  summary: 'Makes a key of the Admin API',
  details: ['The key is printed once, on the standard output only; what is kept of it is a digest.'],
  arguments: [{ name: 'NAME', description: 'what it is for; it stands in the audit trail' }],
  options: {
    scope: { value: 'read|write|register', description: 'what it may do; read when left out, and write covers all' },
    days: { value: 'N', description: 'how long it is good; for good when left out' },
  },
  examples: ['countersign api-keys create deployment --scope write > /run/secrets/admin_key'],
  async work({ admin, given: [name = ''], values, show, terminal, now }) {
    const days = numberIn(values, 'days', CREATE, 36_500);
    const request = { name, scope: textIn(values, 'scope') ?? 'read' };
    const expires_at = days === undefined ? null : now() + days * DAY_MS;
    const made = await admin.call<Key & { key: string }>('POST', '/keys', { ...request, expires_at });
    show(made, () => made.key);
    terminal.note(`The key ${made.id} is shown this once.`);
    return EXIT.ok;
  },
});

const list = adminCommand({
  name: 'api-keys list',
  summary: 'Lists the keys of the Admin API',
  details: ['ADMIN_API_KEY, the one of the configuration, is not among them.'],
  options: { limit: LIMIT_OPTION },
  examples: ['countersign api-keys list'],
  async work(task) {
    const found = await listed<Key>(task, 'api-keys list', '/keys');
    task.show(found, () => table(found.items, COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const revoke = adminCommand({
  name: 'api-keys revoke',
  summary: 'Ends a key of the Admin API',
  details: ['It opens nothing from the next call on, at every server.'],
  arguments: [{ name: 'KEY', description: 'its id' }],
  confirm: ([id]) => `End the key ${id}?`,
  examples: ['countersign api-keys revoke k0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = ''], show }) {
    if (id.includes('.')) throw new UsageError('that is a key and not its id', 'api-keys revoke');
    await admin.call('DELETE', at`/keys/${id}`);
    show({ revoked: id }, () => `${id} opens nothing any more.`);
    return EXIT.ok;
  },
});

export const apiKeyCommands: readonly Command[] = [create, list, revoke];
