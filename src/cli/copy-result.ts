import type { Report } from '../services/upkeep/moving-house.ts';
import { MOVED_KINDS, type MovedKind, type Names } from '../services/upkeep/store-comparison.ts';
import { readable } from './progress-bar.ts';

/** What `store copy` answers; with `--json` exactly this. */
export interface CopyResult {
  /** Without credentials. */
  readonly from: string;
  readonly to: string;
  /**
   * - `copied`: the target has everything
   * - `incomplete`: something is missing, or has other content there
   * - `target_occupied`: the target holds something of its own; nothing was copied
   * - `source_empty`: there is nothing to copy
   */
  readonly outcome: 'copied' | 'incomplete' | 'target_occupied' | 'source_empty';
  readonly kinds: Report['kinds'];
  readonly notMoved: readonly string[];
}

/** What lives too short to be moved, or could be used twice if it were. */
export const NOT_MOVED = [
  'sessions',
  'grants and tokens of every kind',
  'sign-ins and codes under way',
  'mail that is not sent yet',
  'the counters of budgets',
  'the audit trail',
] as const;

const LABELS: Readonly<Record<MovedKind, string>> = {
  keys: 'signing keys',
  resources: 'resources',
  clients: 'clients',
  organizations: 'organizations',
  accounts: 'accounts',
  members: 'members',
  administrators: 'administrators',
};

/** How many ids a person is shown; JSON has more. */
const SHOWN = 10;

/** The result for a person. */
export const copyText = (result: CopyResult): string =>
  [`From  ${result.from}`, `To    ${result.to}`, '', ...tableOf(result.kinds), '', ...closing(result)].join('\n');

function tableOf(kinds: Report['kinds']): string[] {
  const head = ['', 'in the source', 'copied now', 'there before', 'missing', 'different'];
  const rows = MOVED_KINDS.map((kind) => {
    const { found, created, same, missing, different } = kinds[kind];
    const counts = [found, created, Math.max(0, same - created), missing.count, different.count];
    return [LABELS[kind], ...counts.map(readable)];
  });
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(16) : cell.padStart(14)))
      .join('')
      .trimEnd(),
  );
}

function closing(result: CopyResult): string[] {
  switch (result.outcome) {
    case 'copied':
      return [
        'Everything is there.',
        `Not moved: ${result.notMoved.join(', ')}.`,
        'Next: set STORE_URL to the new store, keep SECRET as it is, and start. People sign in once more.',
      ];
    case 'incomplete':
      return [
        ...namesOf(result.kinds, 'missing'),
        ...namesOf(result.kinds, 'different'),
        'The target does not have everything. What is missing belongs to somebody else there (an address, an active signing',
        'key), or came to be during the copy; what is different was changed in one of the two. Do not switch over yet.',
      ];
    case 'target_occupied':
      return [
        ...namesOf(result.kinds, 'foreign'),
        ...namesOf(result.kinds, 'different'),
        'Nothing was copied: the target holds something that the source does not have, so it lives already. Take an empty',
        'one, or say --force to copy what is missing nevertheless.',
      ];
    case 'source_empty':
      return [
        'Nothing was copied: there is no account, organization, client or signing key in the source. Is that the right one?',
      ];
  }
}

const TITLES = { missing: 'Missing', different: 'Different', foreign: 'Only in the target' } as const;

const namesOf = (kinds: Report['kinds'], which: keyof typeof TITLES): string[] =>
  MOVED_KINDS.flatMap((kind) => {
    const names = kinds[kind][which];
    return names.count === 0 ? [] : [`${TITLES[which]} ${LABELS[kind]}: ${listed(names)}`];
  });

function listed({ count, ids }: Names): string {
  const shown = ids.slice(0, SHOWN);
  const rest = count - shown.length;
  return `${shown.join(', ')}${rest === 0 ? '' : ` and ${readable(rest)} more`}`;
}
