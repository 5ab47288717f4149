import type { AdminSize } from './admin-seed.ts';

/** How much of everything a run does. All loops are bounded by it. */
export interface Plan {
  /** Sign-ins under way at once; also requests at once on `/token`. */
  readonly concurrency: number;
  /** Sign-ins before anything counts, on each server. */
  readonly warmUp: number;
  /** Every figure beside another one is measured in turns, so that a busy machine hits both alike. */
  readonly rounds: number;
  readonly roundMs: number;
  /** Rounds of that length for each way of signing in over REST; there is nothing to take turns with. */
  readonly restRounds: number;
  /** Many short ones: a request to `/token` is over before the machine changes its mind. */
  readonly tokenRounds: number;
  readonly tokenRoundMs: number;
  /** Authorization codes made ready, then exchanged, in each of those rounds. */
  readonly codes: number;
  /** Sign-ins one after another while operations are counted. */
  readonly countedSignIns: number;
  /** Sign-ins a server has behind it before its memory is watched: caches and heap have their size by then. */
  readonly memoryWarmUp: number;
  /** Sign-ins over which memory is watched; fewer when the time is over. */
  readonly soak: number;
  readonly soakMs: number;
  /** Messages timed on their way to SMTP. */
  readonly messages: number;
  /** Starts of the server, of which the median counts. */
  readonly starts: number;
  /** Also measure beside a store with that many accounts and live sessions. */
  readonly large: { readonly accounts: number; readonly sessions: number } | null;
  /** How much there is while lists of the Admin API are asked for, and how often each of them is. */
  readonly admin: AdminSize;
  readonly adminRounds: number;
  /** Where a CPU profile of the server is left; the figures of such a run are lower. */
  readonly profile: string | undefined;
}

/** A soak that was asked for gets what it needs: 100,000 sign-ins at a sixth of the usual pace. */
const SOAK_MS = 3 * 3600 * 1000;
/** Requirements: administration at the size of a large installation. */
const ADMINISTERED: AdminSize = { clients: 10_000, accounts: 100_000, events: 1_000_000, messages: 10_000 };
const LARGE = { accounts: 100_000, sessions: 50_000 };

/** Less than four minutes, or one minute when `quick`, on two cores without `large` and with the default soak. */
export function planOf(options: {
  readonly quick: boolean;
  readonly large: boolean;
  readonly soak?: number;
  readonly profile?: string | undefined;
}): Plan {
  const large = options.large ? LARGE : null;
  const { profile } = options;
  const plan: Plan = options.quick
    ? {
        concurrency: 16,
        warmUp: 100,
        rounds: 4,
        roundMs: 1_500,
        restRounds: 2,
        tokenRounds: 5,
        tokenRoundMs: 400,
        codes: 80,
        countedSignIns: 30,
        memoryWarmUp: 0,
        soak: 500,
        soakMs: 15_000,
        messages: 60,
        starts: 1,
        admin: ADMINISTERED,
        adminRounds: 5,
        large,
        profile,
      }
    : {
        concurrency: 16,
        warmUp: 500,
        rounds: 12,
        roundMs: 2_500,
        restRounds: 4,
        tokenRounds: 15,
        tokenRoundMs: 600,
        codes: 150,
        countedSignIns: 100,
        memoryWarmUp: 6_000,
        soak: 2_000,
        soakMs: 60_000,
        messages: 300,
        starts: 5,
        admin: ADMINISTERED,
        adminRounds: 20,
        large,
        profile,
      };
  return options.soak === undefined ? plan : { ...plan, soak: options.soak, soakMs: SOAK_MS };
}
