import type { Caller } from '../caller.ts';

/** Who administers, for the audit trail: the same to every use case, whichever surface they came by. */
export interface AdminActor {
  /** What they are and what they are called: `key:deployment`. */
  readonly name: string;
  readonly caller: Pick<Caller, 'network' | 'requestId'>;
  /** Whether they may do what it takes an owner for: see `AdminRight`. */
  readonly owns: boolean;
}
