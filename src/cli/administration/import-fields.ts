import { PROFILE_CLAIMS } from '../../domain/attributes.ts';

/** What a file may say that is neither text nor a claim of a profile. */
export const BOOLEAN_FIELDS: ReadonlySet<string> = new Set(['email_verified', 'phone_number_verified']);

/** Names of fields and columns. */
export const IMPORT_FIELDS: readonly string[] = [
  'id',
  'email',
  'phone_number',
  ...BOOLEAN_FIELDS,
  'created_at',
  ...PROFILE_CLAIMS,
];

export const KNOWN_FIELDS: ReadonlySet<string> = new Set(IMPORT_FIELDS);
