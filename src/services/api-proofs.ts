import { createHash, timingSafeEqual } from 'node:crypto';
import type { Challenge, Purpose } from '../domain/challenge.ts';
import { type Client, channelsOf } from '../domain/client.ts';
import { Problem } from '../domain/errors.ts';
import type { Channel, Identifier } from '../domain/identifier.ts';
import type { Intent } from '../domain/intent.ts';
import type { MessageContent } from '../domain/message-content.ts';
import type { Caller } from './caller.ts';
import type { OpenRequest } from './challenges/birth.ts';
import type { Challenges } from './challenges/challenges.ts';
import type { Accounts } from './people/accounts.ts';

/** Whom a client means, and for what. */
export interface ApiPerson {
  readonly client: Client;
  /** Where the code goes. */
  readonly identifier: Identifier;
  /** What the client gave instead, when the code goes elsewhere; it decides who is meant. */
  readonly askedAs?: Identifier;
  /** Who is meant, where the client named neither an address nor a number. */
  readonly accountId?: string;
  /** `sign-in` when left out. */
  readonly purpose?: Purpose;
}

/** A code or a link that a client wants to have sent. */
export interface ApiRequest extends ApiPerson {
  readonly proof: 'code' | 'link';
  readonly intent: Intent;
  readonly content: MessageContent | null;
  /** False when the client is handed the code. */
  readonly send?: boolean;
  /** Seconds; never more than a short code may live. */
  readonly lifetimeSeconds?: number;
}

/** A code that somebody typed at a client. */
export interface ApiAnswer extends ApiPerson {
  readonly integration: Intent['integration'];
  readonly passcode: string;
  /** The request id that was generated for it, if one was. */
  readonly requestId?: string;
}

/** Codes and links that clients ask for and check for their people, on both ways over an API alike. */
export interface ApiProofs {
  /**
   * Opens the one challenge of this person at this client, and sends its message. Where nobody would be signed in, the same
   * happens at the same cost and nothing is sent, unless the client may know.
   *
   * @throws Problem `account_unknown` for clients with `users:reveal` only; `too_many_requests`,
   * `country_not_supported`, `number_not_supported`; `identifier_invalid` when people cannot sign in by this channel here
   */
  send(request: ApiRequest, caller: Caller): Promise<Challenge>;
  /**
   * Counts the attempt, compares, and proves: exactly one caller gets the proven challenge.
   *
   * @throws Problem `code_invalid`, `code_expired` (there is none, too), `code_exhausted`, `code_superseded`, `too_many_requests`
   */
  validate(answer: ApiAnswer, caller: Caller): Promise<Challenge>;
}

export interface ApiProofsDeps {
  readonly challenges: Challenges;
  readonly accounts: Accounts;
  /** BCP 47 tag of messages: a client does not say what its people speak. */
  readonly locale: string;
  /** The channels there is a sender for. */
  readonly channels: readonly Channel[];
}

/** What stands for a request id in the store: a digest of ≥ 128 random bits. */
export const requestIdDigest = (requestId: string): string =>
  createHash('sha256').update(requestId, 'utf8').digest('base64url');

export const createApiProofs = (deps: ApiProofsDeps): ApiProofs => ({
  send: (request, caller) => send(deps, request, caller),
  validate: (answer, caller) => validate(deps, answer, caller),
});

async function send(deps: ApiProofsDeps, request: ApiRequest, caller: Caller): Promise<Challenge> {
  const { challenges, accounts, locale } = deps;
  const { client, intent, content, ...asked } = request;
  if (!channelsOf(client, deps.channels).includes(asked.identifier.channel)) throw new Problem('identifier_invalid');
  const known = await isKnown(accounts, request);
  const welcome = known || intent.createAccount;
  if (!welcome && client.permissions.includes('users:reveal')) throw new Problem('account_unknown');
  const opening: OpenRequest = {
    purpose: 'sign-in',
    ...asked,
    clientId: client.id,
    interactionId: null,
    intent,
    ...(content === null ? {} : { content }),
    ...reasonOf(intent),
    locale,
    decoy: !welcome,
  };
  return challenges.open(opening, ofClient(caller));
}

const isKnown = async (accounts: Accounts, { accountId, askedAs, identifier }: ApiPerson): Promise<boolean> =>
  accountId === undefined ? accounts.isActive(askedAs ?? identifier) : (await accounts.findActive(accountId)) !== null;

/** What the client says of the device goes into the audit trail and nowhere else. */
function reasonOf({ clientAttributes }: Intent): { reason?: string } {
  if (clientAttributes === null) return {};
  const { ipAddress, userAgent } = clientAttributes;
  const said = [ipAddress, userAgent].filter((part) => part !== null).join(', ');
  return { reason: `said to be for ${said.replace(UNSEEN, ' ').slice(0, LONGEST_DEVICE)}` };
}

/** What could begin a line, or hide a part of one, wherever the audit trail is read. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** Most characters that are kept of what a client says about a device: nobody's own words are of use in full. */
const LONGEST_DEVICE = 256;

async function validate({ challenges }: ApiProofsDeps, answer: ApiAnswer, caller: Caller): Promise<Challenge> {
  const { client, purpose = 'sign-in', identifier, askedAs, accountId } = answer;
  const target = {
    clientId: client.id,
    purpose,
    identifier,
    ...(askedAs === undefined ? {} : { askedAs }),
    ...(accountId === undefined ? {} : { accountId }),
  };
  const asked = ofClient(caller);
  const found = await challenges.ofApi(target);
  // A code for another way counts as a wrong one: it is a guess like any other, and takes as long.
  const typed = found !== null && isMeant(found, answer) ? answer.passcode : null;
  return challenges.prove(found ?? challenges.nobodys(target, asked), typed, asked);
}

function isMeant({ proof, intent }: Challenge, { integration, requestId = '' }: ApiAnswer): boolean {
  if (intent === null || intent.integration !== integration || proof === 'link') return false;
  return intent.requestId === null || sameText(intent.requestId, requestIdDigest(requestId));
}

function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The network of a backend is no network of a person, and knows no browsers. */
const ofClient = (caller: Caller): Caller => ({ ...caller, knownBrowser: null, isClient: true });
