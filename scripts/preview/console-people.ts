import type { ShownEvent } from '../../src/ports/views/admin-events.ts';
import type { ConsolePages } from '../../src/ports/views/admin-pages.ts';
import type { ConsoleSample } from './console.ts';

const form = (path: string): { action: string; csrf: string } => ({ action: `/admin/${path}`, csrf: 'x' });
const at = '2026-03-12T12:34:56Z';
const id = 'p0b5v0tTYbV4tYc2nP8sHg';
const noWays = { first: null, next: null };

const event: ShownEvent = {
  id: 'k3Zb9xW9pLr2Tn6VdKs8Yh',
  href: '/admin/events/1763640000000.k3Zb9xW9pLr2Tn6VdKs8Yh',
  at,
  type: 'session.started',
  account: { label: id, href: `/admin/accounts/${id}` },
  client: { label: 'northwind', href: '/admin/clients/northwind' },
  identifier: 'a•••@e•••.org',
  network: '192.0.2.7',
  actor: null,
  object: null,
  reason: null,
  changes: null,
};

const changed: ShownEvent = {
  ...event,
  type: 'client.changed',
  account: null,
  identifier: null,
  actor: { label: 'console:a•••@e•••.org', href: '/admin/events?actor=x' },
  changes: [
    { field: 'name', before: '"Shop"', after: '"Northwind Library"' },
    {
      field: 'redirectUris',
      before: '["https://shop.example.com/callback"]',
      after: '["https://library.example.com/callback","https://library.example.com/silent-callback-for-refreshes"]',
    },
    { field: 'logoUri', before: null, after: '"https://library.example.com/logo.svg"' },
  ],
};

const trail: readonly ShownEvent[] = [
  event,
  changed,
  { ...event, type: 'challenge.failed', reason: 'code_invalid', account: null },
  { ...event, type: 'budget.refused', reason: 'send:identifier', network: '2001:db8:1:2::/64', account: null },
  {
    ...event,
    type: 'member.put',
    client: null,
    actor: changed.actor,
    object: { label: 'organization:org_x', href: null },
  },
];

const list: ConsolePages['events/list'] = {
  find: form('events'),
  events: trail,
  filter: {},
  problems: {},
  types: ['session.started', 'client.changed', 'budget.refused'],
  isFiltered: false,
  ways: { first: null, next: '/admin/events?cursor=x' },
  exportHref: '/admin/events/export',
};

const account: ConsolePages['accounts/one'] = {
  id,
  title: 'ada.lovelace@example.org',
  isActive: true,
  createdAt: at,
  heldUntil: null,
  mayWrite: true,
  identifiers: [
    {
      channel: 'email',
      value: 'ada.lovelace@example.org',
      masked: false,
      verifiedAt: at,
      isPrimary: true,
      removeHref: '/x',
    },
    {
      channel: 'email',
      value: 'countess@analytical-engines.example.com',
      masked: false,
      verifiedAt: null,
      isPrimary: false,
      removeHref: '/x',
    },
    { channel: 'sms', value: '+44 7911 123456', masked: false, verifiedAt: at, isPrimary: true, removeHref: '/x' },
  ],
  attributes: {
    form: form(`accounts/${id}/attributes`),
    version: 3,
    values: { name: 'Ada Lovelace', locale: 'en-GB' },
    problems: {},
  },
  sessions: [
    {
      browser: 'Firefox on Linux',
      network: '192.0.2.7',
      client: { label: 'Northwind Library', href: '/admin/clients/northwind' },
      signedInAt: at,
      end: form('x'),
    },
    { browser: null, network: null, client: null, signedInAt: at, end: form('y') },
  ],
  endAll: form('z'),
  memberships: [{ name: 'Contoso Research', href: '/admin/organizations/org_x', roles: ['admin', 'billing'] }],
  events: trail.slice(0, 3),
  eventsHref: `/admin/events?account=${id}`,
  deeds: { disableHref: '/x', enable: null, liftHoldHref: null, deleteHref: '/x' },
  done: null,
  problem: null,
};

const listed = (index: number, more: object = {}) => ({
  id: `${index}0b5v0tTYbV4tYc2nP8sHg`,
  href: `/admin/accounts/${index}`,
  identifiers: [{ channel: 'email' as const, value: 'a•••@e•••.org', masked: true }],
  isActive: true,
  isHeld: false,
  createdAt: at,
  ...more,
});

const accounts: ConsolePages['accounts/list'] = {
  accounts: [
    listed(1),
    listed(2, {
      identifiers: [
        { channel: 'email', value: 'g•••@n•••.com', masked: true },
        { channel: 'sms', value: '+32•••67', masked: true },
      ],
      isHeld: true,
    }),
    listed(3, { identifiers: [{ channel: 'sms', value: '+49•••12', masked: true }], isActive: false }),
  ],
  find: form('accounts'),
  search: '',
  refusal: null,
  ways: { first: '/admin/accounts', next: '/admin/accounts?cursor=x' },
  mayWrite: true,
  done: null,
};

