import type { Account } from '../../domain/account.ts';
import { accountChanges } from '../../domain/account-changes.ts';
import { attributeFault } from '../../domain/attributes.ts';
import { isOwnClient } from '../../domain/own-clients.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { EventStore } from '../../ports/store/events.ts';
import type { AccountStore, ClientStore } from '../../ports/store/records.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Administrators } from '../administration/administrators.ts';
import type { Audit } from '../trail/audit.ts';
import { newAccount } from './accounts.ts';
import {
  type ImportedPerson,
  type ImportRefusal,
  identifiersOf,
  type LeftOut,
  type Refused,
} from './imported-person.ts';

export interface ImportTerms {
  /** What the other system has verified counts as proven here. Otherwise everybody proves what they are known by at first. */
  readonly trustVerified: boolean;
  /** Their ids stay what they were; otherwise they get new ones. */
  readonly keepIds: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
}

/** What became of one person. */
export type ImportOutcome =
  | { readonly outcome: 'created' | 'existing'; readonly id: string; readonly leftOut: readonly LeftOut[] }
  | { readonly outcome: 'refused'; readonly reason: ImportRefusal; readonly detail: string };

/** People who come from another system. */
export interface AccountImport {
  /**
   * Makes an account for each of them who has none yet; whoever is here already stays as they are, so that an import that
   * was broken off can be made again. An account has either one identifier or only proven ones: an unproven one
   * beside others is left out, for its owner to add.
   *
   * @returns what became of each, in their order
   */
  run(people: readonly ImportedPerson[], terms: ImportTerms, by: AdminActor): Promise<ImportOutcome[]>;
}

