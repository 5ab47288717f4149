import { type CommandArgument, EXIT } from '../command.ts';
import { type Column, moment, sheet } from '../table.ts';
import type { Screen } from '../terminal.ts';
import type { AdminTask } from './command.ts';

/** What commands read of an account. */
export interface Account {
  readonly id: string;
  readonly status: string;
  readonly identifiers: readonly { readonly value: string; readonly verified_at: number | null }[];
  readonly held_until: number | null;
  readonly created_at: number;
  readonly version: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Where somebody is signed in. */
export interface Session {
  readonly id: string;
  readonly signed_in_at: number;
  readonly browser: string | null;
  readonly network: string | null;
  readonly client_id: string | null;
}

/** An address has an @, a number does not: nothing else is guessed. */
export const IDENTIFIER: CommandArgument = {
  name: 'IDENTIFIER',
  description: 'an e-mail address, or a phone number with its country code',
};

/** How the Admin API takes one. */
export const bodyOf = (identifier: string): object =>
  identifier.includes('@') ? { email: identifier } : { phone_number: identifier };

const identifiersOf = ({ identifiers }: Account): string => identifiers.map(({ value }) => value).join(', ');

export const ACCOUNT_COLUMNS: readonly Column<Account>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'STATE', text: ({ status }) => status },
  { heading: 'CREATED', text: ({ created_at }) => moment(created_at) },
  { heading: 'IDENTIFIERS', text: identifiersOf, shrinks: true },
];

export const textOf = (account: Account, screen: Screen | null): string =>
  sheet(
    [
      ['id', account.id],
      ['state', account.status],
      [
        'identifiers',
        account.identifiers
          .map(
            ({ value, verified_at }) => `${value} ${verified_at === null ? '(unproven)' : `(${moment(verified_at)})`}`,
          )
          .join('\n'),
      ],
      ['held until', moment(account.held_until)],
      ['created', moment(account.created_at)],
      ['version', String(account.version)],
      ...Object.entries(account.attributes ?? {}).map(([name, value]) => [name, String(value)] as const),
    ],
    screen,
  );

/** Shows it as the command was asked to. */
export function showAccount({ show, terminal }: AdminTask, account: Account): typeof EXIT.ok {
  show(account, () => textOf(account, terminal.screen));
  return EXIT.ok;
}

export const SESSION_COLUMNS: readonly Column<Session>[] = [
  { heading: 'SESSION', text: ({ id }) => id },
  { heading: 'SIGNED IN', text: ({ signed_in_at }) => moment(signed_in_at) },
  { heading: 'BROWSER', text: ({ browser }) => browser ?? '(over an API)', shrinks: true },
  { heading: 'NETWORK', text: ({ network }) => network ?? '-' },
  { heading: 'CLIENT', text: ({ client_id }) => client_id ?? '-', shrinks: true },
];
