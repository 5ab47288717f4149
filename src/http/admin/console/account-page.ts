import type { Account, AccountIdentifier } from '../../../domain/account.ts';
import { PROFILE_CLAIMS } from '../../../domain/attributes.ts';
import { describeBrowser } from '../../../domain/browser-name.ts';
import type { Problem } from '../../../domain/errors.ts';
import { isHeld } from '../../../domain/hold.ts';
import { type Identifier, maskIdentifier } from '../../../domain/identifier.ts';
import { readable } from '../../../interaction/identifier-field.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { ConsolePages } from '../../../ports/views/admin-pages.ts';
import type { Clients } from '../../../services/clients/clients.ts';
import type { Organizations } from '../../../services/people/organizations.ts';
import type { People } from '../../../services/people/people.ts';
import type { Session } from '../../../services/sessions.ts';
import type { Trail } from '../../../services/trail/trail.ts';
import type { IdentifierKeys } from '../../identifier-keys.ts';
import { accountPath, primaryFirst } from './accounts.ts';
import type { ConsoleAttendance } from './desk.ts';
import { withQuery } from './lists.ts';
import { EVENTS, shownEvent } from './shown-event.ts';

export interface AccountPageDeps {
  readonly people: People;
  readonly organizations: Pick<Organizations, 'memberships'>;
  readonly clients: Pick<Clients, 'find'>;
  readonly trail: Pick<Trail, 'page'>;
  readonly keys: IdentifierKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type AccountModel = ConsolePages['accounts/one'];

/** What was typed into the attributes, and what is wrong about it. */
export interface TypedAttributes {
  readonly values: FieldValues;
  readonly problems: FieldProblems;
}

/** Answers with the page of the account that the path names. */
export type ShowAccount = (here: ConsoleAttendance, problem: Problem | null, typed?: TypedAttributes) => Promise<void>;

/** The newest events of an account that its page shows. */
const NEWEST = 10;

const iso = (at: number): string => new Date(at).toISOString();

/** Who somebody is called by on pages for this administrator: whoever may not change anything sees no more than a list. */
export const nameOf = (here: ConsoleAttendance, account: Account): string => {
  const [first] = primaryFirst(account);
  return first === undefined ? account.id : identifierFor(here, first);
};

export const identifierFor = (here: ConsoleAttendance, identifier: Identifier): string =>
  here.may('write') ? readable(identifier) : maskIdentifier(identifier);

/** Everything about one account. @param typed left out, the attributes as they are */
export async function accountModel(
  deps: AccountPageDeps,
  visitor: ConsoleAttendance,
  account: Account,
  typed?: TypedAttributes,
): Promise<AccountModel> {
  const { id } = account;
  const here = (await deps.people.mayChange(account, visitor.actor)) ? visitor : onlyLooking(visitor);
  const [sessions, memberships, { events }] = await Promise.all([
    deps.people.sessions(id),
    deps.organizations.memberships(id),
    deps.trail.page({ accountId: id }, null, NEWEST),
  ]);
  const mayWrite = here.may('write');
  return {
    id,
    title: nameOf(here, account),
    isActive: account.status === 'active',
    createdAt: iso(account.createdAt),
    heldUntil: isHeld(account, deps.now()) && account.held !== null ? iso(account.held.until) : null,
    mayWrite,
    identifiers: primaryFirst(account).map((entry) => shownIdentifier(deps, here, account, entry)),
    attributes: attributesOf(here, account, typed),
    sessions: await Promise.all(sessions.map((session) => shownSession(deps, here, id, session))),
    endAll: mayWrite && sessions.length > 0 ? here.form(`${accountPath(id)}/end-sessions`) : null,
    memberships: memberships.map(({ organization, roles }) => ({
      name: organization.name,
      href: `/admin/organizations/${encodeURIComponent(organization.id)}`,
      roles,
    })),
    events: events.map(shownEvent),
    eventsHref: withQuery(EVENTS, { account: id }),
    deeds: mayWrite ? deedsOf(deps, here, account) : null,
    done: here.query.done ?? null,
    problem: null,
  };
}

/** Whoever may not change this account, because it is an administrator's, sees of it what viewers see. */
const onlyLooking = (here: ConsoleAttendance): ConsoleAttendance => ({ ...here, may: (right) => right === 'read' });

const shownIdentifier = (
  { keys }: AccountPageDeps,
  here: ConsoleAttendance,
  { id, identifiers }: Account,
  entry: AccountIdentifier,
): AccountModel['identifiers'][number] => ({
  channel: entry.channel,
  value: identifierFor(here, entry),
  masked: !here.may('write'),
  verifiedAt: entry.verifiedAt === null ? null : iso(entry.verifiedAt),
  isPrimary: entry.primary,
  removeHref:
    here.may('write') && identifiers.length > 1
      ? `${accountPath(id)}/identifiers/${encodeURIComponent(keys.keyOf(entry))}/remove`
      : null,
});

/** Attributes say who somebody is: they are for those who may change them. */
function attributesOf(here: ConsoleAttendance, account: Account, typed?: TypedAttributes): AccountModel['attributes'] {
  const { attributes, version, id } = account;
  const kept = PROFILE_CLAIMS.flatMap((name) => {
    const value = attributes[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  const stored: FieldValues = Object.fromEntries(kept);
  return {
    form: here.form(`${accountPath(id)}/attributes`),
    version,
    values: here.may('write') ? (typed?.values ?? stored) : null,
    problems: typed?.problems ?? {},
  };
}

async function shownSession(
  { clients }: AccountPageDeps,
  here: ConsoleAttendance,
  accountId: string,
  { id, browser, network, clientId, signedInAt }: Session,
): Promise<AccountModel['sessions'][number]> {
  const client = clientId === null ? null : await clients.find(clientId);
  return {
    browser: browser === null ? null : describeBrowser(browser),
    network,
    client: client === null ? null : { label: client.name, href: `/admin/clients/${encodeURIComponent(client.id)}` },
    signedInAt: iso(signedInAt),
    end: here.may('write') ? here.form(`${accountPath(accountId)}/sessions/${encodeURIComponent(id)}/end`) : null,
  };
}

function deedsOf({ now }: AccountPageDeps, here: ConsoleAttendance, account: Account): AccountModel['deeds'] {
  const path = accountPath(account.id);
  const isActive = account.status === 'active';
  return {
    disableHref: isActive ? `${path}/disable` : null,
    enable: isActive ? null : here.form(`${path}/enable`),
    liftHoldHref: isHeld(account, now()) ? `${path}/lift-hold` : null,
    deleteHref: `${path}/delete`,
  };
}
