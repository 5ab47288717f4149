import type { ShownProblem } from '../../src/ports/views/forms.ts';
import type { Pages } from '../../src/ports/views.ts';
import type { Sample } from './samples.ts';

const form = (path: string): { action: string; csrf: string } => ({ action: `/account/${path}`, csrf: 'x' });
const problem = (code: ShownProblem['code']): ShownProblem => ({ code, params: {}, retryAfter: null });
const frame = { client: null };
const overviewUrl = '/account';
const at = '2026-03-01T12:34:56Z';

const overview: Pages['accountOverview'] = {
  identifiers: [
    {
      channel: 'email',
      value: 'ada.lovelace@example.org',
      verifiedAt: at,
      primary: true,
      makePrimary: null,
      removeUrl: '/account/identifiers/a/remove',
    },
    {
      channel: 'email',
      value: `countess-of-lovelace.${'very-long-'.repeat(3)}@analytical-engines.example.com`,
      verifiedAt: at,
      primary: false,
      makePrimary: form('identifiers/b/primary'),
      removeUrl: '/account/identifiers/b/remove',
    },
    {
      channel: 'sms',
      value: '+44 7911 123456',
      verifiedAt: at,
      primary: true,
      makePrimary: null,
      removeUrl: '/account/identifiers/c/remove',
    },
  ],
  addUrl: '/account/add',
  numbers: true,
  sessionsUrl: '/account/sessions',
  deleteUrl: '/account/delete',
  hold: null,
  signOutUrl: '/session/end',
  sessions: 3,
  done: null,
  problem: null,
};

const proof: Pages['accountProof'] = {
  overviewUrl,
  form: form('proof/x'),
  resend: form('proof/x/resend'),
  cancel: form('proof/x/cancel'),
  channel: 'email',
  identifier: 'countess@example.com',
  reference: 'K7',
  codeLength: 6,
  attemptsLeft: null,
  expiresIn: 300,
  resendIn: 54,
  ended: false,
  resent: false,
  undelivered: false,
  problem: null,
};

const add: Pages['accountAdd'] = {
  overviewUrl,
  form: form('add'),
  identifier: '',
  channels: ['email', 'sms'],
  countries: [
    { code: 'BE', callingCode: '32' },
    { code: 'GB', callingCode: '44' },
  ],
  country: 'GB',
  problem: null,
};

const remove: Pages['accountRemove'] = {
  overviewUrl,
  form: form('identifiers/a/remove'),
  channel: 'email',
  identifier: 'ada.lovelace@example.org',
  problem: null,
};

const session = {
  name: { browser: 'Firefox', system: 'Linux' },
  network: '192.0.2.7',
  application: 'Northwind Library',
  signedInAt: at,
  end: null,
};

const sessions: Pages['accountSessions'] = {
  overviewUrl,
  sessions: [
    session,
    { ...session, name: { browser: 'Safari', system: 'iPhone' }, network: '2001:db8:1:2::/64', end: form('a') },
    { ...session, name: null, network: null, application: null, end: form('b') },
  ],
  endOthers: form('sessions/end-others'),
  devices: [
    {
      name: { browser: 'Firefox', system: 'Linux' },
      createdAt: at,
      expiresAt: '2026-03-31T12:34:56Z',
      forget: form('c'),
    },
  ],
  done: null,
  problem: null,
};

const removal: Pages['accountDelete'] = {
  overviewUrl,
  form: form('delete'),
  label: 'ada.lovelace@example.org',
  unsure: false,
  problem: null,
};

/** The pages on which people look after their account, by file name. */
export const accountSamples: Readonly<Record<string, Sample>> = {
  'account-overview': { page: 'accountOverview', frame, model: overview },
  'account-overview-one': {
    page: 'accountOverview',
    frame,
    model: {
      ...overview,
      sessions: 1,
      done: 'removed',
      identifiers: overview.identifiers.slice(0, 1).map((entry) => ({ ...entry, removeUrl: null })),
    },
  },
  'account-overview-unconfirmed': {
    page: 'accountOverview',
    frame,
    model: { ...overview, hold: { until: null, hours: 72, confirmUrl: '/account/confirm', release: null } },
  },
  'account-overview-held': {
    page: 'accountOverview',
    frame,
    model: { ...overview, hold: { until: at, hours: 72, confirmUrl: '/account/confirm', release: null } },
  },
  'account-overview-release': {
    page: 'accountOverview',
    frame,
    model: {
      ...overview,
      done: 'confirmed',
      hold: { until: at, hours: null, confirmUrl: null, release: form('release') },
    },
  },
  'account-overview-problem': {
    page: 'accountOverview',
    frame,
    model: { ...overview, problem: problem('too_many_requests') },
  },
  'account-add': { page: 'accountAdd', frame, model: add },
  'account-add-problem': {
    page: 'accountAdd',
    frame,
    model: { ...add, channels: ['email'], identifier: 'ada@example.org', problem: problem('identifier_yours') },
  },
  'account-add-taken': {
    page: 'accountAdd',
    frame,
    model: { ...add, identifier: 'countess@example.com', problem: problem('identifier_taken') },
  },
  'account-proof': { page: 'accountProof', frame, model: proof },
  'account-proof-wrong': {
    page: 'accountProof',
    frame,
    model: {
      ...proof,
      channel: 'sms',
      identifier: '+44 7911 123456',
      attemptsLeft: 4,
      problem: problem('code_invalid'),
    },
  },
  'account-proof-ended': {
    page: 'accountProof',
    frame,
    model: { ...proof, ended: true, resendIn: 0, problem: problem('code_expired') },
  },
  'account-remove': { page: 'accountRemove', frame, model: remove },
  'account-remove-last': { page: 'accountRemove', frame, model: { ...remove, problem: problem('identifier_last') } },
  'account-sessions': { page: 'accountSessions', frame, model: sessions },
  'account-sessions-done': {
    page: 'accountSessions',
    frame,
    model: { ...sessions, sessions: [session], endOthers: null, devices: [], done: 'ended_others' },
  },
  'account-delete': { page: 'accountDelete', frame, model: removal },
  'account-delete-unsure': { page: 'accountDelete', frame, model: { ...removal, unsure: true } },
  'account-deleted': { page: 'accountDeleted', frame, model: {} },
};
