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
