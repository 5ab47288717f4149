import type { Account } from '../../domain/account.ts';
import { ADMIN_ROLES, type Administrator, type AdminRole, MOST_ADMINISTRATORS } from '../../domain/administration.ts';
import { isProblem, Problem } from '../../domain/errors.ts';
import { parseEmail } from '../../domain/identifier.ts';
import { CONSOLE_CLIENT_ID } from '../../domain/own-clients.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { Invitations } from '../messages/invitations.ts';
import type { Accounts } from '../people/accounts.ts';
import type { Audit } from '../trail/audit.ts';
import type { AdminActor } from './admin-actor.ts';
import { type AdministratorTrail, createAdministratorTrail } from './administrator-trail.ts';

/** An administrator in a list. */
export interface ListedAdministrator extends Pick<Administrator, 'email' | 'role'> {
  /** Null for an owner whom the configuration names: nobody has invited them, and nobody changes or removes them. */
  readonly invited: Administrator | null;
}

/** What somebody who is signed in is to the administration. */
export interface Standing {
  /** The address that they administer by. */
  readonly email: string;
  readonly role: AdminRole;
}

/** Who may administer. */
export interface Administrators {
  /** Those of the configuration first, then by address. */
  list(): Promise<ListedAdministrator[]>;
  /** Whoever was invited with this account. @throws Problem `not_found` */
  find(accountId: string): Promise<Administrator>;
  /**
   * Invites somebody: they have an account from then on, so that they can sign in while sign-up is closed, and get a mail.
   * Only that account will do: a later one with the same address is somebody else.
   *
   * @throws Problem `identifier_invalid`; `id_taken` for whoever is invited already; `declared_elsewhere` for an owner of
   *   the configuration; `request_invalid` when there are too many
   */
  invite(email: string, role: AdminRole, by: AdminActor): Promise<ListedAdministrator>;
  /**
   * The role counts from their next request on.
   *
   * @param version of the administrator as they were read; left out, whatever they are by now
   * @throws Problem `owner_last`, `declared_elsewhere`, `version_conflict`, `not_found`, `identifier_invalid`
   */
  setRole(email: string, role: AdminRole, by: AdminActor, version?: number): Promise<ListedAdministrator>;
  /** @throws Problem `owner_last`, `declared_elsewhere`, `not_found`, `identifier_invalid` */
  remove(email: string, by: AdminActor): Promise<void>;
  /** What an account is to the administration by the addresses that it has proven; null when it is nothing. */
  of(account: Account): Promise<Standing | null>;
  /**
   * Whether an account is an administrator's, or that of somebody who has only to prove that it is. Whoever may change it
   * could keep owners out.
   */
  isOne(account: Account): Promise<boolean>;
  /** The same for many accounts, as it is now. */
  recogniser(): Promise<(account: Account) => boolean>;
  /** Somebody has come to the console who may. */
  welcome(account: Account, standing: Standing, by: AdminActor): Promise<void>;
  /** Gives owners of the configuration an account where they have none yet. */
  prepareDeclared(): Promise<void>;
}

interface Deps {
  readonly store: Pick<Store, 'administrators' | 'accounts'>;
  readonly accounts: Pick<Accounts, 'prepare'>;
  readonly invitations: Invitations;
  readonly clock: Clock;
  readonly audit: Audit;
  /** Owners by configuration (`ADMIN_EMAILS`): whoever proves such an address, with whatever account. */
  readonly declared: readonly string[];
}

export function createAdministrators(deps: Deps): Administrators {
  const { administrators } = deps.store;
  const trail = createAdministratorTrail(deps.audit);
  return {
    async list() {
      const invited = (await administrators.list()).filter(({ email }) => !deps.declared.includes(email));
      return [...deps.declared.map(declared), ...invited.map(listed)];
    },
    async find(accountId) {
      const found = (await administrators.list()).find((one) => one.accountId === accountId);
      if (found === undefined) throw new Problem('not_found');
      return found;
    },
    invite: (email, role, by) => invite(deps, trail, { email, role }, by),
    setRole: (email, role, by, version) => setRole(deps, trail, { email, role, version }, by),
    async remove(email, by) {
      const before = await known(deps, changeable(deps, email));
      const removed = await administrators.remove(before.email, terms(deps));
      if (removed === 'gone') throw new Problem('not_found');
      if (removed === 'last_owner') throw new Problem('owner_last');
      trail.tell('administrator.removed', { before, after: null }, by);
    },
    of: (account) => standingOf(deps, account),
    isOne: async (account) => (await recogniser(deps))(account),
    recogniser: () => recogniser(deps),
    async welcome(account, { email, role }, by) {
      await administrators.accept(email, account.id, deps.clock.now());
      trail.tellSignedIn(account, role, by);
    },
    prepareDeclared: () => prepareDeclared(deps),
  };
}

