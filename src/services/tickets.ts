import type { Challenge } from '../domain/challenge.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { Intent } from '../domain/intent.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import { digestOf, type Vault } from './vault.ts';

/** A proof that was made over an API and waits for the browser, or the backend, that goes on with it. */
export interface Ticket {
  readonly clientId: string;
  /** What was proven. */
  readonly identifier: Identifier;
  /** What was given instead of it; see `Challenge.askedAs`. */
  readonly askedAs: Identifier | null;
  readonly accountId: string | null;
  readonly intent: Intent;
  readonly responseType: 'code' | 'id_token';
  readonly nonce: string | null;
  /** The scopes that the sign-in is for, in their order. */
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly provenAt: number;
}

/** Handles of proofs: good once, for two minutes, and for nothing but what they were made for. */
export interface Tickets {
  /** @returns the ticket with its handle: 256 random bits, of which only a digest is kept */
  issue(
    challenge: Challenge,
    wish: Pick<Ticket, 'responseType' | 'nonce' | 'scopes'>,
  ): Promise<{ readonly handle: string; readonly ticket: Ticket }>;
  /** The ticket behind a handle, which is used up by this: of N parallel callers one gets it, all others null. */
  take(handle: string): Promise<Ticket | null>;
}

const MODEL = 'Ticket';

/** How long a proof waits, in seconds: the way from a backend's answer to its person's browser. */
const TICKET_SECONDS = 120;

/** Longest text that is looked at as a handle; a real one has 43 characters. */
const LONGEST_HANDLE = 256;

export function createTickets(deps: { store: Store; vault: Vault; clock: Clock; random: Random }): Tickets {
  const { artifacts } = deps.store;
  return {
    async issue(challenge, wish) {
      const { clientId, identifier, askedAs, accountId, intent } = challenge;
      if (intent === null || challenge.state !== 'proven') throw new TypeError('a ticket is made of a proof');
      const handle = deps.random.bytes(32).toString('base64url');
      const id = digestOf(handle);
      const now = deps.clock.now();
      const ticket: Ticket = { clientId, identifier, askedAs, accountId, intent, ...wish, provenAt: now };
      await artifacts.save({
        model: MODEL,
        id,
        payload: deps.vault.seal(JSON.stringify(ticket), `${MODEL}:${id}`),
        grantId: null,
        accountId: null,
        clientId,
        uid: null,
        createdAt: now,
        expiresAt: now + TICKET_SECONDS * 1000,
        consumedAt: null,
        successor: null,
      });
      return { handle, ticket };
    },
    async take(handle) {
      if (handle.length > LONGEST_HANDLE) return null;
      const id = digestOf(handle);
      const now = deps.clock.now();
      const found = await artifacts.find(MODEL, id, now);
      if (found === null || !(await artifacts.consume(MODEL, id, now))) return null;
      const text = deps.vault.open(found.payload, `${MODEL}:${id}`);
      return text === null ? null : (JSON.parse(text) as Ticket);
    },
  };
}
