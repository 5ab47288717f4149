import type { Account } from '../../../domain/account.ts';
import type { Problem } from '../../../domain/errors.ts';
import { isHeld } from '../../../domain/hold.ts';
import { maskIdentifier, parseMasked } from '../../../domain/identifier.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { People } from '../../../services/people/people.ts';
import { seeOther } from '../../signin/routes.ts';
import { listAccounts, personBy } from './account-finding.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { problemAt } from './form-words.ts';
import { listWays } from './lists.ts';
import { attendSearch, type SearchRefusal } from './private-search.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly people: People;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const ACCOUNTS = '/admin/accounts';

export const accountPath = (id: string): string => `${ACCOUNTS}/${encodeURIComponent(id)}`;

/** The accounts as a list, and new ones. */
export const accountsChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    attendSearch(desk, {
      path: ACCOUNTS,
      conditions: [],
      whom: 'q',
      notUnderstood: 'This is no whole address, no number with a country code, no masked form and no id.',
      isTelling: (text) => parseMasked(text) === null,
      show: (here, { q = '' }, refusal) => showList(desk, deps, here, q, refusal),
      async answer({ ctx }, { q = '' }) {
        seeOther(ctx, accountPath((await personBy(deps.people, q)).id));
      },
    });
    attendNew(desk, deps);
  };

async function showList(
  desk: ConsoleDesk,
  { people, now }: Deps,
  here: ConsoleAttendance,
  search: string,
  refusal: SearchRefusal | null,
): Promise<void> {
  const { cursor } = here.query;
  const isInVain = refusal !== null && search !== '';
  const { accounts, next } = isInVain
    ? { accounts: [], next: null }
    : await listAccounts(people, search, cursor ?? null);
  const model = {
    accounts: accounts.map((account) => listed(account, now())),
    find: here.form(ACCOUNTS),
    search,
    refusal: refusal?.text ?? null,
    ways: isInVain ? { first: null, next } : listWays(ACCOUNTS, { q: search }, cursor, next),
    mayWrite: here.may('write'),
    done: here.query.done ?? null,
  };
  desk.render(here, 'accounts/list', model, { active: 'accounts', problem: refusal?.problem ?? null });
}

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
