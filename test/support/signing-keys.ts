import { expect } from 'chai';
import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Administrator } from './admin.ts';

/** The key that has signed a token. */
export const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';

/** What a server publishes, with the seconds for which it may be kept. @param origin where the server is reached */
async function publishedBy(origin: string): Promise<{ readonly set: JSONWebKeySet; readonly maxAge: number }> {
  const answer = await fetch(`${origin}/jwks`);
  const maxAge = Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1]);
  return { set: (await answer.json()) as JSONWebKeySet, maxAge };
}

export const kidsAt = async (origin: string): Promise<string[]> =>
  (await publishedBy(origin)).set.keys.map(({ kid = '' }) => kid);

/**
 * A relying party that keeps the keys for as long as it may and asks for them never earlier, whatever it meets: the strictest
 * there can be (OpenID Connect Core §10.1.1).
 */
export function createStubbornParty(origin: string): { verify(token: string): Promise<void> } {
  let kept: { set: JSONWebKeySet; until: number } = { set: { keys: [] }, until: 0 };
  return {
    async verify(token) {
      if (Date.now() >= kept.until) {
        const { set, maxAge } = await publishedBy(origin);
        kept = { set, until: Date.now() + maxAge * 1000 };
      }
      await jwtVerify(token, createLocalJWKSet(kept.set), { currentDate: new Date() });
    },
  };
}

/** Whether somebody who fetches the keys now can verify a token; its time is looked at, too. */
export async function isVerifiable(origin: string, token: string): Promise<boolean> {
  const { set } = await publishedBy(origin);
  try {
    await jwtVerify(token, createLocalJWKSet(set), { currentDate: new Date() });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** Replaces the signing keys. @returns the ids of the new ones */
export async function rotate(admin: Administrator, request: object = {}): Promise<string[]> {
  const { status, body, text } = await admin.call('POST', '/signing-keys', { body: request });
  expect(status, text).to.equal(201);
  return (body.items as { id: string }[]).map(({ id }) => id);
}
