import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** A key for HMAC. Key objects spare the work of making one for each use. */
type Pepper = KeyObject | Uint8Array;

/**
 * How codes are made (requirements 0.2): derived by HMAC from a nonce that never leaves the challenge, never stored.
 * A resend or a retried delivery derives the same code again; a stolen store without the pepper verifies no guess.
 */
export interface CodeShape {
  /** Characters a code is made of, in order; each must be unique. */
  readonly alphabet: string;
  /** Characters in a code. */
  readonly length: number;
}

/** What is inside the MAC. Everything else a challenge is bound to stands in its record. */
export interface CodeBinding {
  /** 128 random bits, base64url, fresh per challenge. */
  readonly nonce: string;
  readonly id: string;
  readonly purpose: string;
  readonly channel: string;
}

export const DIGITS = '0123456789';

/**
 * Derives the code of a challenge: uniform over `alphabet^length`, leading zeros included.
 * Each character comes from a byte of the MAC stream; bytes that would favour some characters are rejected.
 *
 * @param pepper key outside the store, ≥ 32 bytes
 * @throws RangeError for an alphabet with fewer than 2 or more than 256 characters
 */
export function deriveCode(pepper: Pepper, binding: CodeBinding, shape: CodeShape): string {
  const size = shape.alphabet.length;
  // Outside of this no byte is ever fair, and the loop below would not end.
  if (size < 2 || size > 256) throw new RangeError('an alphabet has 2 to 256 characters');
  const limit = 256 - (256 % size);
  let code = '';
  for (let block = 0; code.length < shape.length; block += 1) {
    for (const byte of mac(pepper, 'code', binding, block)) {
      if (byte >= limit) continue;
      code += shape.alphabet.charAt(byte % size);
      if (code.length === shape.length) break;
    }
  }
  return code;
}

/** Derives the link token of a challenge: 256 bits, base64url, under its own label. */
export const deriveLinkToken = (pepper: Pepper, binding: CodeBinding): string =>
  mac(pepper, 'link', binding, 0).toString('base64url');

/** Every field is preceded by its length, so that no two bindings give the same input. */
function mac(pepper: Pepper, label: string, binding: CodeBinding, block: number): Buffer {
  const hmac = createHmac('sha256', pepper);
  for (const field of [label, binding.nonce, binding.id, binding.purpose, binding.channel, String(block)]) {
    const bytes = Buffer.from(field, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest();
}

/**
 * Compares what somebody typed with the derived code in constant time, on digests of a fixed length.
 */
export function codeMatches(pepper: Pepper, expected: string, typed: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', pepper).update(text, 'utf8').digest();
  return timingSafeEqual(digest(expected), digest(typed));
}

/**
 * What a person typed or pasted, reduced to the characters a code can have: `123 456` and `123-456` are `123456`.
 * Anything else stays in and makes the comparison fail.
 */
export function normalizeCode(input: unknown, shape: CodeShape): string {
  if (typeof input !== 'string' || input.length > 256) return '';
  const typed = input.normalize('NFKC').replace(/[\s\-\u2010-\u2015.]/g, '');
  return shape.alphabet === shape.alphabet.toUpperCase() ? typed.toUpperCase() : typed;
}
