import {
  type Command,
  type CommandArgument,
  type CommandOption,
  EXIT,
  type OptionValues,
  UsageError,
} from '../command.ts';
import { type Column, moment, sheet, table } from '../table.ts';
import { at } from './admin-client.ts';
import { adminCommand, LIMIT_OPTION, listed, listIn, numberIn, textIn } from './command.ts';

interface Scope {
  readonly name: string;
  readonly description: string;
}

interface Resource {
  readonly id: string;
  readonly audience: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accessTokenFormat: string;
  readonly signingAlg: string;
  readonly accessTokenSeconds: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

const RESOURCE: CommandArgument = { name: 'RESOURCE', description: 'its id' };

const FIELDS: Readonly<Record<string, CommandOption>> = {
  name: { value: 'TEXT', description: 'for administrators' },
  scope: {
    value: 'NAME=TEXT',
    description: 'a scope, and what people read who are asked for it; all of them are named',
    repeatable: true,
  },
  'access-token-format': { value: 'jwt|opaque', description: 'signed, or asked for at introspection' },
  'signing-alg': { value: 'ALG', description: 'by what tokens of the format jwt are signed: RS256, ES256, …' },
  'access-token-seconds': { value: 'N', description: 'how long tokens for it work; those of the client when left out' },
};

const DAY = 86_400;

function fieldsIn(values: OptionValues, command: string): object {
  const seconds = numberIn(values, 'access-token-seconds', command, DAY);
  const scopes = listIn(values, 'scope')?.map((text) => scopeOf(text, command));
  const fields = {
    name: textIn(values, 'name'),
    scopes,
    accessTokenFormat: textIn(values, 'access-token-format'),
    signingAlg: textIn(values, 'signing-alg'),
    accessTokenSeconds: seconds,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @throws UsageError for what is no pair */
function scopeOf(text: string, command: string): Scope {
  const [, name, description] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || description === undefined) throw new UsageError('--scope: expected NAME=TEXT', command);
  return { name, description };
}

const textOf = (resource: Resource): (readonly [string, string])[] => [
  ['id', resource.id],
  ['audience', resource.audience],
  ['name', resource.name],
  ['scopes', resource.scopes.map(({ name, description }) => `${name}: ${description}`).join('\n') || '-'],
  ['access tokens', `${resource.accessTokenFormat}, ${resource.signingAlg}`],
  ['seconds', resource.accessTokenSeconds === null ? 'those of the client' : String(resource.accessTokenSeconds)],
  ['changed', moment(resource.updatedAt)],
  ['version', String(resource.version)],
];

const COLUMNS: readonly Column<Resource>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'AUDIENCE', text: ({ audience }) => audience, shrinks: true },
  { heading: 'NAME', text: ({ name }) => name, shrinks: true },
  { heading: 'SCOPES', text: ({ scopes }) => scopes.map(({ name }) => name).join(' ') || '-', shrinks: true },
];

const add = adminCommand({
  name: 'resources add',
  summary: 'Registers an API that access tokens are for',
  details: ['Clients ask for it as `resource`, where their own record names it; tokens name it as `aud`.'],
  arguments: [{ name: 'AUDIENCE', description: 'an absolute URI without fragment (RFC 8707 §2); it does not change' }],
  options: FIELDS,
  examples: [
    "countersign resources add https://api.example.org/orders --name Orders --scope 'orders:read=See your orders'",
  ],
  async work({ admin, given: [audience = ''], values, show, terminal }) {
    const fields = { name: audience, ...fieldsIn(values, 'resources add'), audience };
    const made = await admin.call<Resource>('POST', '/resources', fields);
    show(made, () => sheet(textOf(made), terminal.screen));
    return EXIT.ok;
  },
});

const list = adminCommand({
  name: 'resources list',
  summary: 'Lists the APIs that access tokens are for',
  details: ['By id.'],
  options: { limit: LIMIT_OPTION },
  examples: ['countersign resources list'],
  async work(task) {
    const found = await listed<Resource>(task, 'resources list', '/resources');
    task.show(found, () => table(found.items, COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const show = adminCommand({
  name: 'resources show',
  summary: 'Shows all of an API',
  details: ['With its scopes and what people read of them.'],
  arguments: [RESOURCE],
  examples: ['countersign resources show resource_p0b5v0tTYbV4tYc2nP8sHg'],
  async work({ admin, given: [id = ''], show, terminal }) {
    const found = await admin.call<Resource>('GET', at`/resources/${id}`);
    show(found, () => sheet(textOf(found), terminal.screen));
    return EXIT.ok;
  },
});

const edit = adminCommand({
  name: 'resources edit',
  summary: 'Changes an API',
  details: ['What is not given stays; its audience does not change. When somebody else was faster, it ends with 1.'],
  arguments: [RESOURCE],
  options: FIELDS,
  examples: ['countersign resources edit resource_p0b5v0tTYbV4tYc2nP8sHg --access-token-seconds 300'],
  async work({ admin, given: [id = ''], values, show, terminal }) {
    const change = fieldsIn(values, 'resources edit');
    if (Object.keys(change).length === 0) throw new UsageError('nothing is to be changed', 'resources edit');
    const { version } = await admin.call<Resource>('GET', at`/resources/${id}`);
    const changed = await admin.call<Resource>('PATCH', at`/resources/${id}`, { ...change, version });
    show(changed, () => sheet(textOf(changed), terminal.screen));
    return EXIT.ok;
  },
});

const remove = adminCommand({
  name: 'resources remove',
  summary: 'Removes an API',
  details: ['Nobody gets tokens for it any more; signed ones work until they expire.'],
  arguments: [RESOURCE],
  confirm: ([id]) => `Remove ${id}?`,
  examples: ['countersign resources remove resource_p0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = ''], show }) {
    await admin.call('DELETE', at`/resources/${id}`);
    show({ removed: id }, () => `${id} is removed.`);
    return EXIT.ok;
  },
});

export const resourceCommands: readonly Command[] = [add, list, show, edit, remove];