async function recogniser({ store, declared }: Deps): Promise<(account: Account) => boolean> {
  const invited = new Set((await store.administrators.list()).map(({ accountId }) => accountId));
  return ({ id, identifiers }) =>
    invited.has(id) || identifiers.some(({ channel, value }) => channel === 'email' && declared.includes(value));
}

const declared = (email: string): ListedAdministrator => ({ email, role: 'owner', invited: null });

const listed = (invited: Administrator): ListedAdministrator => ({
  email: invited.email,
  role: invited.role,
  invited,
});

/** With owners in the configuration the list may be without one. */
const terms = ({ declared: { length } }: Deps) => ({ othersOwn: length > 0 });

/** @throws Problem `declared_elsewhere`, `identifier_invalid` */
function changeable(deps: Deps, email: string): string {
  const { value } = parseEmail(email);
  if (deps.declared.includes(value)) throw new Problem('declared_elsewhere');
  return value;
}

async function known({ store }: Deps, email: string): Promise<Administrator> {
  const found = await store.administrators.find(email);
  if (found === null) throw new Problem('not_found');
  return found;
}

/** Whoever has this address, or an account that is made for them. */
async function accountFor(deps: Deps, email: string, by: AdminActor | null): Promise<Account> {
  const identifier = { channel: 'email', value: email } as const;
  const found = await deps.store.accounts.findByIdentifier(identifier);
  if (found !== null) return found;
  try {
    return await deps.accounts.prepare(identifier, { clientId: CONSOLE_CLIENT_ID, ...(by === null ? {} : { by }) });
  } catch (error) {
    // They were faster: somebody signs up, or another node prepares the same.
    const other = isProblem(error, 'account_taken') ? await deps.store.accounts.findByIdentifier(identifier) : null;
    if (other === null) throw error;
    return other;
  }
}

async function invite(
  deps: Deps,
  trail: AdministratorTrail,
  { email, role }: { readonly email: string; readonly role: AdminRole },
  by: AdminActor,
): Promise<ListedAdministrator> {
  const { administrators } = deps.store;
  const value = changeable(deps, email);
  const all = await administrators.list();
  if (all.length >= MOST_ADMINISTRATORS) throw new Problem('request_invalid');
  const account = await accountFor(deps, value, by);
  if (all.some((one) => one.email === value || one.accountId === account.id)) throw new Problem('id_taken');
  const invited: Administrator = {
    email: value,
    role,
    accountId: account.id,
    invitedAt: deps.clock.now(),
    invitedBy: by.name,
    acceptedAt: null,
    version: 1,
  };
  if (!(await administrators.create(invited))) throw new Problem('id_taken');
  trail.tell('administrator.invited', { before: null, after: invited }, by);
  await deps.invitations.send(invited, by);
  return listed(invited);
}

async function setRole(
  deps: Deps,
  trail: AdministratorTrail,
  { email, role, version }: { readonly email: string; readonly role: AdminRole; readonly version: number | undefined },
  by: AdminActor,
): Promise<ListedAdministrator> {
  const before = await known(deps, changeable(deps, email));
  if (version !== undefined && version !== before.version) throw new Problem('version_conflict');
  if (before.role === role) return listed(before);
  const result = await deps.store.administrators.setRole({ ...before, role }, terms(deps));
  if ('refused' in result) throw new Problem(result.refused === 'last_owner' ? 'owner_last' : 'version_conflict');
  trail.tell('administrator.changed', { before, after: result.changed }, by);
  return listed(result.changed);
}

/** An address counts that was proven here, and of those who were invited only with the account that it was then. */
async function standingOf(deps: Deps, { id, identifiers }: Account): Promise<Standing | null> {
  const proven = identifiers
    .filter(({ channel, verifiedAt }) => channel === 'email' && verifiedAt !== null)
    .map(({ value }) => value);
  const owner = proven.find((value) => deps.declared.includes(value));
  if (owner !== undefined) return { email: owner, role: 'owner' };
  const invited = await Promise.all(proven.map((value) => deps.store.administrators.find(value)));
  const theirs = invited.filter((one) => one !== null).filter(({ accountId }) => accountId === id);
  const [best] = theirs.toSorted((one, other) => ADMIN_ROLES.indexOf(one.role) - ADMIN_ROLES.indexOf(other.role));
  return best === undefined ? null : { email: best.email, role: best.role };
}

async function prepareDeclared(deps: Deps): Promise<void> {
  for (const email of deps.declared) await accountFor(deps, email, null);
}