const organization: ConsolePages['organizations/one'] = {
  id: 'org_k3Zb9xW9pLr2Tn6VdKs8Yh',
  name: 'Contoso Research and Development',
  createdAt: at,
  members: [
    { label: 'a•••@e•••.org', accountHref: '/x', accountId: id, roles: ['admin', 'billing'], joinedAt: at, href: '/y' },
    { label: null, accountHref: '/x', accountId: 'q0b5v0tTYbV4tYc2nP8sHg', roles: [], joinedAt: at, href: '/y' },
  ],
  ways: noWays,
  rename: { form: form('r'), version: 2, values: { name: 'Contoso Research and Development' }, problems: {} },
  add: { form: form('a'), values: {}, problems: {} },
  removeHref: '/x',
  done: null,
};

const atAccounts = { active: 'accounts' } as const;
const atOrganizations = { active: 'organizations' } as const;
const atEvents = { active: 'events' } as const;
const viewer = { administrator: { email: 'viewer@example.org', role: 'viewer' } } as const;

/** People, their organizations, and what happened. */
export const peopleSamples: Readonly<Record<string, ConsoleSample>> = {
  accounts: { page: 'accounts/list', frame: atAccounts, model: accounts },
  'accounts-empty': {
    page: 'accounts/list',
    frame: atAccounts,
    model: { ...accounts, accounts: [], ways: noWays, done: 'deleted' },
  },
  'accounts-nobody': {
    page: 'accounts/list',
    frame: atAccounts,
    model: {
      ...accounts,
      accounts: [],
      ways: noWays,
      search: 'nobody@example.org',
      refusal: 'Nobody is known by this.',
    },
  },
  'accounts-refusal': {
    page: 'accounts/list',
    frame: atAccounts,
    model: { ...accounts, search: 'ad', refusal: 'This is no whole address, number or id, and no masked form.' },
  },
  'account-new': {
    page: 'accounts/new',
    frame: atAccounts,
    model: {
      form: form('accounts'),
      values: { identifier: 'ada@' },
      problems: { identifier: ['This is no address and no number.'] },
    },
  },
  account: { page: 'accounts/one', frame: atAccounts, model: account },
  'account-held': {
    page: 'accounts/one',
    frame: atAccounts,
    model: {
      ...account,
      heldUntil: at,
      isActive: false,
      sessions: [],
      endAll: null,
      memberships: [],
      events: [],
      deeds: { disableHref: null, enable: form('e'), liftHoldHref: '/x', deleteHref: '/x' },
      attributes: { ...account.attributes, problems: { birthdate: ['Expected YYYY-MM-DD or YYYY.'] } },
      done: 'disabled',
    },
  },
  'account-viewer': {
    page: 'accounts/one',
    frame: { ...atAccounts, ...viewer },
    model: {
      ...account,
      title: 'a•••@e•••.org',
      mayWrite: false,
      identifiers: [
        { channel: 'email', value: 'a•••@e•••.org', masked: true, verifiedAt: at, isPrimary: true, removeHref: null },
      ],
      attributes: { ...account.attributes, values: null },
      sessions: account.sessions.map((session) => ({ ...session, end: null })),
      endAll: null,
      deeds: null,
    },
  },
  organizations: {
    page: 'organizations/list',
    frame: atOrganizations,
    model: {
      organizations: ['Contoso Research', 'Fabrikam', 'Northwind'].map((name) => ({
        id: 'org_k3Zb9xW9pLr2Tn6VdKs8Yh',
        name,
        href: '/x',
        createdAt: at,
      })),
      ways: noWays,
      mayWrite: true,
      done: null,
    },
  },
  'organizations-empty': {
    page: 'organizations/list',
    frame: atOrganizations,
    model: { organizations: [], ways: noWays, mayWrite: true, done: null },
  },
  'organization-new': {
    page: 'organizations/new',
    frame: atOrganizations,
    model: { form: form('organizations'), values: {}, problems: { name: ['Between 1 and 100 characters.'] } },
  },
  'organization-one': { page: 'organizations/one', frame: atOrganizations, model: organization },
  'organization-fresh': {
    page: 'organizations/one',
    frame: atOrganizations,
    model: {
      ...organization,
      members: [],
      done: 'created',
      add: { form: form('a'), values: { person: 'ada' }, problems: { person: ['Nobody is known by this.'] } },
    },
  },
  'organization-member': {
    page: 'organizations/member',
    frame: atOrganizations,
    model: {
      organization: { name: 'Contoso Research', href: '/x' },
      label: 'a•••@e•••.org',
      accountHref: '/x',
      form: form('m'),
      values: { roles: 'admin billing' },
      problems: {},
      remove: form('r'),
    },
  },
  events: { page: 'events/list', frame: atEvents, model: list },
  'events-empty': { page: 'events/list', frame: atEvents, model: { ...list, events: [], ways: noWays } },
  'events-filtered': {
    page: 'events/list',
    frame: atEvents,
    model: { ...list, filter: { type: 'client.changed', from: '2026-03-01' }, isFiltered: true },
  },
  'events-refusal': {
    page: 'events/list',
    frame: atEvents,
    model: {
      ...list,
      events: [],
      filter: { account: 'nobody@example.org' },
      problems: { account: ['Nobody is known by this.'] },
      isFiltered: true,
      ways: noWays,
      exportHref: null,
    },
  },
  'event-one': { page: 'events/one', frame: atEvents, model: { event: changed, requestId: 'dV3o0sYbV4tYc2nP8sHgp0' } },
};
