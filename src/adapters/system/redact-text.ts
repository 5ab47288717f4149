import { maskIdentifier } from '../../domain/identifier.ts';

export const REDACTED = '[redacted]';

/** Names of fields, parameters and headers whose values are credentials, or help to guess one (R-65). */
export const SENSITIVE_NAME =
  /code|token|secret|password|cookie|authorization|csrf|otp|pepper|nonce|verifier|session_state|assertion/i;

/** Query parameters that say what was asked for and not who asked or with which right. */
const OPEN_PARAMETERS = new Set([
  'response_type',
  'response_mode',
  'scope',
  'prompt',
  'client_id',
  'grant_type',
  'ui_locales',
  'code_challenge_method',
]);

/** Nothing that long is worth a log line, and every rule below stays cheap (R-23). */
const LONGEST = 16_384;

/** A longer run of letters is not a word. */
const LONGEST_WORD = 20;

/** Paths, methods, short ids: no rule can find anything in them, and most texts are like that. */
const PLAIN = /^(?!.*\d{6})[A-Za-z0-9_/-]{0,21}$/;

/** A replacement of each match; the rules run in this order, each over what the former left. */
type Rule = readonly [RegExp, (match: string, ...groups: string[]) => string];

/*
 * Every pattern is linear in the length of the text: runs are entered at their beginning only, which the lookbehinds
 * are for, and no two neighbouring parts can match the same character in more than one way.
 */
const RULES: readonly Rule[] = [
  // The rest of a header that carries credentials, whatever its syntax.
  [
    /(?<![\w-])((?:set-)?cookie|(?:proxy-)?authorization)(["']?\s*[=:]).*$/is,
    (_all, name = '', sign = '') => `${name}${sign} ${REDACTED}`,
  ],
  // Links in messages (R-12): whatever stands where the token does, in whatever notation.
  [
    /(\/interaction\/)[^\s/?#"'<>]+(\/link\/)[^\s?#"'<>]+/gi,
    (_all, root = '', link = '') => `${root}:uid${link}${REDACTED}`,
  ],
  [/(?<![\w-])(\/link\/)(?!\[)[^\s?#"'<>]+/gi, (_all, link = '') => `${link}${REDACTED}`],
  // RFC 3986 §3.2.1: user information of a URL.
  [/\/\/[^\s/]*@/g, () => `//${REDACTED}@`],
  [
    /([?&#])([^\s=&#?"'<>]+)=([^\s&#"'<>]*)/g,
    (all, sign = '', name = '') => (OPEN_PARAMETERS.has(name) ? all : `${sign}${name}=${REDACTED}`),
  ],
  // `name=value`, `name: value`, `"name":"value"`; a quotation that is not closed goes to the end.
  [
    /(?<![\w.-])([\w.-]+)(["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s"'&,;}]+)/g,
    (all, name = '', sign = '') =>
      SENSITIVE_NAME.test(name) && !OPEN_PARAMETERS.has(name) ? `${name}${sign}${REDACTED}` : all,
  ],
  [
    /\b(bearer|dpop|basic)\s+([\w.~+/=-]{8,})/gi,
    (all, scheme = '', value = '') => (readsAsWords(value) ? all : `${scheme} ${REDACTED}`),
  ],
  // RFC 7515 §3: a compact JWS or JWE begins with an encoded `{"`.
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*){0,3}/g, () => REDACTED],
  [/(?<![^\s<>()[\]"',;:\\@=/?&#])[^\s<>()[\]"',;:\\@=/?&#]+(?:@|%40)[^\s<>()[\]"',;:\\@=/?&#]+/gi, maskAddress],
  [
    /(?<![\w+])\+\d[\d ().-]{5,20}\d/g,
    (all) => maskIdentifier({ channel: 'sms', value: `+${all.replace(/\D/g, '')}` }),
  ],
  // A code or a national number that stands by itself; not a part of an id and not the fraction of a number.
  [/(?<![A-Za-z0-9_]|\d\.)\d{6,}(?![A-Za-z0-9_])/g, () => '[digits]'],
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{22,}={0,2}/g, (all) => (/[+=]/.test(all) ? REDACTED : all)],
  // 22 characters of base64url are 128 bits (R-65). Request ids are shorter, on purpose.
  [/(?<![\w-])[\w-]{22,}/g, (all) => (readsAsWords(all) ? all : REDACTED)],
];

/** `snake_case`, `UPPER_CASE` or `CamelCase` without digits: a name somebody chose, not a random value. */
function readsAsWords(run: string): boolean {
  if (/\d/.test(run)) return false;
  if (run === run.toLowerCase() || run === run.toUpperCase()) {
    return run.split(/[_-]/).every((word) => word.length <= LONGEST_WORD);
  }
  const humps = run.match(/[A-Z][a-z]*|[a-z]+|[^A-Za-z]+/g) ?? [];
  return humps.every((hump, index) => /^[A-Z][a-z]{3,15}$/.test(hump) || (index === 0 && /^[a-z]{2,15}$/.test(hump)));
}

function maskAddress(text: string): string {
  const [local = '', domain = ''] = text.split(/@|%40/i);
  // `koa@3.2.1` in the path of a stack frame.
  if (/^\d+\.\d+\.\d+(?:[-+][\w.]+)?$/.test(domain)) return text;
  return maskIdentifier({ channel: 'email', value: `${local}@${domain}` });
}

/** Control characters, line separators and bidirectional overrides, which forge lines or hide text (CWE-117). */
const DECEPTIVE = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const encode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * What may be said of a text in a log (R-65): credentials and long random values are taken out, addresses and numbers
 * are masked, control characters are shown as `\\u000a`.
 */
export function redactText(text: string): string {
  if (text.length > LONGEST) return `[text of ${text.length} characters]`;
  if (PLAIN.test(text)) return text;
  return RULES.reduce((rest, [pattern, replace]) => rest.replace(pattern, replace), text).replace(DECEPTIVE, encode);
}
