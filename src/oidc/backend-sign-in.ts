import { type ClaimsParameter, errors } from 'oidc-provider';
import type { Account } from '../domain/account.ts';
import { hasIdentifier, isSameIdentifier } from '../domain/account-identifiers.ts';
import { isStrongEnough, methodOf, type SecondFactorDemand, secondFactorDemand } from '../domain/assurance.ts';
import type { Challenge } from '../domain/challenge.ts';
import { type Client, channelsOf } from '../domain/client.ts';
import { Problem } from '../domain/errors.ts';
import { countsAsFactor } from '../domain/hold.ts';
import type { Channel, Identifier } from '../domain/identifier.ts';
import type { Intent } from '../domain/intent.ts';
import type { Caller } from '../services/caller.ts';
import type { Audiences } from '../services/clients/audiences.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Organizations } from '../services/people/organizations.ts';
import type { Audit } from '../services/trail/audit.ts';
import { acrRequestOf } from './prompts/acr-request.ts';
import type { ApiProof, ApiSession, ApiSessions } from './sessions/api-sessions.ts';
import type { IssuedTokens, Tokens } from './tokens/issue.ts';
import { audienceFor } from './tokens/resources.ts';

/** What a backend asks for together with a proof. */
export interface SignInWish {
  readonly resource: string | null;
  /** The `claims` parameter, as JSON. */
  readonly claims: string | null;
  readonly organizationId: string | null;
  /** The session to join; null begins one. */
  readonly sessionId: string | null;
  readonly userAgent: string | null;
}

/** A proof that was made over an API: a challenge, or the ticket of one. */
export interface MadeProof extends Pick<Challenge, 'identifier' | 'askedAs' | 'accountId'> {
  readonly intent: Intent | null;
  /** The client was handed the code. */
  readonly handed: boolean;
}

/** What a backend gets for a proof. */
export interface BackendSession extends IssuedTokens {
  readonly sessionId: string;
}

/** Signs people in whose client has no browser: account, session and tokens at once. */
export interface BackendSignIns {
  /**
   * @param prove proves and answers what was proven; called when everything was looked at that can be refused without it
   * @throws Problem `session_unknown`, `request_invalid`, `code_invalid`, `organization_refused`; `second_factor_missing` with
   * the `session_id` that another proof has to join; what `prove` throws
   */
  signIn(client: Client, wish: SignInWish, prove: () => Promise<MadeProof>, caller: Caller): Promise<BackendSession>;
}

