import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../vault.ts';

/** The one request that a token is for. */
export interface OperatorRequest {
  readonly method: string;
  /** With the query, as it stands in the request. */
  readonly path: string;
}

/**
 * Tokens by which the command line administers a server: made of `SECRET`, so that who holds that needs no key of the Admin
 * API. Each is for one request, once, at the servers of one issuer, and for a minute.
 */
export interface OperatorTokens {
  /** @param user who administers, for the audit trail: see `operatorName` */
  issue(user: string, request: OperatorRequest): string;
  /** @returns who administers; null for what is no token, or not for this request, over, or used before */
  recognise(presented: string, request: OperatorRequest): { readonly user: string } | null;
}

const PREFIX = 'operator';
const LABEL = 'operator-token';
const LIFE_MS = 60_000;

/** Clocks of two processes may differ by this much, as for all token times (docs/architecture.md, Time). */
const SKEW_MS = 15_000;

/** Names of users in the audit trail are one short word, whatever the operating system allows. */
export const operatorName = (user: string): string => user.replace(/[^\w.@-]/g, '_').slice(0, 32) || 'unknown';

export function createOperatorTokens(deps: {
  readonly issuer: string;
  readonly vault: Pick<Vault, 'sign' | 'verify'>;
  readonly clock: Clock;
  readonly random: Random;
}): OperatorTokens {
  const { issuer, vault, clock } = deps;
  const used = createUsed();
  return {
    issue(user, { method, path }) {
      const fields = [operatorName(user), String(clock.now() + LIFE_MS), deps.random.id()];
      const payload = Buffer.from(JSON.stringify(fields), 'utf8').toString('base64url');
      return [PREFIX, payload, vault.sign(LABEL, issuer, method, path, payload)].join('.');
    },
    recognise(presented, { method, path }) {
      const [prefix, payload = '', proof = '', ...more] = presented.split('.');
      if (prefix !== PREFIX || more.length > 0) return null;
      if (!vault.verify(proof, LABEL, issuer, method, path, payload)) return null;
      // What has our proof was written by `issue`.
      const [user, end, id] = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as [
        string,
        string,
        string,
      ];
      const [now, expiresAt] = [clock.now(), Number(end)];
      const inTime = now < expiresAt + SKEW_MS && expiresAt <= now + LIFE_MS + SKEW_MS;
      return inTime && used.first(id, expiresAt + SKEW_MS, now) ? { user } : null;
    },
  };
}

/** Which tokens were shown: only as long as they could be shown again, and only those that were good. */
function createUsed(): { first(id: string, until: number, now: number): boolean } {
  const shown = new Map<string, number>();
  return {
    first(id, until, now) {
      for (const [other, end] of shown) if (end <= now) shown.delete(other);
      if (shown.has(id)) return false;
      shown.set(id, until);
      return true;
    },
  };
}
