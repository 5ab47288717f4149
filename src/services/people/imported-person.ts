import type { AccountIdentifier } from '../../domain/account.ts';
import { isSameIdentifier } from '../../domain/account-identifiers.ts';
import { isProblem } from '../../domain/errors.ts';
import { type Identifier, parseEmail } from '../../domain/identifier.ts';
import { parsePhone } from '../../domain/phone.ts';

/** Somebody as another system knows them. */
export interface ImportedPerson {
  /** What their `sub` was there. */
  readonly id?: string | undefined;
  readonly email?: string | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly phoneNumber?: string | undefined;
  readonly phoneNumberVerified?: boolean | undefined;
  /** Standard claims (OpenID Connect Core §5.1). */
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
}

export const IMPORT_REFUSALS = [
  'record_invalid',
  'identifier_missing',
  'identifier_invalid',
  'identifier_taken',
  'attribute_invalid',
  'created_at_invalid',
  'id_invalid',
  'id_taken',
] as const;
export type ImportRefusal = (typeof IMPORT_REFUSALS)[number];

/** A refusal on its way out of the checks. */
export interface Refused {
  readonly reason: ImportRefusal;
  readonly detail: string;
}

/** Which of somebody's identifiers their account begins without. */
export type LeftOut = 'email' | 'phone_number';

/**
 * What somebody who is imported is known by here.
 *
 * @param provenAt when what was verified elsewhere counts as proven; null when it does not
 */
export function identifiersOf(
  person: ImportedPerson,
  provenAt: number | null,
): { readonly kept: AccountIdentifier[]; readonly leftOut: LeftOut[] } | Refused {
  const found: { readonly field: LeftOut; readonly entry: AccountIdentifier }[] = [];
  for (const [field, given, isVerified, parse] of [
    ['email', person.email, person.emailVerified, parseEmail],
    ['phone_number', person.phoneNumber, person.phoneNumberVerified, (text: string) => parsePhone(text, null)],
  ] as const) {
    if (given === undefined) continue;
    const identifier = parsedBy(parse, given);
    if (identifier === null) return { reason: 'identifier_invalid', detail: `${field}: ${EXPECTED[field]}` };
    found.push({
      field,
      entry: { ...identifier, verifiedAt: isVerified === true ? provenAt : null, primary: true },
    });
  }
  const proven = found.filter(({ entry }) => entry.verifiedAt !== null);
  const kept = (proven.length > 0 ? proven : found.slice(0, 1)).map(({ entry }) => entry);
  const isKept = (entry: AccountIdentifier): boolean => kept.some((one) => isSameIdentifier(one, entry));
  return { kept, leftOut: found.filter(({ entry }) => !isKept(entry)).map(({ field }) => field) };
}

const EXPECTED: Readonly<Record<LeftOut, string>> = {
  email: 'expected an e-mail address',
  phone_number: 'expected a phone number with its country code',
};

function parsedBy(parse: (text: string) => Identifier, text: string): Identifier | null {
  try {
    return parse(text);
  } catch (error) {
    if (isProblem(error)) return null;
    throw error;
  }
}
