import type { Store } from '../../ports/store.ts';
import {
  type Comparison,
  compareStores,
  everyAdministrator,
  everyMember,
  everyOne,
  type Identified,
  type KindComparison,
  MOVED_KINDS,
  type MovedKind,
  PAGE,
  type Pair,
  paired,
} from './store-comparison.ts';

/**
 * Told after every step.
 * @param done records of the source that the target has by now
 * @param total records of the source; null when nobody has counted them
 */
export type Progress = (kind: MovedKind, done: number, total: number | null) => void;

/** What has become of one kind of records. */
export interface KindReport extends KindComparison {
  /** Records this run has written. */
  readonly created: number;
}

/** How a copy has ended. The comparison was made afterwards, by reading both stores again. */
export interface Report {
  readonly kinds: Readonly<Record<MovedKind, KindReport>>;
  /** True when the target has everything the source has, with the same content. */
  readonly complete: boolean;
}

/** Writes under way at the same time: stores commit together what waits together. */
const LANES = 32;

/**
 * Copies what an installation is made of into another store: signing keys, resources, clients, organizations, accounts with their
 * consents and remembered devices (the cookies of which are sealed with the same `SECRET`), who is a member of what, and who administers.
 *
 * Sessions, grants, tokens, challenges, messages and budgets stay: they are short-lived, and a copy of something that may be
 * used once could be used twice. Keys of the Admin API stay, too: whoever moves makes new ones. The audit trail stays where it was written.
 *
 * Every record is created unless it is there, so that an interrupted copy goes on when it is begun again. Nothing in the
 * target is ever changed or removed.
 *
 * @param counted a comparison made before, for the totals that `progress` tells
 * @throws Problem `store_unavailable`; what has been copied by then stays copied
 */
export async function copyStore(from: Store, to: Store, progress: Progress, counted?: Comparison): Promise<Report> {
  const tell =
    (kind: MovedKind) =>
    (done: number): void =>
      progress(kind, done, counted?.[kind].found ?? null);
  const copy = <Kept extends Identified>(
    kind: MovedKind,
    every: (store: Store) => AsyncGenerator<Kept, void>,
    create: (kept: Kept) => Promise<boolean>,
  ): Promise<number> => copyEach(paired(every(from), every(to)), create, tell(kind));
  const created: Record<MovedKind, number> = {
    keys: await copyKeys(from, to, tell('keys')),
    // Before the clients: an audience whose rules are not there yet would have others.
    resources: await copy('resources', ({ resources }) => everyOne(resources.list), to.resources.create),
    clients: await copy('clients', ({ clients }) => everyOne(clients.list), to.clients.create),
    organizations: await copy(
      'organizations',
      ({ organizations }) => everyOne(organizations.list),
      to.organizations.create,
    ),
    accounts: await copy(
      'accounts',
      ({ accounts }) => everyOne(accounts.list),
      async (account) => (await to.accounts.createOrFind(account)).created,
    ),
    // After both of its ends, so that no store ever holds half of it.
    members: await copy('members', everyMember, ({ member }) => to.organizations.putMember(member)),
    // After their accounts, to which they are bound.
    administrators: await copy('administrators', everyAdministrator, ({ administrator }) =>
      to.administrators.create(administrator),
    ),
  };
  return reportOf(created, await compareStores(from, to));
}

/** The younger come first: should a node read in between, it finds nobody active whom a later key has replaced. */
async function copyKeys(from: Store, to: Store, tell: (done: number) => void): Promise<number> {
  const there = new Set((await to.keys.list()).map(({ id }) => id));
  let created = 0;
  let done = 0;
  for (const key of (await from.keys.list()).sort((left, right) => right.generation - left.generation)) {
    if (there.has(key.id)) done += 1;
    else if (await to.keys.create(key)) {
      created += 1;
      done += 1;
    }
    tell(done);
  }
  return created;
}

async function copyEach<Kept>(
  pairs: AsyncIterable<Pair<Kept>>,
  create: (kept: Kept) => Promise<boolean>,
  tell: (done: number) => void,
): Promise<number> {
  const count = { seen: 0, created: 0, there: 0 };
  let waiting: Kept[] = [];
  const flush = async (): Promise<void> => {
    await inLanes(waiting, async (kept) => {
      if (await create(kept)) count.created += 1;
    });
    waiting = [];
    tell(count.there + count.created);
  };
  for await (const { source, target } of pairs) {
    if (source === null) continue;
    count.seen += 1;
    if (target === null) waiting.push(source);
    else count.there += 1;
    if (count.seen % PAGE === 0) await flush();
  }
  await flush();
  return count.created;
}

/** Each lane ends with its first failure, so that nothing is under way any more when the caller hears of it. */
async function inLanes<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function reportOf(created: Readonly<Record<MovedKind, number>>, comparison: Comparison): Report {
  const kindOf = (kind: MovedKind): KindReport => ({ ...comparison[kind], created: created[kind] });
  return {
    kinds: {
      keys: kindOf('keys'),
      resources: kindOf('resources'),
      clients: kindOf('clients'),
      organizations: kindOf('organizations'),
      accounts: kindOf('accounts'),
      members: kindOf('members'),
      administrators: kindOf('administrators'),
    },
    complete: MOVED_KINDS.every((kind) => comparison[kind].same === comparison[kind].found),
  };
}
