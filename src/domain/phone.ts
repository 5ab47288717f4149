import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { Problem } from './errors.ts';
import type { Identifier } from './identifier.ts';

/** An ISO 3166-1 alpha-2 code of a country with a numbering plan. */
export type Country = CountryCode;

export const isCountry = (code: string): code is Country => isSupportedCountry(code);

/** Kinds of numbers that cost whoever calls or texts them. */
const COSTLY = new Set(['PREMIUM_RATE', 'SHARED_COST', 'TOLL_FREE', 'UAN', 'VOICEMAIL', 'PAGER']);

/** Longest text anybody would write a number in: with spaces, brackets and an international prefix. */
const LONGEST = 40;

/** Digits, the signs people group them with, and a plus in front; in full-width and Arabic forms, too. */
const WRITTEN = /^[\p{Nd}\s()./\-‐-―+＋]+$/u;

/**
 * Parses a phone number into E.164 (ITU-T E.164; R-29): `+44 7911 123456`, `0044 7911…` and `07911…` with the country
 * GB are one. Extensions and letters are refused.
 *
 * @param country where a number without a country code is
 * @throws Problem `identifier_invalid`
 */
export function parsePhone(input: unknown, country: Country): Identifier {
  if (typeof input !== 'string' || input.length > LONGEST || !WRITTEN.test(input)) {
    throw new Problem('identifier_invalid');
  }
  const written = input.normalize('NFKC').trim().replace(/^00/, '+');
  const parsed = parsePhoneNumberFromString(written, { defaultCountry: country, extract: false });
  if (parsed === undefined || parsed.ext !== undefined || !parsed.isValid()) throw new Problem('identifier_invalid');
  return { channel: 'sms', value: parsed.number };
}

/** What spending protection needs to know of a number. */
export interface NumberFacts {
  /** Null for numbers that belong to no country, for instance of satellite networks. */
  readonly country: Country | null;
  /** False for premium, shared-cost and toll-free numbers, and for what only rings. */
  readonly textable: boolean;
  /** The number without its last four digits: a block that is usually sold as one. */
  readonly prefix: string;
}

/** @param value in E.164 */
export function numberFacts(value: string): NumberFacts {
  const parsed = parsePhoneNumberFromString(value);
  const type = parsed?.getType();
  return {
    country: parsed?.country ?? null,
    textable: type === undefined || !COSTLY.has(type),
    prefix: value.slice(0, -4),
  };
}
