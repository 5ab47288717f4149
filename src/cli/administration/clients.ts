import { type Command, type CommandArgument, EXIT, UsageError } from '../command.ts';
import { plain, plainJson } from '../plain-text.ts';
import { type Column, sheet, table } from '../table.ts';
import { at } from './admin-client.ts';
import { type ClientFields, fieldOptions, fieldsIn, merged } from './client-fields.ts';
import { clientText } from './client-shown.ts';
import { type AdminTask, adminCommand, LIMIT_OPTION, listed, listIn, textIn } from './command.ts';
import { RefusedError } from './refusal.ts';

/** What commands read of a client; it has all fields of a registration. */
interface Client extends ClientFields {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly source: string;
  readonly disabled: boolean;
  readonly redirectUris: readonly string[];
  readonly version: number;
}

interface Registered {
  readonly client: Client;
  readonly secret: string | null;
}

const CLIENT: CommandArgument = { name: 'CLIENT', description: 'its client_id' };

const COLUMNS: readonly Column<Client>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, shrinks: true },
  { heading: 'TYPE', text: ({ type }) => type },
  { heading: 'STATE', text: ({ disabled }) => (disabled ? 'disabled' : 'enabled') },
  { heading: 'FROM', text: ({ source }) => source },
  { heading: 'REDIRECT URI', text: ({ redirectUris: [first, ...more] }) => uriText(first, more.length), shrinks: true },
];

const uriText = (first: string | undefined, more: number): string =>
  first === undefined ? '-' : `${first}${more === 0 ? '' : ` and ${more} more`}`;

/** The secret goes where results go, once, and nowhere else. */
function showRegistered({ show, terminal }: AdminTask, registered: Registered): void {
  const { client, secret } = registered;
  const rows = [['client_id', client.id], ...(secret === null ? [] : [['client_secret', secret] as const])] as const;
  show(registered, () => sheet(rows, terminal.screen));
  if (secret !== null) terminal.note('The secret is shown this once; what is kept of it is a digest.');
}

const add = adminCommand({
  name: 'clients add',
  summary: 'Registers a client',
  details: [
    'Prints its client_id and, for the types web and machine, its client_secret: once, on the standard output only.',
    'Fields and rules are those of `clients` in the configuration. What is not given has the default of the configuration.',
  ],
  options: fieldOptions,
  examples: [
    'countersign clients add --name Shop --redirect-uri https://shop.example.org/callback --first-party',
    'countersign clients add --name Nightly --type machine --json',
    'countersign clients add --file client.json',
  ],
  async work(task) {
    const fields = fieldsIn(task.values, 'clients add');
    if (fields.name === undefined) throw new UsageError('--name is missing', 'clients add');
    showRegistered(task, await task.admin.call('POST', '/clients', fields));
    return EXIT.ok;
  },
});

