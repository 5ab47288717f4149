import type { Account } from '../../domain/account.ts';
import { accountChanges } from '../../domain/account-changes.ts';
import { attributeFault } from '../../domain/attributes.ts';
import { Problem } from '../../domain/errors.ts';
import type { Identifier } from '../../domain/identifier.ts';
import { ACCOUNT_CLIENT_ID } from '../../domain/own-clients.ts';
import type { AccountStore } from '../../ports/store/records.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Administrators } from '../administration/administrators.ts';
import type { Caller } from '../caller.ts';
import type { Session, Sessions } from '../sessions.ts';
import type { Audit, Happening } from '../trail/audit.ts';
import type { Accounts } from './accounts.ts';
import type { Profile } from './profile.ts';

/**
 * What the administration does with accounts, whatever surface it is asked on. Each change is one event with who made it;
 * what follows of it, such as sessions that end, has events of its own. Accounts of administrators are changed by owners only,
 * and everything that changes one throws the Problem `permission_missing` to others.
 */
export interface People {
  /** @throws Problem `account_unknown` */
  find(id: string): Promise<Account>;
  /** Whoever is known by exactly this identifier, also somebody disabled. @throws Problem `account_unknown` */
  findBy(identifier: Identifier): Promise<Account>;
  /** By id, ascending in the order of their UTF-8 bytes, after the cursor. */
  list(after: string | null, limit: number): Promise<Account[]>;
  /**
   * All that may be meant by what an audit event shows of an identifier, in the same order.
   *
   * @param masked as `parseMasked` has it
   */
  listByMask(masked: string, after: string | null, limit: number): Promise<Account[]>;
  /** Whether this administrator may change this account. */
  mayChange(account: Account, by: AdminActor): Promise<boolean>;
  /** Makes an account whose identifier counts as unproven: `Accounts.prepare`. @throws Problem `account_taken` */
  create(identifier: Identifier, by: AdminActor): Promise<Account>;
  /**
   * Disabled, an account has no session, no token and no sign-in any more when the promise resolves, and clients are told
   * what lived before is not there again when it is enabled. May be repeated after a failure.
   *
   * @throws Problem `account_unknown`
   */
  setStatus(id: string, status: Account['status'], by: AdminActor): Promise<Account>;
  /**
   * Replaces the standard claims of an account.
   *
   * @param version of the account as it was read
   * @throws Problem `version_conflict` when it has changed since, `request_invalid` for what is no claim, `account_unknown`
   */
  setAttributes(
    id: string,
    attributes: Readonly<Record<string, unknown>>,
    version: number,
    by: AdminActor,
  ): Promise<Account>;
  /**
   * Takes away what somebody has lost, such as a phone; they are told. The hold of the account stays as it is.
   *
   * @throws Problem `identifier_last`, `not_found`, `account_unknown`, `too_many_requests`
   */
  removeIdentifier(id: string, identifier: Identifier, by: AdminActor): Promise<Account>;
  /** Ends what is held of an account, once somebody has made sure whose it is. @throws Problem `account_unknown` */
  liftHold(id: string, by: AdminActor): Promise<Account>;
  /** Deletes an account as its owner could: `Profile.remove`. @throws Problem `account_unknown`, `too_many_requests` */
  remove(id: string, by: AdminActor): Promise<void>;
  /** Newest sign-in first. @throws Problem `account_unknown` */
  sessions(id: string): Promise<Session[]>;
  /** @throws Problem `not_found` when the account has no such session, `account_unknown` */
  endSession(id: string, sessionId: string, by: AdminActor): Promise<void>;
  /** @throws Problem `account_unknown` */
  endSessions(id: string, by: AdminActor): Promise<void>;
}

interface Deps {
  readonly store: {
    readonly accounts: Pick<AccountStore, 'findById' | 'findByIdentifier' | 'list' | 'listByMask' | 'update'>;
  };
  readonly accounts: Pick<Accounts, 'prepare'>;
  readonly profile: Pick<Profile, 'detach' | 'release' | 'remove'>;
  readonly sessions: Pick<Sessions, 'list' | 'end' | 'endAll'>;
  readonly administrators: Pick<Administrators, 'isOne'>;
  readonly audit: Audit;
  /** In which language people are told of changes that they did not ask for; BCP 47. */
  readonly locale: string;
}

