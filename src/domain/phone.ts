import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { Problem } from './errors.ts';
import type { Identifier } from './identifier.ts';

/** An ISO 3166-1 alpha-2 code of a country with a numbering plan. */
export type Country = CountryCode;

export const isCountry = (code: string): code is Country => isSupportedCountry(code);

/** The digits that a country's numbers begin with after the plus, for instance `49`. */
export const callingCodeOf = (country: Country): string => getCountryCallingCode(country);

/**
 * Where numbers without a country code are likely to be: the region that somebody's languages name, else the one their
 * language is spoken in most (Unicode CLDR, likely subtags), among the countries there are; else the first of these.
 *
 * @param languages BCP 47 tags, best first
 */
export function likelyCountry(languages: readonly string[], countries: readonly Country[]): Country | null {
  const locales = languages.flatMap((tag) => localeOf(tag) ?? []);
  const regions = [...locales, ...locales.map((locale) => locale.maximize())].map(({ region }) => region);
  const known = regions.map((region) => countries.find((country) => country === region));
  return known.find((country) => country !== undefined) ?? countries[0] ?? null;
}

function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}

/** Kinds of numbers that cost whoever calls or texts them, or that no text reaches. */
const COSTLY = new Set([
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'PERSONAL_NUMBER',
  'UAN',
  'VOICEMAIL',
  'PAGER',
] as const satisfies NonNullable<ReturnType<PhoneNumber['getType']>>[]);

/** Longest text anybody would write a number in: with spaces, brackets and an international prefix. */
const LONGEST = 40;

/** Digits, the signs people group them with, and a plus in front; in full-width and Arabic forms, too. */
const WRITTEN = /^[\p{Nd}\s()./\-‐-―+＋]+$/u;

/** Arabic-Indic digits and their Persian forms; the full-width ones are folded by NFKC. */
const ARABIC_DIGIT = /[\u0660-\u0669\u06f0-\u06f9]/g;

/**
 * Parses a phone number into E.164 (ITU-T E.164; R-29): `+44 7911 123456`, `0044 7911…` and `07911…` with the country
 * GB are one. Extensions and letters are refused.
 *
 * @param country where a number without a country code is; null when only international numbers are understood
 * @throws Problem `identifier_invalid`
 */
export function parsePhone(input: unknown, country: Country | null): Identifier {
  if (typeof input !== 'string' || input.length > LONGEST || !WRITTEN.test(input)) {
    throw new Problem('identifier_invalid');
  }
  const written = input
    .normalize('NFKC')
    .replace(ARABIC_DIGIT, (digit) => String(digit.charCodeAt(0) & 15))
    .trim();
  // 00 is international for everybody (ITU-T E.123), and part of a longer prefix in a few countries: 0011 in Australia.
  const value = (written.startsWith('00') ? valid(`+${written.slice(2)}`, country) : null) ?? valid(written, country);
  if (value === null) throw new Problem('identifier_invalid');
  return { channel: 'sms', value };
}

function valid(written: string, country: Country | null): string | null {
  const options = { extract: false, ...(country === null ? {} : { defaultCountry: country }) };
  const parsed = parsePhoneNumberFromString(written, options);
  return parsed === undefined || parsed.ext !== undefined || !parsed.isValid() ? null : parsed.number;
}

/** A number in groups, as people write it abroad: `+44 7911 123456`. @param value in E.164; others come back as they are */
export const readableNumber = (value: string): string =>
  parsePhoneNumberFromString(value)?.formatInternational() ?? value;

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
    textable: !(COSTLY as ReadonlySet<string | undefined>).has(type),
    prefix: value.slice(0, -4),
  };
}