interface Deps {
  readonly store: {
    readonly accounts: Pick<AccountStore, 'createOrFind' | 'findById' | 'findByIdentifier'>;
    readonly clients: Pick<ClientStore, 'find'>;
    readonly events: Pick<EventStore, 'list'>;
  };
  readonly administrators: Pick<Administrators, 'recogniser'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

/** The same, and who administers while it is worked. */
interface Work extends Deps {
  readonly administers: (account: Account) => boolean;
}

/** What may be a `sub` (OpenID Connect Core §8: at most 255 ASCII characters), and stand in paths and records. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._~:@|+=-]{0,254}$/;

export function createAccountImport(deps: Deps): AccountImport {
  return {
    async run(people, terms, by) {
      const work = { ...deps, administers: await deps.administrators.recogniser() };
      const outcomes = await inTurn(people, (person) => importOne(work, person, terms, by));
      if (!terms.dryRun) tellOf(deps.audit, outcomes, by);
      return outcomes;
    },
  };
}

/** Writes that wait together share one sync of the disk; with more of them a distant store lets others wait too long. */
const AT_ONCE = 32;

/** What becomes of each, in their order, so many at a time. */
async function inTurn<Item, Outcome>(items: readonly Item[], work: (item: Item) => Promise<Outcome>) {
  const outcomes: Outcome[] = [];
  const turns = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of turns) outcomes[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

function tellOf(audit: Audit, outcomes: readonly ImportOutcome[], by: AdminActor): void {
  const counted = (wanted: ImportOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  const reason = `${counted('created')} created, ${counted('existing')} there already, ${counted('refused')} refused`;
  audit.record({ type: 'accounts.imported', by, reason });
}

async function importOne(deps: Work, person: ImportedPerson, terms: ImportTerms, by: AdminActor) {
  const drafted = draftFor(deps, person, terms);
  if ('reason' in drafted) return { outcome: 'refused', ...drafted } as const;
  const { account, leftOut } = drafted;
  const rival = await rivalOf(deps, account, terms.keepIds);
  if (rival !== null) return 'reason' in rival ? ({ outcome: 'refused', ...rival } as const) : existing(rival, leftOut);
  if (terms.dryRun) return { outcome: 'created', id: account.id, leftOut } as const;
  return create(deps, account, leftOut, terms, by);
}

const existing = ({ id }: Account, leftOut: readonly LeftOut[]): ImportOutcome => ({
  outcome: 'existing',
  id,
  leftOut,
});

async function create(
  deps: Deps,
  account: Account,
  leftOut: readonly LeftOut[],
  terms: ImportTerms,
  by: AdminActor,
): Promise<ImportOutcome> {
  const result = await deps.store.accounts.createOrFind(account).catch(async (error: unknown) => {
    // Somebody was faster with this id: then there is an account of it, and otherwise the store has failed.
    if ((await deps.store.accounts.findById(account.id)) === null) throw error;
    return null;
  });
  if (result?.created === true) {
    const [identifier] = account.identifiers;
    const changes = accountChanges(null, account);
    deps.audit.record({ type: 'account.created', accountId: account.id, identifier, by, changes });
    return { outcome: 'created', id: account.id, leftOut };
  }
  const rival = (await rivalOf(deps, account, terms.keepIds)) ?? TAKEN;
  return 'reason' in rival ? { outcome: 'refused', ...rival } : existing(rival, leftOut);
}

const TAKEN: Refused = { reason: 'identifier_taken', detail: 'somebody else is known by this' };

const OTHER_ID: Refused = { ...TAKEN, detail: 'an account with another id is known by this' };
const HALF: Refused = { ...TAKEN, detail: 'there is an account with one of these, and not with the other' };

/** @returns the same person, who is here already; why they cannot be, because of somebody else; null when nobody is there */
async function rivalOf({ store }: Deps, account: Account, keepIds: boolean): Promise<Account | Refused | null> {
  const owners = await Promise.all(account.identifiers.map((one) => store.accounts.findByIdentifier(one)));
  const known = owners.filter((owner) => owner !== null);
  const [first] = known;
  if (first !== undefined) {
    const isSame = known.length === owners.length && known.every(({ id }) => id === first.id);
    if (isSame) return keepIds && first.id !== account.id ? OTHER_ID : first;
    return known.every(({ id }) => id === first.id) ? HALF : TAKEN;
  }
  if (!keepIds) return null;
  if ((await store.accounts.findById(account.id)) !== null) {
    return { reason: 'id_taken', detail: 'another account has this id' };
  }
  // Tokens of an application itself have its id for a `sub`: nobody may be taken for one (RFC 9068 §5).
  const client = isOwnClient(account.id) || (await store.clients.find(account.id)) !== null;
  if (client) return { reason: 'id_taken', detail: 'an application has this id' };
  // As long as it is remembered: applications would take somebody for who was deleted.
  const [deleted] = await store.events.list({ type: 'account.deleted', accountId: account.id }, 1);
  return deleted === undefined ? null : { reason: 'id_taken', detail: 'an account that was deleted had this id' };
}

interface Draft {
  readonly account: Account;
  readonly leftOut: readonly LeftOut[];
}

/** By what somebody administers is proven here and nowhere else: what stands beside it in a file would let others in. */
function draftFor(deps: Work, person: ImportedPerson, terms: ImportTerms): Draft | Refused {
  const drafted = draft(deps, person, terms);
  if (!terms.trustVerified || 'reason' in drafted) return drafted;
  return deps.administers(drafted.account) ? draft(deps, person, { ...terms, trustVerified: false }) : drafted;
}

/** The account that somebody would have. */
function draft({ clock, random }: Deps, person: ImportedPerson, terms: ImportTerms): Draft | Refused {
  const now = clock.now();
  const identifiers = identifiersOf(person, terms.trustVerified ? now : null);
  if ('reason' in identifiers) return identifiers;
  const fault = attributesFault(person) ?? createdAtFault(person, now) ?? idFault(person, terms);
  if (fault !== null) return fault;
  const [first] = identifiers.kept;
  if (first === undefined) return { reason: 'identifier_missing', detail: 'expected email or phone_number' };
  const id = terms.keepIds ? (person.id ?? '') : random.id();
  const account = newAccount(first, id, person.createdAt ?? now);
  return {
    account: { ...account, identifiers: identifiers.kept, attributes: person.attributes },
    leftOut: identifiers.leftOut,
  };
}

function attributesFault({ attributes }: ImportedPerson): Refused | null {
  for (const [name, value] of Object.entries(attributes)) {
    const fault = attributeFault(name, value);
    if (fault !== null) return { reason: 'attribute_invalid', detail: `${name}: ${fault}` };
  }
  return null;
}

const createdAtFault = ({ createdAt }: ImportedPerson, now: number): Refused | null =>
  createdAt === undefined || createdAt <= now
    ? null
    : { reason: 'created_at_invalid', detail: 'created_at: has not been yet' };

const idFault = ({ id }: ImportedPerson, { keepIds }: ImportTerms): Refused | null =>
  !keepIds || (id !== undefined && ID.test(id))
    ? null
    : { reason: 'id_invalid', detail: 'id: expected 1 to 255 letters, digits and . _ ~ : @ | + = -' };
