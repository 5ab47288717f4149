/**
 * What a person approves with a proof, for instance a payment: it goes into the message's request and comes back in the ID
 * token, so that an application can hold the one against the other. Flat; names and values of safe characters only.
 */
export type ApprovalData = Readonly<Record<string, string>>;

/** Most entries approval data may have (contracts.md §4.2). */
const MOST = 10;

/** Letters, digits, `_`, `-`, `.`: nothing that any reader could take for markup (contracts.md §4.2). */
const SAFE = /^[A-Za-z0-9_.-]{1,128}$/;

/** Names that objects have of their own; a reader that copies carelessly would change them. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with approval data, in words for a developer; null when nothing is. */
export function approvalDataFault(data: Readonly<Record<string, unknown>>): string | null {
  const entries = Object.entries(data);
  if (entries.length === 0) return 'approval_data must not be empty';
  if (entries.length > MOST) return `approval_data must not have more than ${MOST} keys`;
  const bad = entries.find(([name, value]) => RESERVED.has(name) || !SAFE.test(name) || !isSafe(value));
  return bad === undefined ? null : 'approval_data must be flat, of letters, digits, underscores, dashes and dots';
}

const isSafe = (value: unknown): boolean => typeof value === 'string' && SAFE.test(value);
