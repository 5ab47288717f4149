import type { BrowserName } from '../domain/browser-name.ts';
import type { Caller } from './caller.ts';

/** One signed-in presence of an account, as its owner may see it. */
export interface Session {
  /** Names the session and cannot be presented in its place. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly signedInAt: number;
  /** Null when the record is older than this knowledge, or its secret was dropped. */
  readonly browser: BrowserName | null;
  /** IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string | null;
  /** Where the sign-in began. */
  readonly clientId: string | null;
}

/**
 * The signed-in presences of accounts, whoever asks: the account page, an API, the console. What is ended is dead when the
 * promise resolves, with every grant, code and token that came of it; a request that was under way meanwhile makes
 * nothing that outlives it. Clients that want to know are told afterwards. Each may be repeated after a failure.
 */
export interface Sessions {
  /** Newest sign-in first. */
  list(accountId: string): Promise<Session[]>;
  /** @returns false when the account has no such session */
  end(accountId: string, sessionId: string, caller: Caller): Promise<boolean>;
  /**
   * Ends a session in which the client takes part, for everybody in it.
   * @returns false when there is none such
   */
  endByClient(clientId: string, sessionId: string, caller: Caller): Promise<boolean>;
  /** Ends all but one, and what was granted for good in sessions that are over already. */
  endOthers(accountId: string, keptId: string, caller: Caller): Promise<void>;
  endAll(accountId: string, caller: Caller): Promise<void>;
}
