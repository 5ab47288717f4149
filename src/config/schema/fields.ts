import { isIP } from 'node:net';
import { z } from 'zod';
import type { BudgetRule } from '../../domain/budget.ts';

/** What is wrong beyond the shape of a field: where, and in words. */
export interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/**
 * A whole number within hard bounds. The bounds are part of the product: a value outside of them is refused at start,
 * whoever wrote it (requirements §0.1).
 */
export const whole = (value: number, least: number, most: number, description: string) =>
  z.int().min(least).max(most).default(value).describe(description);

const budgetRule = z.strictObject({
  limit: z.int().min(1).describe('How many in one window.'),
  windowSeconds: z.int().min(1).max(31_536_000).describe('Length of the window in seconds.'),
});

/** A list of budget rules that all have to hold. It cannot be empty: no budget can be switched off by accident. */
export const budgetRules = (value: readonly BudgetRule[], description: string) =>
  z
    .array(budgetRule)
    .min(1)
    .default([...value])
    .describe(description);

/** True for an IP address, or a network in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

/** True for `scheme://host[:port]` in exactly the form browsers and tokens will show it. */
export function isOrigin(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return false;
  return parsed.origin === text;
}

/** True for `smtp://` and `smtps://` URLs that name a host and nothing but credentials and a port besides. */
export function isSmtpUrl(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || (parsed.protocol !== 'smtp:' && parsed.protocol !== 'smtps:')) return false;
  return parsed.hostname !== '' && /^\/?$/.test(parsed.pathname) && parsed.search === '' && parsed.hash === '';
}

/** True for `address` or `Name <address>` on one line. */
export const isMailbox = (text: string): boolean =>
  /^(?:[^<>\p{Cc}]{0,128}<[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255}>|[^\s<>@,;]{1,64}@[^\s<>@,;]{1,255})$/u.test(text);

/** True for a well-formed BCP 47 language tag. */
export function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
