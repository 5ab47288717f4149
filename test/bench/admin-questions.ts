import { maskIdentifier } from '../../src/domain/identifier.ts';
import {
  type AdminSize,
  accountId,
  addressOf,
  BUSY_ACCOUNT,
  BUSY_ACTOR,
  BUSY_CLIENT,
  clientId,
  RARE,
} from './admin-seed.ts';

/** Something that an administrator asks for. */
export interface AdminQuestion {
  readonly name: string;
  /** Below `/admin/api`. */
  readonly path: string;
  /** JSON of what is posted; left out where it is a GET. */
  readonly body?: string;
}

const DAY_MS = 86_400_000;

const path = (at: string, query: Readonly<Record<string, string | number>>): string =>
  `${at}?${Object.entries({ limit: 100, ...query })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

/** Every list and search: first pages, deep ones, and what matches rarely. @param now as the store was filled */
export function adminQuestions(size: AdminSize, now: number): AdminQuestion[] {
  return [...recordQuestions(size), ...eventQuestions(now), ...otherQuestions(size, now)];
}

function recordQuestions({ clients, accounts }: AdminSize): AdminQuestion[] {
  const deepClient = clientId(Math.floor(clients * 0.9));
  const deepAccount = accountId(Math.floor(accounts * 0.9));
  const masked = maskIdentifier(addressOf(1));
  return [
    { name: 'clients, first page', path: path('/clients', {}) },
    { name: 'clients, deep page', path: path('/clients', { cursor: deepClient }) },
    { name: 'clients, search that one matches', path: path('/clients', { search: 'EEDL' }) },
    { name: 'clients, search that all match', path: path('/clients', { search: 'application', cursor: deepClient }) },
    { name: 'clients, search that none matches', path: path('/clients', { search: 'nothing of that name' }) },
    { name: 'accounts, first page', path: path('/accounts', {}) },
    { name: 'accounts, deep page', path: path('/accounts', { cursor: deepAccount }) },
    { name: 'accounts, by a mask that all have', path: path('/accounts', { masked, cursor: deepAccount }) },
    { name: 'accounts, by a mask that none has', path: path('/accounts', { masked: 'z•••@z•••.example' }) },
    { name: 'accounts, by their address', path: '/accounts/find', body: JSON.stringify({ email: addressOf(1).value }) },
  ];
}

function eventQuestions(now: number): AdminQuestion[] {
  const events = (name: string, query: Readonly<Record<string, string | number>>): AdminQuestion => ({
    name: `events, ${name}`,
    path: path('/events', query),
  });
  const middle = now - 45 * DAY_MS;
  const busy = { account_id: BUSY_ACCOUNT, client_id: BUSY_CLIENT, actor: BUSY_ACTOR };
  const each = Object.entries(busy).map(([name, value]) => ({ [name]: value }));
  return [
    events('first page', {}),
    events('deep page', { cursor: `${middle}.x` }),
    events('a day in between', { from: middle, until: middle + DAY_MS }),
    events('of somebody', { account_id: accountId(7) }),
    events('of nobody', { account_id: 'nobody' }),
    events('of a rare type', { type: RARE }),
    events('of a type that there is none of', { type: 'grant.revoked' }),
    events('of a common type since yesterday', { type: 'session.started', from: now - DAY_MS }),
    events('of a rare type since yesterday', { type: RARE, from: now - DAY_MS }),
    ...each.map((one) => events(`busy ${Object.keys(one)}`, one)),
    ...each.map((one) => events(`busy ${Object.keys(one)}, deep page`, { ...one, cursor: `${middle}.x` })),
    ...each.map((one) => events(`busy ${Object.keys(one)}, rare type`, { ...one, type: RARE })),
    ...each.map((one) => events(`busy ${Object.keys(one)}, type of none`, { ...one, type: 'grant.revoked' })),
    events('busy account and a client that it hardly knows', { account_id: BUSY_ACCOUNT, client_id: clientId(9_995) }),
    events('busy account, and a busy client that it hardly knows', {
      account_id: accountId(7),
      client_id: BUSY_CLIENT,
    }),
    events('busy account and busy actor', { account_id: BUSY_ACCOUNT, actor: BUSY_ACTOR }),
    events('busy account and a client of none', { account_id: BUSY_ACCOUNT, client_id: 'nowhere' }),
    events('busy actor and a client of none', { actor: BUSY_ACTOR, client_id: 'nowhere' }),
    events('all conditions', { ...busy, type: RARE, from: middle }),
  ];
}

const otherQuestions = ({ messages }: AdminSize, now: number): AdminQuestion[] => [
  { name: 'events, watched from the beginning', path: path('/events/tail', { from: 1, type: RARE }) },
  { name: 'events, watched now', path: path('/events/tail', { cursor: now }) },
  { name: 'statistics, 7 days', path: '/statistics?days=7' },
  { name: 'statistics, 90 days', path: '/statistics?days=90' },
  { name: 'messages, first page', path: path('/messages', {}) },
  { name: 'messages, deep page', path: path('/messages', { cursor: `${now - Math.floor(messages * 0.9)}.x` }) },
  { name: 'messages, that failed', path: path('/messages', { state: 'failed' }) },
  { name: 'messages, of a client', path: path('/messages', { client_id: clientId(3) }) },
  { name: 'messages, of no client', path: path('/messages', { client_id: 'nowhere' }) },
  { name: 'organizations', path: path('/organizations', {}) },
  { name: 'resources', path: path('/resources', {}) },
  { name: 'keys', path: path('/keys', {}) },
];
