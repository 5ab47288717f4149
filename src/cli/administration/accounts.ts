import { type Command, type CommandArgument, type CommandOption, EXIT, UsageError } from '../command.ts';
import { table } from '../table.ts';
import {
  ACCOUNT_COLUMNS,
  type Account,
  bodyOf,
  IDENTIFIER,
  SESSION_COLUMNS,
  type Session,
  showAccount,
  textOf,
} from './account-shown.ts';
import { at } from './admin-client.ts';
import { type AdminTask, adminCommand, LIMIT_OPTION, listed, textIn } from './command.ts';

const ACCOUNT: CommandArgument = { name: 'ACCOUNT', description: 'its id, the `sub` of every token of this person' };

const list = adminCommand({
  name: 'accounts list',
  summary: 'Lists accounts',
  details: ['By id, with addresses and numbers masked. `accounts find` and `accounts show` have them in full.'],
  options: {
    masked: { value: 'TEXT', description: 'with an address or a number that looks like this: a•••@e•••.org' },
    limit: LIMIT_OPTION,
  },
  examples: ['countersign accounts list --limit 1000 --json'],
  async work(task) {
    const found = await listed<Account>(task, 'accounts list', '/accounts', { masked: textIn(task.values, 'masked') });
    task.show(found, () => table(found.items, ACCOUNT_COLUMNS, task.terminal.screen));
    return EXIT.ok;
  },
});

const find = adminCommand({
  name: 'accounts find',
  summary: 'Finds the account of an address or a number',
  details: ['Exactly this one, in whatever spelling.'],
  arguments: [IDENTIFIER],
  examples: ['countersign accounts find ada@example.org'],
  work: async (task) => showAccount(task, await task.admin.call('POST', '/accounts/find', bodyOf(task.given[0] ?? ''))),
});

const show = adminCommand({
  name: 'accounts show',
  summary: 'Shows an account, and where it is signed in',
  details: ['With addresses and numbers in full.'],
  arguments: [ACCOUNT],
  examples: ['countersign accounts show p0b5v0tTYbV4tYc2nP8sHg'],
  async work({ admin, given: [id = ''], show, terminal: { screen } }) {
    const account = await admin.call<Account>('GET', at`/accounts/${id}`);
    const { sessions } = await admin.call<{ sessions: Session[] }>('GET', at`/accounts/${id}/sessions`);
    const text = sessions.length === 0 ? 'Signed in nowhere.' : table(sessions, SESSION_COLUMNS, screen);
    show({ ...account, sessions }, () => `${textOf(account, screen)}\n\n${text}`);
    return EXIT.ok;
  },
});

const create = adminCommand({
  name: 'accounts create',
  summary: 'Makes an account for somebody who has not been here yet',
  details: ['Their address or number counts as unproven until their first sign-in.'],
  arguments: [IDENTIFIER],
  examples: ['countersign accounts create ada@example.org'],
  work: async (task) => showAccount(task, await task.admin.call('POST', '/accounts', bodyOf(task.given[0] ?? ''))),
});

interface Change {
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly path: string;
  readonly confirm?: (given: readonly string[]) => string;
}

/** What is done with an account as a whole, without anything else to say about it. */
const change = ({ name, summary, details, path, ...more }: Change): Command =>
  adminCommand({
    name: `accounts ${name}`,
    summary,
    details: [details],
    arguments: [ACCOUNT],
    ...more,
    examples: [`countersign accounts ${name} p0b5v0tTYbV4tYc2nP8sHg${more.confirm === undefined ? '' : ' --yes'}`],
    work: async (task) =>
      showAccount(task, await task.admin.call('POST', at`/accounts/${task.given[0] ?? ''}/` + path)),
  });

const disable = change({
  name: 'disable',
  summary: 'Ends all that an account has, and lets nobody sign in to it',
  details:
    'Afterwards its sessions, refresh tokens and opaque access tokens are dead; signed access tokens live until they expire. May be repeated.',
  path: 'disable',
  confirm: ([id]) => `Disable the account ${id}, and end all of its sessions?`,
});

const enable = change({
  name: 'enable',
  summary: 'Lets somebody sign in again',
  details: 'As the same person; what lived before stays dead.',
  path: 'enable',
});

