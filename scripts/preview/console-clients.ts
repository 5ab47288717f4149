import { NEW_CLIENT } from '../../src/http/admin/console/client-fields.ts';
import type { ShownEvent } from '../../src/ports/views/admin-events.ts';
import type { ConsoleSample } from './console.ts';

const form = (path: string): { action: string; csrf: string } => ({ action: `/admin/${path}`, csrf: 'x' });
const at = '2026-03-12T12:34:56Z';
const noWays = { first: null, next: null };
const href = '/admin/clients/northwind';

const listed = {
  id: 'northwind',
  href,
  name: 'Northwind Library',
  type: 'web',
  source: 'administrator',
  isFirstParty: true,
  isDisabled: false,
} as const;

const changed: ShownEvent = {
  id: 'k3Zb9xW9pLr2Tn6VdKs8Yh',
  href: '/admin/events/1763640000000.k3Zb9xW9pLr2Tn6VdKs8Yh',
  at,
  type: 'client.changed',
  account: null,
  client: { label: 'northwind', href },
  identifier: null,
  network: '192.0.2.7',
  actor: { label: 'console:g•••@e•••.org', href: '/admin/events?actor=x' },
  object: null,
  reason: null,
  changes: [{ field: 'signUp', before: '"inherit"', after: '"closed"' }],
};

const redirectUri = 'http://localhost:8080/callback';
const missing = 'http://localhost:8080/api/auth/callback/countersign';
const commands = "export CLIENT_SECRET='the secret of the client'\nnpm init -y\nnode server.mjs";
const files = [
  { path: 'server.mjs', text: 'import express from "express";\n\nconst app = express();\napp.listen(8080);\n' },
];

/** What a program looks like; the real ones are tried, not looked at. */
const quickStarts = [
  { name: 'express', files, commands, redirectUri, missingRedirectUri: null },
  { name: 'next', files, commands, redirectUri: missing, missingRedirectUri: missing },
  { name: 'curl', files, commands, redirectUri, missingRedirectUri: null },
] as const;

const fields = [
  'name',
  'firstParty',
  'redirectUris',
  'postLogoutRedirectUris',
  'grantTypes',
  'scopes',
  'resources',
  'lifetimes',
  'claims',
  'keepSignedIn',
  'pkceRequired',
  'permissions',
];

const one = {
  ...listed,
  createdAt: at,
  updatedAt: at,
  version: 3,
  redirectUris: ['http://localhost:8080/callback'],
  scopes: ['openid', 'email'],
  secrets: [{ at }],
  quickStarts,
  events: [changed],
  eventsHref: '/admin/events?client=northwind',
  settingsHref: `${href}/settings`,
  brandingHref: `${href}/branding`,
  exportHref: `${href}/declaration.json`,
  deeds: {
    verifyHref: null,
    secretHref: `${href}/secret`,
    disableHref: `${href}/disable`,
    enable: null,
    deleteHref: `${href}/delete`,
  },
  done: null,
};

const settings = {
  client: { name: listed.name, href, version: 3 },
  type: 'web',
  form: form('clients/northwind/settings'),
  fields,
  values: { ...NEW_CLIENT, name: listed.name, redirectUris: 'http://localhost:8080/callback', scopes: 'openid email' },
  problems: {},
  readonly: null,
  conflict: null,
  refusal: null,
  audiences: [{ audience: 'https://loans.example.com', name: 'Loans' }],
} as const;

const wrong = {
  redirectUris: [
    'Line 1: "http://shop.example.org/" uses http; only localhost, 127.0.0.1 and [::1] may, everything else needs https',
  ],
};

const branding = {
  client: { name: listed.name, href, version: 3 },
  form: form('clients/northwind/branding'),
  readonly: false,
  locales: ['en', 'de'],
  locale: 'en',
  values: { accent: '#0a5f4e', 'en.heading': 'Welcome to the library' },
  problems: { logoUri: ['Expected an absolute https URI'] },
  refusal: null,
  pageHref: `${href}/branding/page`,
  mailHref: `${href}/branding/mail`,
};

const resource = {
  resource: { name: 'Loans', version: 2, deleteHref: '/admin/resources/loans/delete' },
  form: form('resources/loans'),
  values: { name: 'Loans', audience: 'https://loans.example.com', accessTokenFormat: 'jwt', signingAlg: 'RS256' },
  problems: { scopes: ['Line 2: names a scope twice'] },
  mayWrite: true,
  algorithms: ['RS256', 'ES256'],
  isConflict: true,
  done: null,
};

/** Applications and APIs, in the states worth a look. */
export const clientSamples: Readonly<Record<string, ConsoleSample>> = {
  clients: {
    page: 'clients/list',
    frame: { active: 'clients' },
    model: {
      clients: [
        listed,
        { ...listed, id: 'loans', name: 'Loans', type: 'machine', source: 'configuration', isFirstParty: false },
        { ...listed, id: 'reader', name: 'Reader', type: 'native', source: 'registration', isDisabled: true },
      ],
      search: '',
      ways: { first: '/admin/clients', next: '/admin/clients?cursor=reader' },
      mayWrite: true,
      done: 'deleted',
    },
  },
  'clients-none': {
    page: 'clients/list',
    frame: { active: 'clients' },
    model: { clients: [], search: 'zebra', ways: noWays, mayWrite: true, done: null },
  },
  'client-types': { page: 'clients/types', frame: { active: 'clients' }, model: {} },
  'client-new': {
    page: 'clients/form',
    frame: { active: 'clients' },
    model: { ...settings, client: null, form: form('clients/new'), values: NEW_CLIENT, problems: wrong },
  },
  'client-settings': { page: 'clients/form', frame: { active: 'clients' }, model: settings },
  'client-conflict': {
    page: 'clients/form',
    frame: { active: 'clients' },
    model: { ...settings, conflict: [changed] },
  },
  'client-declared': {
    page: 'clients/form',
    frame: { active: 'clients' },
    model: { ...settings, readonly: 'configuration' },
  },
  'client-secret': {
    page: 'clients/secret',
    frame: { active: 'clients' },
    model: {
      name: listed.name,
      id: 'northwind',
      href,
      secret: '0bV8cPo2Qxw1i3zYk9mJr5nTfUe7gLhAsDq4WuXyE6c',
      kind: 'registered',
    },
  },
  client: { page: 'clients/one', frame: { active: 'clients' }, model: one },
  'client-unverified': {
    page: 'clients/one',
    frame: { active: 'clients' },
    model: { ...one, source: 'registration', deeds: { ...one.deeds, verifyHref: `${href}/verify` } },
  },
  'client-branding': { page: 'clients/branding', frame: { active: 'clients' }, model: branding },
  resources: {
    page: 'resources/list',
    frame: { active: 'resources' },
    model: {
      resources: [
        {
          href: '/admin/resources/loans',
          name: 'Loans',
          audience: 'https://loans.example.com',
          scopes: ['loans:read'],
          format: 'jwt',
        },
      ],
      ways: noWays,
      mayWrite: true,
      done: null,
    },
  },
  resource: { page: 'resources/form', frame: { active: 'resources' }, model: resource },
};
