import type { Account, AccountIdentifier } from '../domain/account.ts';
import { accountChanges } from '../domain/account-changes.ts';
import { isSameIdentifier } from '../domain/account-identifiers.ts';
import { attributeFault } from '../domain/attributes.ts';
import { isProblem } from '../domain/errors.ts';
import { type Identifier, parseEmail } from '../domain/identifier.ts';
import { parsePhone } from '../domain/phone.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { AccountStore } from '../ports/store/records.ts';
import { newAccount } from './accounts.ts';
import type { AdminActor } from './admin-actor.ts';
import type { Audit } from './audit.ts';

/** Somebody as another system knows them. */
export interface ImportedPerson {
  /** What their `sub` was there. */
  readonly id?: string | undefined;
  readonly email?: string | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly phoneNumber?: string | undefined;
  readonly phoneNumberVerified?: boolean | undefined;
  /** Standard claims (OpenID Connect Core §5.1). */
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
}

export interface ImportTerms {
  /** What the other system has verified counts as proven here. Otherwise everybody proves what they are known by at first. */
  readonly trustVerified: boolean;
  /** Their ids stay what they were; otherwise they get new ones. */
  readonly keepIds: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
}

export const IMPORT_REFUSALS = [
  'record_invalid',
  'identifier_missing',
  'identifier_invalid',
  'identifier_taken',
  'attribute_invalid',
  'created_at_invalid',
  'id_invalid',
  'id_taken',
] as const;
export type ImportRefusal = (typeof IMPORT_REFUSALS)[number];

/** Which of somebody's identifiers their account begins without. */
export type LeftOut = 'email' | 'phone_number';

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
  readonly store: { readonly accounts: Pick<AccountStore, 'createOrFind' | 'findById' | 'findByIdentifier'> };
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

/** What may be a `sub` (OpenID Connect Core §8: at most 255 ASCII characters), and stand in paths and records. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._~:@|+=-]{0,254}$/;

/** A refusal on its way out of the checks. */
interface Refused {
  readonly reason: ImportRefusal;
  readonly detail: string;
}

export function createAccountImport(deps: Deps): AccountImport {
  return {
    async run(people, terms, by) {
      const outcomes = await inTurn(people, (person) => importOne(deps, person, terms, by));
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

async function importOne(deps: Deps, person: ImportedPerson, terms: ImportTerms, by: AdminActor) {
  const drafted = draft(deps, person, terms);
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
  const namesake = keepIds ? await store.accounts.findById(account.id) : null;
  return namesake === null ? null : { reason: 'id_taken', detail: 'another account has this id' };
}

interface Draft {
  readonly account: Account;
  readonly leftOut: readonly LeftOut[];
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

/** @param provenAt when what was verified elsewhere counts as proven; null when it does not */
function identifiersOf(
  person: ImportedPerson,
  provenAt: number | null,
): { readonly kept: AccountIdentifier[]; readonly leftOut: LeftOut[] } | Refused {
  const found: { readonly field: LeftOut; readonly entry: AccountIdentifier }[] = [];
  for (const [field, given, isVerified, parse] of [
    ['email', person.email, person.emailVerified, parseEmail],
    ['phone_number', person.phoneNumber, person.phoneNumberVerified, (text: string) => parsePhone(text, null)],
  ] as const) {
    if (given === undefined) continue;
    const identifier = parsedBy(parse, given);
    if (identifier === null) return { reason: 'identifier_invalid', detail: `${field}: ${EXPECTED[field]}` };
    found.push({
      field,
      entry: { ...identifier, verifiedAt: isVerified === true ? provenAt : null, primary: true },
    });
  }
  const proven = found.filter(({ entry }) => entry.verifiedAt !== null);
  const kept = (proven.length > 0 ? proven : found.slice(0, 1)).map(({ entry }) => entry);
  const isKept = (entry: AccountIdentifier): boolean => kept.some((one) => isSameIdentifier(one, entry));
  return { kept, leftOut: found.filter(({ entry }) => !isKept(entry)).map(({ field }) => field) };
}

const EXPECTED: Readonly<Record<LeftOut, string>> = {
  email: 'expected an e-mail address',
  phone_number: 'expected a phone number with its country code',
};

function parsedBy(parse: (text: string) => Identifier, text: string): Identifier | null {
  try {
    return parse(text);
  } catch (error) {
    if (isProblem(error)) return null;
    throw error;
  }
}
