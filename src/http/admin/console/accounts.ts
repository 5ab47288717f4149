import type { Account } from '../../../domain/account.ts';
import { Problem } from '../../../domain/errors.ts';
import { isHeld } from '../../../domain/hold.ts';
import { maskIdentifier } from '../../../domain/identifier.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { People } from '../../../services/people.ts';
import { seeOther } from '../../signin/routes.ts';
import { findAccounts } from './account-finding.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { problemAt } from './form-words.ts';
import { listWays } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly people: People;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const ACCOUNTS = '/admin/accounts';

export const accountPath = (id: string): string => `${ACCOUNTS}/${encodeURIComponent(id)}`;

/** Nothing that can be searched for is longer, in characters. */
const LONGEST_SEARCH = 320;

/** The accounts as a list, and new ones. */
export const accountsChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(ACCOUNTS, 'read', async (here) => {
      const search = (here.query.q ?? '').trim().slice(0, LONGEST_SEARCH);
      const { accounts, next, refusal } = await findAccounts(deps.people, search, here.query.cursor ?? null);
      const model = {
        accounts: accounts.map((account) => listed(account, deps.now())),
        search,
        refusal,
        ways: listWays(ACCOUNTS, { q: search }, here.query.cursor, next),
        mayWrite: here.may('write'),
        done: here.query.done ?? null,
      };
      const problem = refusal === null ? null : new Problem('identifier_invalid');
      desk.render(here, 'accounts/list', model, { active: 'accounts', problem });
    });
    attendNew(desk, deps);
  };

const listed = (account: Account, now: number) => ({
  id: account.id,
  href: accountPath(account.id),
  identifiers: primaryFirst(account).map((entry) => ({
    channel: entry.channel,
    value: maskIdentifier(entry),
    masked: true,
  })),
  isActive: account.status === 'active',
  isHeld: isHeld(account, now),
  createdAt: new Date(account.createdAt).toISOString(),
});

export const primaryFirst = ({ identifiers }: Account): Account['identifiers'] =>
  identifiers.toSorted((one, other) => Number(other.primary) - Number(one.primary));

function attendNew(desk: ConsoleDesk, { people }: Deps): void {
  const path = `${ACCOUNTS}/new`;
  const show = async (here: ConsoleAttendance, identifier: string, problem: Problem | null): Promise<void> => {
    const problems = problem === null ? {} : problemAt('identifier', problem, 'This cannot be an account.');
    const model = { form: here.form(path), values: { identifier }, problems };
    desk.render(here, 'accounts/new', model, { active: 'accounts', problem });
  };
  desk.page(path, 'write', (here) => show(here, '', null));
  desk.form(
    path,
    { need: 'write', from: () => path, show: (here, problem) => show(here, here.fields.identifier ?? '', problem) },
    async (here) => {
      const identifier = parseIdentifier(here.fields.identifier?.trim(), null);
      const { id } = await people.create(identifier, here.actor);
      seeOther(here.ctx, `${accountPath(id)}?done=created`);
    },
  );
}
