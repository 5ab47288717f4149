import { domainToASCII } from 'node:url';
import { Problem } from './errors.ts';

/** The way a proof reaches a person. It is part of an identifier's type: nothing ever infers it from the text. */
export type Channel = 'email' | 'sms';

/**
 * An e-mail address or a phone number after parsing. `value` is the canonical form that stores, budgets and the
 * mailer all share, so that the lookup and the envelope can never disagree about who is meant.
 */
export interface Identifier {
  readonly channel: Channel;
  readonly value: string;
}

const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * Parses an e-mail address into its canonical form: trimmed, ASCII lower case, domain by NFC and UTS #46 as A-labels.
 * Only a dot-atom local part is taken; quoted strings, comments, address literals, lists, control and
 * non-ASCII characters in the local part are refused before any mailer sees them.
 *
 * @throws Problem `identifier_invalid`
 */
export function parseEmail(input: unknown): Identifier {
  // 320 = RFC 3696 erratum 1690 upper bound; the cut keeps every later step linear in a small number.
  if (typeof input !== 'string' || input.length > 320) throw new Problem('identifier_invalid');
  const text = input.trim();
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@')) throw new Problem('identifier_invalid');
  // Not normalised: NFC turns the Kelvin sign into `K` and U+1FEF into a backtick, and both would pass for ASCII.
  const local = asciiLower(text.slice(0, at));
  const domain = canonicalDomain(text.slice(at + 1).normalize('NFC'));
  const value = `${local}@${domain}`;
  if (local.length > 64 || value.length > 254 || !LOCAL_PART.test(local)) throw new Problem('identifier_invalid');
  return { channel: 'email', value };
}

/** `toLowerCase` folds the Kelvin sign to `k` and more; identity must not (CVE-2019-19844, R-28). */
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function canonicalDomain(text: string): string {
  if (/[\s[\]:/\\?#@%]/.test(text) || hasControl(text)) throw new Problem('identifier_invalid');
  const ascii = domainToASCII(text);
  const labels = ascii.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(top)) {
    throw new Problem('identifier_invalid');
  }
  return ascii;
}

const hasControl = (text: string): boolean => [...text].some((char) => char < ' ' || char === '\u007f');

/**
 * The form in which an identifier may be shown in logs, audit events and pages of other people:
 * `a•••@e•••.org`, `+49•••12`. Of what is neither an address nor a number, such as a stand-in, nothing is shown.
 */
export function maskIdentifier({ channel, value }: Identifier): string {
  if (channel === 'sms') return value.startsWith('+') ? `${value.slice(0, 3)}•••${value.slice(-2)}` : '•••';
  if (!value.includes('@')) return '•••';
  const [local = '', domain = ''] = value.split('@');
  const dot = domain.lastIndexOf('.');
  // A local part of one letter would be shown whole.
  return `${local.length > 1 ? local.slice(0, 1) : ''}•••@${domain.slice(0, 1)}•••${dot < 0 ? '' : domain.slice(dot)}`;
}

const MASKED = [/^[a-z0-9!#$%&'*+/=?^_`{|}~-]?•••@[a-z0-9]?•••(?:\.[a-z0-9-]+)?$/, /^\+\d{2}•••\d{2}$/];

/**
 * A masked identifier as somebody has copied it from an audit event or typed it, with any number of stars in place of what
 * is not shown.
 *
 * @returns the form that `maskIdentifier` gives; null for what is none
 */
export function parseMasked(text: string): string | null {
  const masked = text
    .trim()
    .toLowerCase()
    .replace(/\*{2,}|•+/g, '•••');
  return masked.length <= 320 && MASKED.some((form) => form.test(masked)) ? masked : null;
}
