import type { Client } from './client.ts';
import type { Channel } from './identifier.ts';

/** One factor was proven. The names say how, and never claim an assurance level of NIST (requirements §0, fact 1). */
export const SINGLE_FACTOR = 'urn:countersign:acr:1fa';

/** Two identifiers of different channels were proven. */
export const TWO_FACTORS = 'urn:countersign:acr:2fa';

/** Every authentication context there is here. */
const ASSURANCES: readonly string[] = [SINGLE_FACTOR, TWO_FACTORS];

/** The authentication contexts that can be reached with these channels: a second factor needs a second one. */
export const assurancesWithin = (channels: readonly Channel[]): readonly string[] =>
  new Set(channels).size > 1 ? ASSURANCES : [SINGLE_FACTOR];

/** The method a proof counts as (RFC 8176 §2): `otp` for a code or a link by mail, `sms` for a code by SMS. */
export const methodOf = (channel: Channel): string => (channel === 'sms' ? 'sms' : 'otp');

/** How the proofs of two channels are told together (RFC 8176 §2: `mfa`). */
export const combinedMethods = (first: readonly string[], second: Channel): string[] => [
  ...new Set([...first, methodOf(second), 'mfa']),
];

/** Which channels could be the second factor of somebody who proved these methods. */
export const secondChannels = (channels: readonly Channel[], methods: readonly string[]): Channel[] =>
  channels.filter((channel) => !methods.includes(methodOf(channel)));

/** The authentication contexts a request asks for, each list in the order of preference. */
export interface AcrRequest {
  /** What the ID token must say one of; null when nothing is demanded (OpenID Connect Core §5.5.1.1). */
  readonly essential: readonly string[] | null;
  /** Wishes: `acr_values` (OpenID Connect Core §3.1.2.1) and an `acr` claim that is not essential. */
  readonly voluntary: readonly string[];
}

/** Who wants a second factor: nobody, the client's policy, or the request itself, which no remembered device answers. */
export type SecondFactorDemand = 'none' | 'policy' | 'request';

/**
 * Who wants a second factor. What the request prefers counts as far as it can be reached; unknown values count for nothing.
 *
 * @param channels by what people may sign in at this client
 * @returns `unmet` when nothing that could happen here would satisfy the request or the client's own policy; to be told
 * at once, because no code would ever lead on (RFC 9470 §5, OpenID Connect Core §5.5.1.1)
 */
export function secondFactorDemand(
  client: Pick<Client, 'secondFactor'>,
  asked: AcrRequest,
  channels: readonly Channel[],
): SecondFactorDemand | 'unmet' {
  const within = assurancesWithin(channels);
  const known = (asked.essential ?? asked.voluntary).filter((acr) => ASSURANCES.includes(acr));
  const possible = known.filter((acr) => within.includes(acr));
  if (possible.length === 0 && (asked.essential !== null || known.length > 0)) return 'unmet';
  if (possible[0] === TWO_FACTORS) return 'request';
  if (client.secondFactor !== 'always') return 'none';
  const contradicted = asked.essential !== null && !possible.includes(TWO_FACTORS);
  return contradicted || !within.includes(TWO_FACTORS) ? 'unmet' : 'policy';
}

/** What a sign-in has to be good enough for. */
export interface Expectation {
  readonly asked: AcrRequest;
  readonly demand: SecondFactorDemand;
  /** The browser is a remembered device of the account, at a client that lets those skip what its own policy demands. */
  readonly remembered: boolean;
}

/** True when a sign-in of this context needs no second factor any more. */
export const isStrongEnough = (acr: string, { demand, remembered }: Omit<Expectation, 'asked'>): boolean =>
  demand === 'none' || acr === TWO_FACTORS || (demand === 'policy' && remembered);

/**
 * True when a sign-in of this context answers the request as it is. An essential claim is exact: a sign-in with two
 * factors does not answer a request for one (OpenID Connect Core §5.5.1.1: "matches one of the requested values").
 */
export const answersRequest = (acr: string, { asked, ...expected }: Expectation): boolean =>
  isStrongEnough(acr, expected) && (asked.essential?.includes(acr) ?? true);
