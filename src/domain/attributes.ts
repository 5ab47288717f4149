/** Standard claims an account may carry besides its identifiers (OpenID Connect Core §5.1). */
export const PROFILE_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
] as const;

/** They go into tokens: nothing is longer than any token has room for, in characters. */
const LONGEST = 256;

const PAGES: readonly string[] = ['profile', 'picture', 'website'];

/** What an account may carry has a form where the standard gives it one: a page, a date, a language. */
export function attributeFault(name: string, value: unknown): string | null {
  if (!PROFILE_CLAIMS.some((known) => known === name)) return 'is not a standard claim that can be set';
  if (typeof value !== 'string' || value.trim() === '') return 'expected text';
  if (value.length > LONGEST) return `at most ${LONGEST} characters`;
  if (/\p{Cc}/u.test(value)) return 'control characters are not allowed';
  if (PAGES.includes(name) && !isPage(value)) return 'expected an https address';
  if (name === 'birthdate' && !/^\d{4}(?:-\d{2}-\d{2})?$/.test(value)) return 'expected YYYY-MM-DD or YYYY';
  if (name === 'locale' && !/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(value)) return 'expected a BCP 47 tag';
  return null;
}

/** Applications put it into pages of theirs: a script in an address would run there. */
function isPage(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}