const list = adminCommand({
  name: 'clients list',
  summary: 'Lists clients, those of the configuration among them',
  details: ['By id.'],
  options: {
    search: { value: 'TEXT', description: 'what the id or the name has in it, in whatever case' },
    limit: LIMIT_OPTION,
  },
  examples: ['countersign clients list --search sho'],
  async work(task) {
    const query = { search: textIn(task.values, 'search') };
    const found = await listed<Client>(task, 'clients list', '/clients', query);
    task.show(found, () => table(found.items, COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const show = adminCommand({
  name: 'clients show',
  summary: 'Shows all of a client but its secrets',
  details: ['Of secrets it is shown when each valid one was made.'],
  arguments: [CLIENT],
  examples: ['countersign clients show client_p0b5v0tTYbV4tYc2nP8sHg'],
  async work({ admin, given: [id = ''], show, terminal }) {
    const client = await admin.call<Client>('GET', at`/clients/${id}`);
    show(client, () => clientText(client, terminal.screen));
    return EXIT.ok;
  },
});

const edit = adminCommand({
  name: 'clients edit',
  summary: 'Changes a client',
  details: [
    'What is not given stays; a list is replaced as a whole, and an empty value takes away what was there. The type does not change.',
    'The change is made to the version that was read just before, or to the one that --version names: when somebody else was faster, nothing is changed, and the exit code is 1.',
  ],
  arguments: [CLIENT],
  options: {
    ...Object.fromEntries(Object.entries(fieldOptions).filter(([name]) => name !== 'type')),
    'add-redirect-uri': { value: 'URI', description: 'one more beside the present ones', repeatable: true },
    'remove-redirect-uri': { value: 'URI', description: 'one of the present ones', repeatable: true },
    version: { value: 'N', description: 'the version that was looked at' },
  },
  examples: [
    'countersign clients edit client_p0b5v0tTYbV4tYc2nP8sHg --add-redirect-uri https://new.example.org/callback',
    'countersign clients edit client_p0b5v0tTYbV4tYc2nP8sHg --no-first-party --logo-uri ""',
  ],
  async work(task) {
    const {
      admin,
      given: [id = ''],
      values,
      show,
      terminal,
    } = task;
    const present = await admin.call<Client>('GET', at`/clients/${id}`);
    const change = { ...merged(present, fieldsIn(values, 'clients edit')), ...urisIn(task, present) };
    if (Object.keys(change).length === 0) throw new UsageError('nothing is to be changed', 'clients edit');
    const version = textIn(values, 'version') === undefined ? present.version : Number(values.version);
    const client = await admin.call<Client>('PATCH', at`/clients/${id}`, { ...change, version });
    show(client, () => clientText(client, terminal.screen));
    return EXIT.ok;
  },
});

/** @throws UsageError for one that is not there, or is there already */
function urisIn({ values }: AdminTask, { redirectUris: present }: Client): ClientFields {
  const [added = [], removed = []] = [listIn(values, 'add-redirect-uri'), listIn(values, 'remove-redirect-uri')];
  const stranger = removed.find((uri) => !present.includes(uri));
  if (stranger !== undefined) throw new UsageError(`${stranger} is none of its redirect URIs`, 'clients edit');
  const redirectUris = [...new Set([...present.filter((uri) => !removed.includes(uri)), ...added])];
  return added.length + removed.length === 0 ? {} : { redirectUris };
}

const rotateSecret = adminCommand({
  name: 'clients rotate-secret',
  summary: 'Makes a new secret for a client',
  details: [
    'The newest former one stays valid beside it, so that the application can be changed over; the next rotation ends it.',
    'The secret is printed once, on the standard output only.',
  ],
  arguments: [CLIENT],
  options: { alone: { description: 'end all former ones at once: for one that has leaked' } },
  examples: ['countersign clients rotate-secret client_p0b5v0tTYbV4tYc2nP8sHg --json'],
  async work(task) {
    const [id = ''] = task.given;
    const body = { alone: task.values.alone === true };
    showRegistered(task, await task.admin.call('POST', at`/clients/${id}/secret`, body));
    return EXIT.ok;
  },
});

/** A switch needs no version of whoever turns it. */
const switched = (disabled: boolean): Command =>
  adminCommand({
    name: `clients ${disabled ? 'disable' : 'enable'}`,
    summary: disabled ? 'Lets a client do nothing any more, until it is enabled' : 'Lets a client work again',
    details: ['Servers notice within five seconds. May be repeated.'],
    arguments: [CLIENT],
    examples: [`countersign clients ${disabled ? 'disable' : 'enable'} client_p0b5v0tTYbV4tYc2nP8sHg`],
    async work({ admin, given: [id = ''], show }) {
      const client = await setDisabled(admin, id, disabled);
      show(client, () => `${client.id} is ${disabled ? 'disabled' : 'enabled'}.`);
      return EXIT.ok;
    },
  });

async function setDisabled(admin: AdminTask['admin'], id: string, disabled: boolean): Promise<Client> {
  for (;;) {
    const { version } = await admin.call<Client>('GET', at`/clients/${id}`);
    try {
      return await admin.call<Client>('PATCH', at`/clients/${id}`, { disabled, version });
    } catch (error) {
      if (!(error instanceof RefusedError && error.code === 'version_conflict')) throw error;
    }
  }
}

const remove = adminCommand({
  name: 'clients remove',
  summary: 'Removes a client',
  details: [
    'Within five seconds nothing that it was given is good for anything, but signed access tokens until they expire. The id is never given again.',
  ],
  arguments: [CLIENT],
  confirm: ([id]) => `Remove the client ${id}?`,
  examples: ['countersign clients remove client_p0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = ''], show }) {
    await admin.call('DELETE', at`/clients/${id}`);
    show({ removed: id }, () => `${id} is removed.`);
    return EXIT.ok;
  },
});

interface Exported {
  readonly clients: readonly object[];
  readonly secrets_missing: readonly { readonly id: string; readonly variable: string }[];
  readonly left_out: readonly { readonly id: string; readonly reason: string }[];
}

const exported = adminCommand({
  name: 'clients export',
  summary: 'Prints clients as the configuration declares them',
  details: [
    'JSON, for the file that CONFIG_FILE names at another installation. Secrets cannot be read any more: in their place stand references to environment variables, which are named on the error stream. --json prints these, too.',
  ],
  examples: ['countersign clients export > clients.json'],
  async work({ admin, show, terminal }) {
    const answer = await admin.call<Exported>('GET', '/clients/export');
    show(answer, () => plainJson({ clients: answer.clients }));
    for (const { id, variable } of answer.secrets_missing)
      terminal.note(plain(`${id} takes its secret from ${variable}`));
    for (const { id, reason } of answer.left_out) terminal.note(plain(`${id} is left out: ${reason}`));
    return EXIT.ok;
  },
});

export const clientCommands: readonly Command[] = [
  add,
  list,
  show,
  edit,
  rotateSecret,
  switched(true),
  switched(false),
  remove,
  exported,
];
