import type { Account, ProvenIdentifier } from '../../src/domain/account.ts';
import type { Administrator, AdminKey } from '../../src/domain/administration.ts';
import { PLAIN_BRANDING } from '../../src/domain/branding.ts';
import type { Spend } from '../../src/domain/budget.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import { type Client, USUAL_LIFETIMES } from '../../src/domain/client.ts';
import { DIGITS } from '../../src/domain/code.ts';
import type { AuditEvent } from '../../src/domain/event.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Member, Organization } from '../../src/domain/organization.ts';
import type { Resource } from '../../src/domain/resource.ts';
import type { Artifact } from '../../src/ports/store/artifacts.ts';
import type { StoredKey } from '../../src/ports/store/installation.ts';

/** The moment at which records of the factories are made, in milliseconds since the epoch. */
export const START = Date.UTC(2026, 0, 15, 12);

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

let made = 0;

/** An id that no other record of this test run has; later ones sort after earlier ones. */
export function freshId(kind: string): string {
  made += 1;
  return `${kind}-${String(made).padStart(8, '0')}`;
}

/** An open sign-in challenge over an API, alone in its slot, with five attempts and five minutes left. */
export function challengeOf(overrides: Partial<Challenge> = {}): Challenge {
  const id = overrides.id ?? freshId('challenge');
  const createdAt = overrides.createdAt ?? START;
  return {
    id,
    nonce: `nonce-of-${id}`,
    pepperId: 'pepper-1',
    purpose: 'sign-in',
    identifier: { channel: 'email', value: `${id}@example.org` },
    askedAs: null,
    accountId: null,
    clientId: 'demo',
    askedFrom: null,
    interactionId: null,
    slot: `slot-of-${id}`,
    shape: { alphabet: DIGITS, length: 6 },
    proof: 'code',
    attempts: 0,
    maxAttempts: 5,
    sends: 1,
    maxSends: 4,
    nextSendAt: createdAt + 30 * SECOND,
    createdAt,
    expiresAt: createdAt + 5 * MINUTE,
    state: 'open',
    undelivered: false,
    decoy: false,
    locale: 'en',
    intent: null,
    content: null,
    ...overrides,
  };
}

/** A queued message that carries the code of a challenge and may go out from `createdAt` on. */
export function messageOf(challenge: Challenge, overrides: Partial<Message> = {}): Message {
  const createdAt = overrides.createdAt ?? challenge.createdAt;
  return {
    id: freshId('message'),
    challengeId: challenge.id,
    template: 'code',
    notice: null,
    to: challenge.identifier,
    clientId: challenge.clientId,
    locale: challenge.locale,
    decoy: challenge.decoy,
    state: 'queued',
    tries: 0,
    createdAt,
    notBefore: createdAt,
    notAfter: challenge.expiresAt,
    leasedBy: null,
    leasedUntil: null,
    outcome: null,
    ...overrides,
  };
}

/** An identifier proven at `START`. */
export const provenEmail = (value: string, overrides: Partial<ProvenIdentifier> = {}): ProvenIdentifier => ({
  channel: 'email',
  value,
  verifiedAt: START,
  primary: true,
  ...overrides,
});

/** A number proven at `START`. */
export const provenNumber = (value: string, overrides: Partial<ProvenIdentifier> = {}): ProvenIdentifier =>
  provenEmail(value, { channel: 'sms', ...overrides });

/** An active account with one proven e-mail address of its own. */
export function accountOf(overrides: Partial<Account> = {}): Account {
  const id = overrides.id ?? freshId('account');
  return {
    id,
    identifiers: [provenEmail(`${id}@example.org`)],
    attributes: {},
    consents: [],
    devices: [],
    held: null,
    status: 'active',
    createdAt: START,
    version: 1,
    ...overrides,
  };
}

