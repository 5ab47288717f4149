import type { Spend } from '../../domain/budget.ts';
import { Problem } from '../../domain/errors.ts';
import type { Identifier } from '../../domain/identifier.ts';
import { numberFacts } from '../../domain/phone.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Administrators } from '../administration/administrators.ts';
import type { Audit } from '../trail/audit.ts';
import type { Vault } from '../vault.ts';
import { BUDGETS, type BudgetName, type SettingsOf, spendsIn, windowNameOf } from './budget-names.ts';
import { type BudgetSubjects, createBudgetSubjects } from './budget-subjects.ts';

/** On whom limits are counted. */
export type BudgetSubject =
  | { readonly identifier: Identifier }
  /** As `networkOf` answers it. */
  | { readonly network: string }
  | { readonly clientId: string }
  | { readonly accountId: string };

/** One limit, and how much of it is spent now. */
export interface ShownBudget {
  /** As in the audit trail: `sends.identifier.0`. */
  readonly name: string;
  /** What is counted, for people. */
  readonly about: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly spent: number;
  /** When it begins anew, in milliseconds since the epoch; null when nothing is spent. */
  readonly endsAt: number | null;
}

/** The limits on somebody, for who answers those that run into them. */
export interface BudgetDesk {
  /**
   * All limits on somebody. Where several ways are counted apart, what is told is the one of which most is spent. What browsers
   * that are known to an identifier have failed is counted under names that only they have, and not seen here.
   */
  read(subject: BudgetSubject): Promise<ShownBudget[]>;
  /**
   * Forgets what is spent of one of them. Those on administrators bound how often their codes are guessed: they are begun anew
   * by owners only.
   *
   * @throws Problem `not_found` when there is no such limit on somebody like that, `permission_missing`
   */
  reset(subject: BudgetSubject, name: string, by: AdminActor): Promise<void>;
}

interface Deps {
  readonly settings: SettingsOf<BudgetName>;
  readonly store: Pick<Store, 'accounts' | 'budgets'>;
  readonly administrators: Pick<Administrators, 'isOne'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'record'>;
}

export function createBudgetDesk(deps: Deps): BudgetDesk {
  const { settings, store, vault, clock, audit } = deps;
  const subjects = createBudgetSubjects(vault);
  const limitsOn = (subject: BudgetSubject): Limit[] => grouped(settings, countedOn(subjects, subject));
  const shown = async (limits: readonly Limit[]): Promise<ShownBudget[]> => {
    const keys = limits.flatMap((limit) => limit.keys);
    const windows = new Map((await store.budgets.read(keys, clock.now())).map((window) => [window.key, window]));
    return limits.map(({ keys: own, ...limit }) => {
      const spent = own.flatMap((key) => windows.get(key) ?? []).filter((window) => window.spent > 0);
      const most = spent.sort((one, other) => other.spent - one.spent)[0];
      return { ...limit, spent: most?.spent ?? 0, endsAt: most?.endsAt ?? null };
    });
  };
  return {
    read: (subject) => shown(limitsOn(subject)),
    async reset(subject, name, by) {
      const limit = limitsOn(subject).find((one) => one.name === name);
      if (limit === undefined) throw new Problem('not_found');
      if (!by.owns && (await isOnAdministrator(deps, subject))) throw new Problem('permission_missing');
      const [before] = await shown([limit]);
      await store.budgets.reset(limit.keys);
      const changes = [{ field: 'spent', before: String(before?.spent ?? 0), after: '0' }];
      const network = 'network' in subject ? { reason: subject.network } : {};
      audit.record({ type: 'budget.reset', by, ...subject, ...network, object: `budget:${name}`, changes });
    },
  };
}

async function isOnAdministrator({ store, administrators }: Deps, subject: BudgetSubject): Promise<boolean> {
  const { accounts } = store;
  const account =
    'identifier' in subject
      ? await accounts.findByIdentifier(subject.identifier)
      : 'accountId' in subject
        ? await accounts.findById(subject.accountId)
        : null;
  return account !== null && administrators.isOne(account);
}

/** One limit, and under which keys it is counted. */
type Limit = Pick<ShownBudget, 'name' | 'about' | 'limit' | 'windowSeconds'> & { readonly keys: readonly string[] };

/** Which budgets count somebody, and under which names. */
type Counted = readonly (readonly [name: BudgetName, ...subjects: string[]])[];

function countedOn(subjects: BudgetSubjects, subject: BudgetSubject): Counted {
  if ('identifier' in subject) return countedOnIdentifier(subjects, subject.identifier);
  if ('clientId' in subject) {
    return [
      ['sends.client', subject.clientId],
      ['failures.client', subject.clientId],
    ];
  }
  if ('accountId' in subject) return [['notices.account', subject.accountId]];
  return (['sends.network', 'interactions.network', 'callers.network', 'registrations.network'] as const).map(
    (name) => [name, subject.network],
  );
}

function countedOnIdentifier({ subjectOf, wayOf, blockOf }: BudgetSubjects, identifier: Identifier): Counted {
  const own = subjectOf({ identifier });
  const channel = identifier.channel === 'sms' ? 'email' : 'sms';
  const other = wayOf({ identifier: { channel, value: '' }, askedAs: identifier });
  return [
    [identifier.channel === 'sms' ? 'sends.number' : 'sends.identifier', own],
    ['sends.other', other],
    ['sends.reached', own],
    ['failures.identifier', own, other],
    ['failures.consecutive', own, other],
    ...(identifier.channel === 'sms' ? countedOnNumber(identifier.value, blockOf) : []),
  ];
}

function countedOnNumber(number: string, blockOf: BudgetSubjects['blockOf']): Counted {
  const { country, prefix } = numberFacts(number);
  const block = blockOf(prefix);
  return [
    ['sms.unanswered', block],
    ['sms.prefix', block],
    ['sms.country', country ?? block],
  ];
}

const grouped = (settings: SettingsOf<BudgetName>, counted: Counted): Limit[] =>
  counted.flatMap(([name, ...subjects]) => {
    const ways = subjects.map((subject) => spendsIn(settings, name, subject));
    return (ways[0] ?? []).map((spend, index) =>
      limitOf(
        name,
        spend,
        ways.flatMap((way) => way[index]?.key ?? []),
      ),
    );
  });

const limitOf = (name: BudgetName, { key, limit, windowMs }: Spend, keys: readonly string[]): Limit => ({
  name: windowNameOf(key),
  about: BUDGETS[name].about,
  limit,
  windowSeconds: windowMs / 1000,
  keys,
});
