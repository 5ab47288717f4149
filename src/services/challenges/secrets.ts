import type { Challenge } from '../../domain/challenge.ts';
import { type CodeBinding, codeMatches, deriveCode, deriveLinkToken, normalizeCode } from '../../domain/code.ts';
import type { Vault } from '../vault.ts';

/** What a challenge is made of when there is none: comparing with it costs the same, and nothing is right. */
const NOBODYS: CodeBinding = { nonce: '', id: '', purpose: '', channel: '' };

/** Longest text that is looked at as a token; a real one has 43 characters. */
const LONGEST_TOKEN = 256;

/** The code of a challenge, derived; null when its pepper was dropped from `SECRET`. */
export function codeOf(vault: Vault, challenge: Challenge): string | null {
  const pepper = vault.pepper(challenge.pepperId);
  return pepper === undefined ? null : deriveCode(pepper.key, bindingOf(challenge), challenge.shape);
}

/** The token of a challenge's link, derived; null when its message carries none or its pepper is gone. */
export function linkTokenOf(vault: Vault, challenge: Challenge): string | null {
  const pepper = vault.pepper(challenge.pepperId);
  if (pepper === undefined || challenge.proof === 'code') return null;
  return deriveLinkToken(pepper.key, bindingOf(challenge));
}

/** Whether this is the code of the challenge, whatever its state. Nothing is right for a decoy. */
export function isCodeOf(vault: Vault, challenge: Challenge, typed: unknown): boolean {
  const [newest] = vault.peppers;
  const pepper = vault.pepper(challenge.pepperId);
  const expected = deriveCode((pepper ?? newest).key, bindingOf(challenge), challenge.shape);
  const same = codeMatches(newest.key, expected, normalizeCode(typed, challenge.shape));
  return same && pepper !== undefined && !challenge.decoy;
}

/**
 * Whether this is the token of the challenge's link, whatever its state. The same work is done where there is no
 * challenge, for decoys, and where no link was sent: no answer is faster than another.
 */
export function isLinkOf(vault: Vault, challenge: Challenge | null, token: unknown): boolean {
  const [newest] = vault.peppers;
  const pepper = challenge === null ? undefined : vault.pepper(challenge.pepperId);
  const expected = deriveLinkToken((pepper ?? newest).key, challenge === null ? NOBODYS : bindingOf(challenge));
  const given = typeof token === 'string' && token.length <= LONGEST_TOKEN ? token : '';
  const same = codeMatches(newest.key, expected, given);
  return same && pepper !== undefined && challenge?.proof !== 'code' && challenge?.decoy === false;
}

const bindingOf = ({ nonce, id, purpose, identifier }: Challenge): CodeBinding => ({
  nonce,
  id,
  purpose,
  channel: identifier.channel,
});
