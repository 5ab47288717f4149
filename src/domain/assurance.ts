import type { Client } from './client.ts';
import type { Channel } from './identifier.ts';

/** One factor was proven. The names say how, and never claim an assurance level of NIST (requirements §0, fact 1). */
export const SINGLE_FACTOR = 'urn:countersign:acr:1fa';

/** Two identifiers of different channels were proven. */
export const TWO_FACTORS = 'urn:countersign:acr:2fa';

/** Every authentication context there is here. */
export const ASSURANCES = [SINGLE_FACTOR, TWO_FACTORS] as const;

/** The method a proof counts as (RFC 8176 §2): `otp` for a code or a link by mail, `sms` for a code by SMS. */
export const methodOf = (channel: Channel): string => (channel === 'sms' ? 'sms' : 'otp');

/** How the proofs of two channels are told together (RFC 8176 §2: `mfa`). */
export const combinedMethods = (first: readonly string[], second: Channel): string[] => [
  ...new Set([...first, methodOf(second), 'mfa']),
];

/** Which channel a sign-in with these methods has not used yet. */
export const missingChannels = (methods: readonly string[]): Channel[] =>
  (['email', 'sms'] as const).filter((channel) => !methods.includes(methodOf(channel)));

/** Who wants a second factor: nobody, the client's policy, or the request itself, which no remembered device answers. */
export type SecondFactorDemand = 'none' | 'policy' | 'request';

/**
 * @param wanted `acr_values` and the values of an essential `acr` claim, in the order of preference (OpenID Connect Core
 * §3.1.2.1, §5.5.1.1); unknown ones count for nothing
 */
export function secondFactorDemand(
  client: Pick<Client, 'secondFactor'>,
  wanted: readonly string[],
): SecondFactorDemand {
  const preferred = wanted.find((acr) => (ASSURANCES as readonly string[]).includes(acr));
  if (preferred === TWO_FACTORS) return 'request';
  return client.secondFactor === 'always' ? 'policy' : 'none';
}