const liftHold = change({
  name: 'lift-hold',
  summary: 'Ends what is held of an account',
  details:
    'What was changed with one factor counts from now on. First make sure who is asking: the hold keeps those out who have got hold of one factor only.',
  path: 'lift-hold',
  confirm: ([id]) => `Does the account ${id} belong to whoever is asking?`,
});

const signOut = adminCommand({
  name: 'accounts sign-out',
  summary: 'Ends the sessions of an account',
  details: ['All of them, or one. They may sign in again: to keep them out, disable the account.'],
  arguments: [ACCOUNT, { name: 'SESSION', description: 'only this one', optional: true }],
  examples: ['countersign accounts sign-out p0b5v0tTYbV4tYc2nP8sHg'],
  async work({ admin, given: [id = '', session], show }) {
    const path = at`/accounts/${id}/sessions`;
    await admin.call('DELETE', session === undefined ? path : path + at`/${session}`);
    show({ account_id: id, ended: session ?? 'all' }, () =>
      session === undefined ? 'All have ended.' : 'It has ended.',
    );
    return EXIT.ok;
  },
});

const removeIdentifier = adminCommand({
  name: 'accounts remove-identifier',
  summary: 'Takes away an address or a number that somebody has lost',
  details: [
    'Never the last one. Its person is told, there and wherever else they are reached. First make sure who is asking: from then on one factor less keeps others out.',
  ],
  arguments: [ACCOUNT, IDENTIFIER],
  confirm: ([id, identifier]) => `Take ${identifier} from the account ${id}?`,
  examples: ['countersign accounts remove-identifier p0b5v0tTYbV4tYc2nP8sHg +4915112345678 --yes'],
  async work(task) {
    const [id = '', identifier = ''] = task.given;
    return showAccount(task, await task.admin.call('POST', at`/accounts/${id}/identifiers/remove`, bodyOf(identifier)));
  },
});

const SET_OPTION: CommandOption = {
  value: 'NAME=VALUE',
  description: 'a standard claim of OpenID Connect; without a value it is taken away',
  repeatable: true,
};

const setAttributes = adminCommand({
  name: 'accounts set-attributes',
  summary: 'Changes standard claims of an account',
  details: [
    'What is not named stays, unless --replace is given. When somebody else was faster, nothing is changed, and the exit code is 1.',
  ],
  arguments: [ACCOUNT],
  options: { set: SET_OPTION, replace: { description: 'take away everything that is not named' } },
  examples: ["countersign accounts set-attributes p0b5v0tTYbV4tYc2nP8sHg --set name='Ada Lovelace' --set nickname="],
  async work(task) {
    const { values, admin } = task;
    const id = task.given[0] ?? '';
    const given = pairsOf(values.set);
    if (given.length === 0 && values.replace !== true) throw new UsageError('nothing is to be changed', NAME);
    const { version, attributes } = await admin.call<Account>('GET', at`/accounts/${id}`);
    const next = { ...(values.replace === true ? {} : attributes), ...Object.fromEntries(given) };
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== ''));
    return showAccount(task, await admin.call('PUT', at`/accounts/${id}/attributes`, { version, attributes: kept }));
  },
});

const NAME = 'accounts set-attributes';

function pairsOf(given: AdminTask['values'][string]): (readonly [string, string])[] {
  return (typeof given === 'object' ? given : []).map((pair) => {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) throw new UsageError('--set: expected NAME=VALUE', NAME);
    return [name, value] as const;
  });
}

const remove = adminCommand({
  name: 'accounts remove',
  summary: 'Deletes an account',
  details: [
    'With its sessions, tokens and memberships. Its person is told. The id is never given to anybody again; the address or number is free.',
  ],
  arguments: [ACCOUNT],
  confirm: ([id]) => `Delete the account ${id}, for good?`,
  examples: ['countersign accounts remove p0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = ''], show }) {
    await admin.call('DELETE', at`/accounts/${id}`);
    show({ removed: id }, () => `${id} is deleted.`);
    return EXIT.ok;
  },
});

export const accountCommands: readonly Command[] = [
  list,
  find,
  show,
  create,
  disable,
  enable,
  signOut,
  removeIdentifier,
  liftHold,
  setAttributes,
  remove,
];
