import { isIP } from 'node:net';
import {
  type Command,
  type CommandArgument,
  type CommandOption,
  EXIT,
  type OptionValues,
  UsageError,
} from '../command.ts';
import { type Column, moment, table } from '../table.ts';
import { bodyOf } from './account-shown.ts';
import { adminCommand } from './command.ts';

interface Budget {
  readonly name: string;
  readonly about: string;
  readonly limit: number;
  readonly window_seconds: number;
  readonly spent: number;
  readonly ends_at: number | null;
}

const SUBJECT: CommandArgument = {
  name: 'SUBJECT',
  description: 'an e-mail address, a phone number with its country code, or an IP address',
};

const KIND: Readonly<Record<string, CommandOption>> = {
  kind: { value: 'client|account', description: 'SUBJECT is the id of one' },
};

const COLUMNS: readonly Column<Budget>[] = [
  { heading: 'BUDGET', text: ({ name }) => name },
  { heading: 'SPENT', text: ({ spent, limit }) => `${spent} of ${limit}` },
  { heading: 'WINDOW', text: ({ window_seconds }) => `${window_seconds} s` },
  { heading: 'ENDS', text: ({ ends_at }) => moment(ends_at) },
  { heading: 'ABOUT', text: ({ about }) => about, shrinks: true },
];

/** @throws UsageError for a kind that there is not */
function subjectOf(subject: string, { kind }: OptionValues, command: string): object {
  if (kind === 'client') return { client_id: subject };
  if (kind === 'account') return { account_id: subject };
  if (kind !== undefined) throw new UsageError('--kind: expected client or account', command);
  return isIP(subject.replace(/\/64$/, '')) === 0 ? bodyOf(subject) : { network: subject };
}

const show = adminCommand({
  name: 'budgets show',
  summary: 'Shows the limits on somebody, and what of them is spent',
  details: ['What browsers of earlier sign-ins have failed is counted for each of them apart, and not seen here.'],
  arguments: [SUBJECT],
  options: KIND,
  examples: ['countersign budgets show ada@example.org', 'countersign budgets show demo --kind client'],
  async work({ admin, given: [subject = ''], values, show, terminal }) {
    const answer = await admin.call<{ budgets: Budget[] }>(
      'POST',
      '/budgets/find',
      subjectOf(subject, values, 'budgets show'),
    );
    show(answer, () => table(answer.budgets, COLUMNS, terminal.screen));
    return EXIT.ok;
  },
});

const reset = adminCommand({
  name: 'budgets reset',
  summary: 'Forgets what somebody has spent of one limit',
  details: [
    'It begins anew. First make sure who is asking: limits keep those out who guess codes. The block and the country of a number are shared with others.',
  ],
  arguments: [SUBJECT, { name: 'BUDGET', description: 'its name, as `budgets show` has it' }],
  options: KIND,
  confirm: ([subject, budget]) => `Let ${budget} of ${subject} begin anew?`,
  examples: ['countersign budgets reset ada@example.org sends.identifier.0 --yes'],
  async work({ admin, given: [subject = '', name = ''], values, show, terminal }) {
    const body = { ...subjectOf(subject, values, 'budgets reset'), name };
    const answer = await admin.call<{ budgets: Budget[] }>('POST', '/budgets/reset', body);
    show(answer, () => table(answer.budgets, COLUMNS, terminal.screen));
    return EXIT.ok;
  },
});

export const budgetCommands: readonly Command[] = [show, reset];