/** A confidential first-party web client. */
export function clientOf(overrides: Partial<Client> = {}): Client {
  const id = overrides.id ?? freshId('client');
  return {
    id,
    name: `Application ${id}`,
    type: 'web',
    secrets: [],
    redirectUris: ['https://app.example.org/callback'],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'email', 'offline_access'],
    firstParty: true,
    pkceRequired: true,
    signUp: 'inherit',
    channels: ['email', 'sms'],
    mailProof: 'code',
    secondFactor: 'when-asked',
    rememberDevices: false,
    smsText: null,
    keepSignedIn: false,
    trustLoginHint: false,
    logoUri: null,
    clientUri: null,
    policyUri: null,
    tosUri: null,
    initiateLoginUri: null,
    permissions: [],
    resources: [],
    accessTokenFormat: 'opaque',
    backchannelLogoutUri: null,
    organizations: 'none',
    lifetimes: USUAL_LIFETIMES,
    claims: {},
    branding: PLAIN_BRANDING,
    disabled: false,
    source: 'administrator',
    registrationTokenHash: null,
    createdAt: START,
    updatedAt: START,
    version: 1,
    ...overrides,
  };
}

/** An API whose access tokens are signed, with one scope. */
export function resourceOf(overrides: Partial<Resource> = {}): Resource {
  const id = overrides.id ?? freshId('resource');
  return {
    id,
    audience: `https://api.example.org/${id}`,
    name: `API ${id}`,
    scopes: [{ name: 'read', description: 'See what is there' }],
    accessTokenFormat: 'jwt',
    signingAlg: 'RS256',
    accessTokenSeconds: null,
    createdAt: START,
    updatedAt: START,
    version: 1,
    ...overrides,
  };
}

/** An organization without members. */
export function organizationOf(overrides: Partial<Organization> = {}): Organization {
  const id = overrides.id ?? freshId('organization');
  return { id, name: `Organization ${id}`, createdAt: START, updatedAt: START, version: 1, ...overrides };
}

/** A member without roles, of an organization and an account that need not be there. */
export const memberOf = (overrides: Partial<Member> = {}): Member => ({
  organizationId: freshId('organization'),
  accountId: freshId('account'),
  roles: [],
  joinedAt: START,
  ...overrides,
});

/** An unused authorization code without a grant, good for a minute. */
export function artifactOf(overrides: Partial<Artifact> = {}): Artifact {
  const createdAt = overrides.createdAt ?? START;
  return {
    model: 'AuthorizationCode',
    id: freshId('artifact'),
    payload: 'sealed',
    grantId: null,
    accountId: null,
    clientId: null,
    uid: null,
    createdAt,
    expiresAt: createdAt + MINUTE,
    consumedAt: null,
    successor: null,
    ...overrides,
  };
}

/** The first signing key of its algorithm. */
export const keyOf = (overrides: Partial<StoredKey> = {}): StoredKey => ({
  id: freshId('key'),
  alg: 'RS256',
  generation: 1,
  sealed: 'sealed',
  noted: 'active',
  createdAt: START,
  activeFrom: START,
  replacesLeaked: false,
  withdrawnAt: null,
  ...overrides,
});

/** A key of the Admin API that never expires and that nobody holds. */
export const adminKeyOf = (overrides: Partial<AdminKey> = {}): AdminKey => ({
  id: freshId('admin-key'),
  name: 'deployment',
  scope: 'write',
  hash: 'hash',
  createdAt: START,
  expiresAt: null,
  ...overrides,
});

export const administratorOf = (overrides: Partial<Administrator> = {}): Administrator => ({
  email: `${freshId('administrator')}@example.org`,
  role: 'editor',
  accountId: freshId('account'),
  invitedAt: START,
  invitedBy: 'cli:ada',
  acceptedAt: null,
  version: 1,
  ...overrides,
});

/** A line of the audit trail that names nobody. */
export const eventOf = (overrides: Partial<AuditEvent> = {}): AuditEvent => ({
  id: freshId('event'),
  at: START,
  type: 'challenge.opened',
  accountId: null,
  clientId: null,
  identifier: null,
  network: null,
  requestId: null,
  reason: null,
  actor: null,
  object: null,
  changes: null,
  ...overrides,
});

/** One of a budget of its own. */
export const spendFrom = (limit: number, overrides: Partial<Spend> = {}): Spend => ({
  key: freshId('budget'),
  limit,
  windowMs: 10 * MINUTE,
  ...overrides,
});