export function createPeople(deps: Deps): People {
  const { accounts } = deps.store;
  const find = async (id: string): Promise<Account> => known(await accounts.findById(id));
  const mayChange: People['mayChange'] = async (account, by) => by.owns || !(await deps.administrators.isOne(account));
  const changeable: Changeable = async (id, by) => {
    const account = await find(id);
    if (!(await mayChange(account, by))) throw new Problem('permission_missing');
    return account;
  };
  return {
    find,
    mayChange,
    findBy: async (identifier) => known(await accounts.findByIdentifier(identifier)),
    list: (after, limit) => accounts.list(after, limit),
    listByMask: (masked, after, limit) => accounts.listByMask(masked, after, limit),
    create: (identifier, by) =>
      deps.accounts.prepare(identifier, { clientId: ACCOUNT_CLIENT_ID, caller: callerOf(by), by }),
    setStatus: (id, status, by) => setStatus(deps, changeable, id, status, by),
    setAttributes: (id, attributes, version, by) => setAttributes(deps, changeable, { id, version }, attributes, by),
    ...ownChangesOf(deps, changeable),
    sessions: async (id) => deps.sessions.list((await find(id)).id),
    ...signInsOf(deps, changeable),
  };
}

function known(account: Account | null): Account {
  if (account === null) throw new Problem('account_unknown');
  return account;
}

/** The account, for somebody who may change it. @throws Problem `account_unknown`, `permission_missing` */
type Changeable = (id: string, by: AdminActor) => Promise<Account>;

/** Who administers is known by their key, and not by a browser. */
const callerOf = ({ caller: { network, requestId } }: AdminActor): Caller => ({
  network,
  requestId,
  knownBrowser: null,
});

/** Tries to change an account this often before somebody else's changes are too many. */
const TRIES = 10;

/**
 * Sessions are ended after the account is disabled, so that nothing begins behind them; and before it is enabled, so that
 * nothing comes back that was under way meanwhile.
 */
async function setStatus(deps: Deps, find: Changeable, id: string, status: Account['status'], by: AdminActor) {
  const disables = status === 'disabled';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await find(id, by);
    const changes = before.status !== status;
    if (changes && !disables) await deps.sessions.endAll(id, callerOf(by));
    const after = changes ? await deps.store.accounts.update({ ...before, status }) : before;
    if (after === null) continue;
    const type = disables ? 'account.disabled' : 'account.enabled';
    if (changes) deps.audit.record({ type, accountId: id, by, changes: accountChanges(before, after) });
    if (disables) await deps.sessions.endAll(id, callerOf(by));
    return after;
  }
  throw new Problem('store_unavailable');
}

async function setAttributes(
  deps: Deps,
  find: Changeable,
  { id, version }: { readonly id: string; readonly version: number },
  attributes: Readonly<Record<string, unknown>>,
  by: AdminActor,
): Promise<Account> {
  const isFaulty = Object.entries(attributes).some(([name, value]) => attributeFault(name, value) !== null);
  if (isFaulty) throw new Problem('request_invalid');
  const before = await find(id, by);
  const after = before.version === version ? await deps.store.accounts.update({ ...before, attributes }) : null;
  if (after === null) throw new Problem('version_conflict');
  deps.audit.record({ type: 'account.changed', accountId: id, by, changes: accountChanges(before, after) });
  return after;
}

/** What its owner could do, too, and would be told of. */
function ownChangesOf(deps: Deps, find: Changeable): Pick<People, 'removeIdentifier' | 'liftHold' | 'remove'> {
  const { profile, locale } = deps;
  const change = (by: AdminActor, confirmed: boolean) => ({
    clientId: ACCOUNT_CLIENT_ID,
    locale,
    caller: callerOf(by),
    confirmed,
    by,
  });
  return {
    async removeIdentifier(id, identifier, by) {
      await profile.detach(await find(id, by), identifier, change(by, false));
      return find(id, by);
    },
    async liftHold(id, by) {
      await profile.release(await find(id, by), change(by, true));
      return find(id, by);
    },
    remove: async (id, by) => profile.remove(await find(id, by), change(by, true)),
  };
}

function signInsOf(deps: Deps, find: Changeable): Pick<People, 'endSession' | 'endSessions'> {
  const { sessions, audit } = deps;
  const tell = (accountId: string, by: AdminActor, what: Pick<Happening, 'object' | 'reason'>): void =>
    audit.record({ type: 'account.signed_out', accountId, by, ...what });
  return {
    async endSession(id, sessionId, by) {
      await find(id, by);
      if (!(await sessions.end(id, sessionId, callerOf(by)))) throw new Problem('not_found');
      tell(id, by, { object: `session:${sessionId}` });
    },
    async endSessions(id, by) {
      await find(id, by);
      await sessions.endAll(id, callerOf(by));
      tell(id, by, { reason: 'all sessions' });
    },
  };
}