interface Deps {
  readonly accounts: Accounts;
  readonly audiences: Audiences;
  readonly organizations: Organizations;
  readonly sessions: ApiSessions;
  readonly tokens: Tokens;
  readonly audit: Audit;
  /** The channels there is a sender for. */
  readonly channels: readonly Channel[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const createBackendSignIns = (deps: Deps): BackendSignIns => ({
  async signIn(client, wish, prove, caller) {
    const demand = await demandOf(deps, client, wish);
    const joined = await sessionToJoin(deps, client, wish);
    const proof = await prove();
    const account = await accountOf(deps, client, proof, caller);
    if (joined !== null && joined.accountId !== account.id) throw new Problem('code_invalid');
    const { resource, claims } = wished(wish, proof);
    if (!isWhomClaimsDemand(account, claims)) throw new Problem('code_invalid');
    const organizationId = await organizationOf(deps, client, account, wish, proof);
    const session = await sessionWith(deps, joined, { client, account, proof, wish });
    const type = joined === null ? 'session.started' : 'session.raised';
    deps.audit.record({ type, accountId: account.id, clientId: client.id, identifier: proof.identifier, caller });
    if (!isStrongEnough(session.acr, { demand, remembered: false })) return refuseWeak(deps, session);
    const approvalData = proof.intent?.approvalData ?? null;
    const request = { client, account, session, resource, claims, organizationId, approvalData };
    return { ...(await deps.tokens.issue(request)), sessionId: session.id };
  },
});

/** What is asked for with the code goes before what was asked for when it was sent. */
const wished = (wish: SignInWish, { intent }: MadeProof) => ({
  resource: wish.resource ?? intent?.resource ?? null,
  claims: wish.claims ?? intent?.claims ?? null,
});

/** A request for the tokens of one person is answered with nobody else's (OpenID Connect Core §5.5.1). */
function isWhomClaimsDemand({ id }: Account, claims: string | null): boolean {
  const asked = claims === null ? {} : (JSON.parse(claims) as ClaimsParameter);
  const demanded = [asked.id_token, asked.userinfo].map((of) => of?.sub?.value);
  return demanded.every((value) => value === undefined || value === id);
}

/** @throws Problem `request_invalid` for what no proof could fulfil; before one is used up */
async function demandOf(deps: Deps, client: Client, { claims, resource }: SignInWish): Promise<SecondFactorDemand> {
  try {
    await audienceFor(client, resource, deps.audiences);
    const demand = secondFactorDemand(client, acrRequestOf({ claims }), channelsOf(client, deps.channels));
    if (demand !== 'unmet') return demand;
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error;
  }
  throw new Problem('request_invalid');
}

async function sessionToJoin({ sessions }: Deps, client: Client, wish: SignInWish): Promise<ApiSession | null> {
  if (wish.sessionId === null) return null;
  const session = await sessions.find(wish.sessionId, client.id);
  if (session === null) throw new Problem('session_unknown');
  return session;
}

/** Whose proof it is. What the client was handed, or had sent elsewhere, proves nothing about any identifier. */
async function accountOf({ accounts }: Deps, client: Client, proof: MadeProof, caller: Caller): Promise<Account> {
  const { identifier, askedAs, accountId } = proof;
  const named =
    accountId === null ? await accounts.findActiveBy(askedAs ?? identifier) : await accounts.findActive(accountId);
  if (named === null) throw new Problem('code_invalid');
  if (!provesOwn(named, proof)) return named;
  const proven = await accounts.resolveProven(identifier, { mayCreate: false, clientId: client.id, caller });
  // Between sending and typing an identifier may have changed its owner.
  if (proven?.account.id !== named.id) throw new Problem('code_invalid');
  return proven.account;
}

const provesOwn = (account: Account, { identifier, handed }: MadeProof): boolean =>
  !handed && hasIdentifier(account, identifier);

async function organizationOf(
  { organizations }: Deps,
  client: Client,
  account: Account,
  wish: SignInWish,
  { intent }: MadeProof,
): Promise<string | null> {
  const named = wish.organizationId ?? intent?.organizationId ?? null;
  const choice = await organizations.choose(client.organizations, account.id, named);
  // There is nobody to be asked: where it is optional, no organization is an answer, too.
  if (choice.kind === 'none' || (choice.kind === 'open' && client.organizations === 'optional')) return null;
  if (choice.kind === 'taken') return choice.membership.organization.id;
  throw new Problem('organization_refused');
}

interface Occasion {
  readonly client: Client;
  readonly account: Account;
  readonly proof: MadeProof;
  readonly wish: SignInWish;
}

async function sessionWith(deps: Deps, joined: ApiSession | null, occasion: Occasion): Promise<ApiSession> {
  const { client, account, proof, wish } = occasion;
  const made = proofOf(account, proof, deps.now());
  if (joined === null) return deps.sessions.begin({ accountId: account.id, clientId: client.id }, made, wish.userAgent);
  try {
    return await deps.sessions.join(joined, made);
  } catch (error) {
    if (error instanceof errors.AccessDenied) throw new Problem('session_unknown', { cause: error });
    throw error;
  }
}

function proofOf(account: Account, proof: MadeProof, now: number): ApiProof {
  const { identifier } = proof;
  const own = provesOwn(account, proof);
  return {
    // `sms` is a message to a number that is known to be the person's (RFC 8176 §2).
    method: own ? methodOf(identifier.channel) : 'otp',
    channel: own && isFactor(account, identifier, now) ? identifier.channel : null,
  };
}

function isFactor(account: Account, identifier: Identifier, now: number): boolean {
  const entry = account.identifiers.find((known) => isSameIdentifier(known, identifier));
  return entry !== undefined && countsAsFactor(account, entry, now);
}

/** The client wants two factors: there are no tokens for one, only the session that the second has to join. */
async function refuseWeak({ sessions }: Deps, session: ApiSession): Promise<never> {
  await sessions.keep(session);
  throw new Problem('second_factor_missing', { params: { session_id: session.id } });
}
