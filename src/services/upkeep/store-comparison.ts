import type { Administrator } from '../../domain/administration.ts';
import type { Client } from '../../domain/client.ts';
import type { Member } from '../../domain/organization.ts';
import type { StoredKey } from '../../ports/store/installation.ts';
import type { Store } from '../../ports/store.ts';

/** What an installation is made of and keeps wherever it lives: the kinds of records that move between stores. */
export const MOVED_KINDS = [
  'keys',
  'resources',
  'clients',
  'organizations',
  'accounts',
  'members',
  'administrators',
] as const;
export type MovedKind = (typeof MOVED_KINDS)[number];

/** Ids of records: how many there are, and the first of them. */
export interface Names {
  readonly count: number;
  /** In order, at most 100. */
  readonly ids: readonly string[];
}

/** What two stores have of one kind. */
export interface KindComparison {
  /** Records of the source. */
  readonly found: number;
  /** Records of the source that the target has as well, with the same content. */
  readonly same: number;
  /** In the source, not in the target. */
  readonly missing: Names;
  /** In both under one id, with other content. */
  readonly different: Names;
  /** In the target only. */
  readonly foreign: Names;
}

export type Comparison = Readonly<Record<MovedKind, KindComparison>>;

/** The record of an id in either store; one of them may be null. */
export interface Pair<Kept> {
  readonly source: Kept | null;
  readonly target: Kept | null;
}

/** What is told apart by its id. */
export interface Identified {
  readonly id: string;
}

type List<Kept> = (after: string | null, limit: number) => Promise<readonly Kept[]>;

/** A member as it is copied and compared: the id names both ends. */
export interface IdentifiedMember extends Identified {
  readonly member: Member;
}

/** Somebody who administers, as they are copied and compared: there is one for each address. */
export interface IdentifiedAdministrator extends Identified {
  readonly administrator: Administrator;
}

/** Records read at a time. */
export const PAGE = 500;

const NAMED = 100;

/** All records of a list, page by page. */
export async function* everyOne<Kept extends Identified>(list: List<Kept>): AsyncGenerator<Kept, void> {
  let after: string | null = null;
  for (;;) {
    const page: readonly Kept[] = await list(after, PAGE);
    yield* page;
    after = page.at(-1)?.id ?? null;
    if (after === null || page.length < PAGE) return;
  }
}

/** All members of all organizations. The blank comes before whatever an id is made of, so that they come by id as well. */
export async function* everyMember({ organizations }: Store): AsyncGenerator<IdentifiedMember, void> {
  for await (const { id } of everyOne(organizations.list)) {
    const list: List<IdentifiedMember> = async (after, limit) =>
      (await organizations.members(id, after, limit)).map((member) => ({ id: member.accountId, member }));
    for await (const { member } of everyOne(list)) yield { id: `${id} ${member.accountId}`, member };
  }
}

/** Those who were invited; there are so few that they come all at once. */
export async function* everyAdministrator({ administrators }: Store): AsyncGenerator<IdentifiedAdministrator, void> {
  for (const administrator of await administrators.list()) yield { id: administrator.email, administrator };
}

/** Stores list by the bytes of ids; JavaScript would compare UTF-16 units. */
const order = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Walks two lists side by side, each once, and needs no more memory than a page of each. */
export async function* paired<Kept extends Identified>(
  left: AsyncGenerator<Kept, void>,
  right: AsyncGenerator<Kept, void>,
): AsyncGenerator<Pair<Kept>, void> {
  let [ours, theirs] = [await left.next(), await right.next()];
  while (ours.done !== true || theirs.done !== true) {
    const turn = ours.done === true ? 1 : theirs.done === true ? -1 : order(ours.value.id, theirs.value.id);
    yield {
      source: turn <= 0 && ours.done !== true ? ours.value : null,
      target: turn >= 0 && theirs.done !== true ? theirs.value : null,
    };
    if (turn <= 0) ours = await left.next();
    if (turn >= 0) theirs = await right.next();
  }
}

/** Compares what two stores have of everything that moves; reads all of it once. */
export async function compareStores(source: Store, target: Store): Promise<Comparison> {
  return {
    keys: await compareKind(everyOne(listKeys(source)), everyOne(listKeys(target)), sameKey),
    resources: await compareKind(everyOne(source.resources.list), everyOne(target.resources.list), sameContent),
    clients: await compareKind(everyOne(source.clients.list), everyOne(target.clients.list), sameClient, isDeclared),
    organizations: await compareKind(
      everyOne(source.organizations.list),
      everyOne(target.organizations.list),
      sameContent,
    ),
    accounts: await compareKind(everyOne(source.accounts.list), everyOne(target.accounts.list), sameContent),
    members: await compareKind(everyMember(source), everyMember(target), sameContent),
    administrators: await compareKind(everyAdministrator(source), everyAdministrator(target), sameAdministrator),
  };
}

/** Keys come all at once and by age; here they have to come by id. */
const listKeys =
  ({ keys }: Store): List<StoredKey> =>
  async (after) =>
    after === null ? (await keys.list()).sort((left, right) => order(left.id, right.id)) : [];

async function compareKind<Kept extends Identified>(
  source: AsyncGenerator<Kept, void>,
  target: AsyncGenerator<Kept, void>,
  same: (left: Kept, right: Kept) => boolean,
  leavesOut: (kept: Kept) => boolean = () => false,
): Promise<KindComparison> {
  const [missing, different, foreign] = [gather(), gather(), gather()];
  const count = { found: 0, same: 0 };
  for await (const pair of paired(source, target)) {
    if (pair.source !== null) count.found += 1;
    if (pair.source === null) {
      if (pair.target !== null && !leavesOut(pair.target)) foreign.add(pair.target.id);
    } else if (pair.target === null) missing.add(pair.source.id);
    else if (same(pair.source, pair.target)) count.same += 1;
    else different.add(pair.source.id);
  }
  return { ...count, missing: missing.names(), different: different.names(), foreign: foreign.names() };
}

function gather() {
  let count = 0;
  const ids: string[] = [];
  return {
    add(id: string): void {
      count += 1;
      if (ids.length < NAMED) ids.push(id);
    },
    names: (): Names => ({ count, ids }),
  };
}

/** Not by its seal, which changes with a rotation of `SECRET`, nor by what the audit trail has told of it. */
const sameKey = (left: StoredKey, right: StoredKey): boolean =>
  sameContent({ ...left, sealed: '', noted: '' }, { ...right, sealed: '', noted: '' });

/** The versions inside count the writes of one store, too. */
const sameAdministrator = (left: IdentifiedAdministrator, right: IdentifiedAdministrator): boolean =>
  sameContent(left.administrator, right.administrator);

const isDeclared = ({ source }: Client): boolean => source === 'configuration';

/** Declared clients are written anew at every start, with a fresh salt: there is nothing in them to keep. */
const sameClient = (left: Client, right: Client): boolean =>
  (isDeclared(left) && isDeclared(right)) || sameContent(left, right);

/** The version counts the writes of one store and is no content. */
const sameContent = (left: object, right: object): boolean =>
  JSON.stringify(ordered({ ...left, version: 0 })) === JSON.stringify(ordered({ ...right, version: 0 }));

/** The same value with the fields of every object in one order, as lists: no name in it is special. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([left], [right]) => order(left, right))
    .map(([name, field]) => ({ name, field: ordered(field) }));
}
