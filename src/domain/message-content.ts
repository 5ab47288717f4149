/**
 * What a client may say in a mail of its own (contracts.md §4.2). Text only: everything is escaped where it is shown and
 * nothing is ever a template. Null takes what the installation says.
 */
export interface MailContent {
  readonly subject: string | null;
  readonly senderName: string | null;
  readonly headerText: string | null;
  readonly bodyText: string | null;
  readonly linkText: string | null;
  readonly infoText: string | null;
  readonly footerText: string | null;
  /** `#rrggbb`. */
  readonly primaryColor: string | null;
  /** A PNG, JPEG or GIF, base64, ≤ 20 000 characters. */
  readonly logo: string | null;
}

/** What a client may say in an SMS of its own: `{otp}` and `{app}` in it, ≤ 140 characters; sender id ≤ 11. */
export interface SmsContent {
  readonly text: string | null;
  readonly senderId: string | null;
}

/** What a request over an API says about its message, instead of what client and installation are set to. */
export interface MessageContent {
  readonly mail: MailContent | null;
  readonly sms: SmsContent | null;
}

/** Most characters of a logo in base64 (contracts.md §4.2). */
const LONGEST_LOGO = 20_000;

/** What the pictures that every mail program shows begin with, in base64. */
const SIGNATURES = {
  iVBORw0KGgo: 'image/png',
  '/9j/': 'image/jpeg',
  R0lGODdh: 'image/gif',
  R0lGODlh: 'image/gif',
} as const;

/** A picture that a mail carries inside it. */
export type LogoType = (typeof SIGNATURES)[keyof typeof SIGNATURES];

/** Media type of a logo in base64, read from its first bytes; null when it is nothing that a mail may carry. */
export function logoTypeOf(base64: string): LogoType | null {
  const isBase64 = base64.length <= LONGEST_LOGO && base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  const [, type = null] = Object.entries(SIGNATURES).find(([start]) => isBase64 && base64.startsWith(start)) ?? [];
  return type;
}

/** True for `#rrggbb`: the only form in which a colour gets into a style. */
export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

/** True when there is something to see: texts of white space and control characters say nothing. */
export const saysSomething = (text: string): boolean => /[^\p{C}\p{Z}]/u.test(text);
