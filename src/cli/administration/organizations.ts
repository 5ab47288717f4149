import { type Command, type CommandArgument, EXIT } from '../command.ts';
import { type Column, moment, table } from '../table.ts';
import { at } from './admin-client.ts';
import { adminCommand, LIMIT_OPTION, listed, listIn } from './command.ts';

interface Organization {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
  readonly version: number;
}

interface Member {
  readonly account_id: string;
  readonly roles: readonly string[];
  readonly joined_at: number;
}

const ORGANIZATION: CommandArgument = { name: 'ORGANIZATION', description: 'its id, the `org_id` of tokens' };
const ACCOUNT: CommandArgument = { name: 'ACCOUNT', description: 'the id of an account' };
const NAME: CommandArgument = { name: 'NAME', description: 'how people see it' };

const COLUMNS: readonly Column<Organization>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'NAME', text: ({ name }) => name, shrinks: true },
  { heading: 'CREATED', text: ({ created_at }) => moment(created_at) },
];

const MEMBER_COLUMNS: readonly Column<Member>[] = [
  { heading: 'ACCOUNT', text: ({ account_id }) => account_id },
  { heading: 'ROLES', text: ({ roles }) => roles.join(', ') || '-', shrinks: true },
  { heading: 'SINCE', text: ({ joined_at }) => moment(joined_at) },
];

const list = adminCommand({
  name: 'organizations list',
  summary: 'Lists organizations',
  details: ['By id.'],
  options: { limit: LIMIT_OPTION },
  examples: ['countersign organizations list'],
  async work(task) {
    const found = await listed<Organization>(task, 'organizations list', '/organizations');
    task.show(found, () => table(found.items, COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const add = adminCommand({
  name: 'organizations add',
  summary: 'Makes an organization',
  details: ['Without members; `organizations put-member` puts them in.'],
  arguments: [NAME],
  examples: ["countersign organizations add 'Analytical Engines'"],
  async work({ admin, given: [name = ''], show }) {
    const made = await admin.call<Organization>('POST', '/organizations', { name });
    show(made, () => made.id);
    return EXIT.ok;
  },
});

const rename = adminCommand({
  name: 'organizations rename',
  summary: 'Gives an organization another name',
  details: ['Tokens say it from the next one on.'],
  arguments: [ORGANIZATION, NAME],
  examples: ["countersign organizations rename o0b5v0tTYbV4tYc2nP8sHg 'Difference Engines'"],
  async work({ admin, given: [id = '', name = ''], show }) {
    const { version } = await admin.call<Organization>('GET', at`/organizations/${id}`);
    const renamed = await admin.call<Organization>('PUT', at`/organizations/${id}`, { name, version });
    show(renamed, () => `${renamed.id} is ${renamed.name}.`);
    return EXIT.ok;
  },
});

const remove = adminCommand({
  name: 'organizations remove',
  summary: 'Removes an organization',
  details: ['What its members got for it is dead at once, except for signed access tokens. Their accounts stay.'],
  arguments: [ORGANIZATION],
  confirm: ([id]) => `Remove the organization ${id}?`,
  examples: ['countersign organizations remove o0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = ''], show }) {
    await admin.call('DELETE', at`/organizations/${id}`);
    show({ removed: id }, () => `${id} is removed.`);
    return EXIT.ok;
  },
});

const members = adminCommand({
  name: 'organizations members',
  summary: 'Lists the members of an organization',
  details: ['By account, with their roles.'],
  arguments: [ORGANIZATION],
  options: { limit: LIMIT_OPTION },
  examples: ['countersign organizations members o0b5v0tTYbV4tYc2nP8sHg'],
  async work(task) {
    const path = at`/organizations/${task.given[0] ?? ''}/members`;
    const found = await listed<Member>(task, 'organizations members', path);
    task.show(found, () => table(found.items, MEMBER_COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const putMember = adminCommand({
  name: 'organizations put-member',
  summary: 'Puts somebody into an organization, or gives them other roles',
  details: ['All of their roles are named; without --role they have none.'],
  arguments: [ORGANIZATION, ACCOUNT],
  options: { role: { value: 'ROLE', description: 'what they are there', repeatable: true } },
  examples: ['countersign organizations put-member o0b5v0tTYbV4tYc2nP8sHg p0b5v0tTYbV4tYc2nP8sHg --role admin'],
  async work({ admin, given: [id = '', account = ''], values, show }) {
    const roles = listIn(values, 'role') ?? [];
    const answer = await admin.call('PUT', at`/organizations/${id}/members/${account}`, { roles });
    show(
      answer ?? { account_id: account, roles },
      () => `${account} is a member, ${roles.join(', ') || 'without roles'}.`,
    );
    return EXIT.ok;
  },
});

const removeMember = adminCommand({
  name: 'organizations remove-member',
  summary: 'Takes somebody out of an organization',
  details: ['What they got for it is dead at once, except for signed access tokens.'],
  arguments: [ORGANIZATION, ACCOUNT],
  confirm: ([id, account]) => `Take ${account} out of the organization ${id}?`,
  examples: ['countersign organizations remove-member o0b5v0tTYbV4tYc2nP8sHg p0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = '', account = ''], show }) {
    await admin.call('DELETE', at`/organizations/${id}/members/${account}`);
    show({ removed: account }, () => `${account} is no member any more.`);
    return EXIT.ok;
  },
});

export const organizationCommands: readonly Command[] = [list, add, rename, remove, members, putMember, removeMember];
