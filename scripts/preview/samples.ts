import type { ShownProblem } from '../../src/ports/views/forms.ts';
import type { MessageModels } from '../../src/ports/views/messages.ts';
import type { PageFrame, Pages, Views } from '../../src/ports/views.ts';
import { accountSamples } from './account.ts';

/** A page, its model, and what its frame has that others do not. */
export type Sample = {
  [Name in keyof Pages]: { readonly page: Name; readonly model: Pages[Name]; readonly frame?: Partial<PageFrame> };
}[keyof Pages];

const problem = (code: ShownProblem['code'], retryAfter: number | null = null): ShownProblem => ({
  code,
  params: {},
  retryAfter,
});
const form = (step: string): { action: string; csrf: string } => ({ action: `/interaction/sample/${step}`, csrf: 'x' });

const client = {
  name: 'Northwind Library',
  logoUri: null,
  clientUri: 'https://library.example.com',
  policyUri: 'https://library.example.com/privacy',
  tosUri: 'https://library.example.com/terms',
  accent: null,
  heading: null,
  intro: null,
};

const logo = { ...client, logoUri: 'https://library.example.com/missing.png', policyUri: null, tosUri: null };

const identify: Pages['identify'] = {
  form: form('identify'),
  cancel: form('cancel'),
  identifier: '',
  channels: ['email'],
  countries: [],
  country: null,
  problem: null,
};

const countries = [
  { code: 'BE', callingCode: '32' },
  { code: 'FR', callingCode: '33' },
  { code: 'DE', callingCode: '49' },
  { code: 'NL', callingCode: '31' },
  { code: 'ES', callingCode: '34' },
];
const either: Pages['identify'] = { ...identify, channels: ['email', 'sms'], countries, country: 'BE' };

const organization = {
  form: form('organization'),
  other: form('organization/other'),
  cancel: form('organization/cancel'),
  label: 'ada.lovelace@example.org',
};

const code: Pages['code'] = {
  purpose: 'sign-in',
  otherFactors: false,
  rememberDays: null,
  form: form('code'),
  resend: form('resend'),
  change: form('change'),
  cancel: form('cancel'),
  other: form('other'),
  channel: 'email',
  identifier: 'ada.lovelace@example.org',
  byOther: false,
  offered: null,
  reference: 'K7',
  proof: 'both',
  codeLength: 6,
  attemptsLeft: null,
  expiresIn: 300,
  resendIn: 54,
  ended: false,
  resent: false,
  undelivered: false,
  progress: null,
  problem: null,
};

const sms: Pages['code'] = {
  ...code,
  proof: 'code',
  channel: 'sms',
  identifier: '+32 470 12 34 56',
  offered: 'email',
};

const consent: Pages['consent'] = {
  form: form('consent'),
  deny: form('deny'),
  label: 'ada.lovelace@example.org',
  scopes: ['openid', 'email', 'profile', 'offline_access', 'loans:read', 'loans:renew'],
  descriptions: [{ name: 'loans:renew', description: 'Renew what you have borrowed' }],
  claims: ['birthdate'],
  destination: 'library.example.com',
  unverified: false,
};

