import type { AuditEvent } from '../../../domain/event.ts';
import type { ShownEvent } from '../../../ports/views/admin-events.ts';
import { withQuery } from './lists.ts';

export const EVENTS = '/admin/events';

/** Kinds of objects that have a page, and where. */
const PLACES: Readonly<Record<string, string>> = {
  organization: '/admin/organizations',
  resource: '/admin/resources',
  message: '/admin/messages',
};

/** An event with the ways to what it names. */
export const shownEvent = (event: AuditEvent): ShownEvent => ({
  id: event.id,
  href: `${EVENTS}/${event.at}.${encodeURIComponent(event.id)}`,
  at: new Date(event.at).toISOString(),
  type: event.type,
  account: event.accountId === null ? null : placed('/admin/accounts', event.accountId),
  client: event.clientId === null ? null : placed('/admin/clients', event.clientId),
  identifier: event.identifier,
  network: event.network,
  actor: event.actor === null ? null : actorOf(event.actor),
  object: event.object === null ? null : objectOf(event.object),
  reason: event.reason,
  changes: event.changes,
});

const placed = (path: string, id: string): { label: string; href: string } => ({
  label: id,
  href: `${path}/${encodeURIComponent(id)}`,
});

/** An administrator of the console is called by a masked address; the id of the account is for telling them apart. */
const actorOf = (actor: string): { label: string; href: string } => ({
  label: actor.startsWith('console:') ? actor.replace(/ \([^()]*\)$/, '') : actor,
  href: withQuery(EVENTS, { actor }),
});

function objectOf(object: string): { label: string; href: string | null } {
  const [, kind = '', id = ''] = /^([a-z_]+):(.+)$/s.exec(object) ?? [];
  const place = Object.hasOwn(PLACES, kind) ? PLACES[kind] : undefined;
  return { label: object, href: place === undefined ? null : `${place}/${encodeURIComponent(id)}` };
}