const error = { status: 400, error: 'invalid_request', detail: null, requestId: '8f14e45f-ceea-467f-a8b6-2d1c3a' };
const detail = 'redirect_uri did not match: got http://localhost:3001/cb, registered http://localhost:3001/callback';
const logout = { action: '/session/end/confirm', xsrf: 'x', label: 'ada.lovelace@example.org', immediate: false };
const over = { returnUrl: null, clientName: null, journeyUrl: null };
const link = { form: form('link'), token: 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF', reference: 'K7' };
const back = 'https://library.example.com/callback?error=login_required';

/** What a message with a code is made from. */
export const mail: MessageModels['code'] = {
  code: '482915',
  link: 'https://id.example.com/interaction/Zm9vYmFyYmF6cXV4Zm9v/link/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF',
  reference: 'K7',
  minutes: 5,
  adds: false,
  wording: null,
  host: 'id.example.com',
  clientName: client.name,
  askedFrom: '203.0.113.7',
  own: null,
};

/** What a notice of a change to an account is made from. */
export const notice: MessageModels['notice'] = {
  notice: { kind: 'identifier_added', identifier: '+32•••67', heldUntil: Date.UTC(2026, 2, 4, 12, 34, 56) },
  at: '2026-03-01T12:34:56Z',
  accountUrl: 'https://id.example.com/account',
};

const operation: Pages['reference']['groups'][number]['operations'][number] = {
  id: 'createUser',
  method: 'POST',
  paths: ['/cis/v1/users'],
  summary: 'Create a user',
  description: 'Their `email` counts as unverified until they prove it.',
  deprecated: true,
  access: 'Access token of a client with the permission `users:write`',
  fields: [{ name: 'email', type: 'string', required: true, description: 'E-mail address.' }],
  failures: [{ status: '409', description: 'A user with this address exists' }],
  examples: [
    {
      summary: 'By e-mail address',
      after: 'createUser',
      command: 'curl -sS "http://localhost:3000/cis/v1/users" --data-binary @user.json',
      status: '201',
      answer: '"created"',
    },
  ],
};

/** Every page in the states worth a look, by file name. */
export const samples: Readonly<Record<string, Sample>> = {
  ...accountSamples,
  identify: { page: 'identify', model: identify },
  held: { page: 'held', model: { form: form('held'), accountUrl: '/account', until: '2026-03-04T12:34:56Z' } },
  'identify-problem': {
    page: 'identify',
    model: { ...identify, identifier: 'ada@', problem: problem('identifier_invalid') },
    frame: { client: logo },
  },
  'identify-limited': {
    page: 'identify',
    model: { ...identify, identifier: 'ada@example.org', problem: problem('too_many_requests', 421) },
    frame: { development: true },
  },
  'identify-either': { page: 'identify', model: either },
  'identify-either-problem': {
    page: 'identify',
    model: { ...either, identifier: '0470 12', problem: problem('identifier_invalid') },
  },
  'identify-number': { page: 'identify', model: { ...either, channels: ['sms'] } },
  'identify-number-problem': {
    page: 'identify',
    model: { ...either, channels: ['sms'], identifier: '0900 12345', problem: problem('number_not_supported') },
  },
  code: { page: 'code', model: code },
  'code-sms': { page: 'code', model: sms },
  'code-sms-problems': { page: 'code', model: { ...sms, undelivered: true, resendIn: null } },
  'code-other-sms': { page: 'code', model: { ...sms, identifier: code.identifier, byOther: true } },
  'code-other-mail': {
    page: 'code',
    model: { ...sms, proof: 'both', channel: 'email', offered: 'sms', byOther: true },
  },
  'code-second': {
    page: 'code',
    model: {
      ...code,
      purpose: 'second-factor',
      identifier: '+32•••67',
      channel: 'sms',
      otherFactors: true,
      rememberDays: 30,
      proof: 'code',
      offered: null,
    },
  },
  'code-add': { page: 'code', model: { ...code, purpose: 'add-identifier', offered: null } },
  factor: {
    page: 'factor',
    model: {
      form: form('factor'),
      cancel: form('factor/cancel'),
      choices: [
        { value: '0', channel: 'sms', label: '+32•••67' },
        { value: '1', channel: 'sms', label: '+49•••12' },
      ],
      problem: null,
    },
  },
  enroll: {
    page: 'enroll',
    model: {
      form: form('enroll'),
      cancel: form('enroll/cancel'),
      channel: 'sms',
      identifier: '',
      countries: identify.countries,
      country: identify.country,
      problem: null,
    },
  },
  'enroll-taken': {
    page: 'enroll',
    model: {
      form: form('enroll'),
      cancel: form('enroll/cancel'),
      channel: 'email',
      identifier: 'ada@example.org',
      countries: [],
      country: null,
      problem: problem('identifier_taken'),
    },
  },
  'code-wrong': { page: 'code', model: { ...code, attemptsLeft: 3, resendIn: 0, problem: problem('code_invalid') } },
  'code-resent': { page: 'code', model: { ...code, resent: true, resendIn: 119, expiresIn: 185 } },
  'code-undelivered': { page: 'code', model: { ...code, undelivered: true, resendIn: 0 } },
  'code-no-resend': { page: 'code', model: { ...code, resendIn: null, expiresIn: 42 } },
  'code-ended': {
    page: 'code',
    model: { ...code, ended: true, resendIn: 0, expiresIn: 0, attemptsLeft: 0, problem: problem('code_exhausted') },
  },
  'code-ended-waiting': {
    page: 'code',
    model: { ...code, ended: true, expiresIn: 0, problem: problem('code_expired') },
  },
  'code-link': { page: 'code', model: { ...code, proof: 'link', resendIn: 0 } },
  'code-link-ended': {
    page: 'code',
    model: { ...code, proof: 'link', resendIn: 0, ended: true, problem: problem('code_expired') },
  },
  'code-only': { page: 'code', model: { ...code, proof: 'code' } },
  'code-long': {
    page: 'code',
    model: { ...code, identifier: `${'very-long-'.repeat(6)}@${'sub.'.repeat(12)}example.org` },
  },
  account: {
    page: 'account',
    model: { form: form('continue'), other: form('other'), cancel: form('cancel'), label: code.identifier },
  },
  organization: {
    page: 'organization',
    model: {
      ...organization,
      choices: [
        { value: 'org_a', label: 'Northwind Library' },
        { value: 'org_b', label: 'Contoso Research and Development' },
      ],
    },
  },
  'organization-none': { page: 'organization', model: { ...organization, choices: [] } },
  consent: { page: 'consent', model: consent },
  'expired-return': {
    page: 'expired',
    model: { ...over, reason: 'expired', returnUrl: back, clientName: client.name },
  },
  'expired-cookies': {
    page: 'expired',
    model: { ...over, reason: 'cookies' },
    frame: { client: null },
  },
  link: { page: 'link', model: { ...link, channel: 'email', identifier: code.identifier } },
  'link-elsewhere': {
    page: 'linkElsewhere',
    model: { ...link, askedAgo: 130, askedFrom: { network: '203.0.113.7', same: false } },
  },
  'link-code': { page: 'linkCode', model: { code: '482915', reference: 'K7', expiresIn: 250 } },
  'link-dead': { page: 'expired', model: { ...over, reason: 'link' }, frame: { client: null } },
  'link-dead-here': { page: 'expired', model: { ...over, reason: 'link', journeyUrl: '/interaction/sample' } },
  error: { page: 'error', model: error, frame: { client: null } },
  'error-developer': { page: 'error', model: { ...error, detail }, frame: { client: null, development: true } },
  'error-internal': { page: 'error', model: { ...error, status: 500, error: 'internal' }, frame: { client: null } },
  'error-not-found': { page: 'error', model: { ...error, status: 404, error: 'not_found' }, frame: { client: null } },
  logout: { page: 'logout', model: logout, frame: { client: null } },
  'logged-out': { page: 'loggedOut', model: { clientName: client.name } },
  'logout-immediate': { page: 'logout', model: { ...logout, immediate: true }, frame: { client: null } },
  proceed: { page: 'proceed', model: { action: '/interaction/sample', fields: { state: 'x' }, asks: null } },
  'proceed-asks': {
    page: 'proceed',
    model: {
      action: '/session/end/confirm',
      fields: { xsrf: 'x' },
      asks: { label: logout.label, clientName: client.name },
    },
  },
  home: {
    page: 'home',
    model: {
      issuer: 'http://localhost:3000',
      links: [
        { label: 'Demo application', href: 'http://localhost:3001/' },
        { label: 'Inbox', href: '/dev/inbox' },
        { label: 'Discovery', href: '/.well-known/openid-configuration' },
      ],
    },
    frame: { client: null, development: true },
  },
  reference: {
    page: 'reference',
    model: {
      issuer: 'http://localhost:3000',
      token: 'CLIENT_TOKEN=$(curl -sS "http://localhost:3000/token" -u demo-backend:demo-backend-secret)',
      groups: [{ name: 'People', operations: [operation] }],
    },
    frame: { client: null, development: true },
  },
  'inbox-empty': { page: 'inbox', model: { to: '', messages: [] }, frame: { client: null, development: true } },
};

/** The development inbox, holding the messages of these views. */
export function inboxSample(views: Views, locale: string): Sample {
  const messages = (['email', 'sms'] as const).map((channel, index) => ({
    id: `m${index}`,
    to: channel === 'email' ? code.identifier : '+3291234567',
    channel,
    ...views.message(channel, 'code', locale, 'Countersign', { ...mail, link: channel === 'email' ? mail.link : null }),
    code: mail.code,
    link: channel === 'email' ? mail.link : null,
    sentAt: '2026-03-01T12:34:56Z',
  }));
  return { page: 'inbox', model: { to: '', messages }, frame: { client: null, development: true } };
}

/** The page of a sample in a language. */
export function renderSample(views: Views, sample: Sample, locale: string): string {
  const page = <Name extends keyof Pages>(name: Name, model: Pages[Name]): string =>
    views.page(name, { locale, service: 'Countersign', client, development: false, ...sample.frame }, model);
  return page(sample.page, sample.model);
}
