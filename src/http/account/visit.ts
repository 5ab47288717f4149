import type { Context } from 'koa';
import type { Account } from '../../domain/account.ts';
import { TWO_FACTORS } from '../../domain/assurance.ts';
import { ACCOUNT_CLIENT_ID, isOwnClient } from '../../domain/own-clients.ts';
import type { Engine } from '../../interaction/engine.ts';
import type { Random } from '../../ports/random.ts';
import type { Administrators } from '../../services/administration/administrators.ts';
import { SIGNED_IN_PATH } from '../../services/clients/own-clients.ts';
import type { Accounts } from '../../services/people/accounts.ts';
import type { Change } from '../../services/people/profile.ts';
import type { Sessions } from '../../services/sessions.ts';
import type { Vault } from '../../services/vault.ts';
import { createEntrance } from '../entrance.ts';
import { callerOf } from '../middleware/request-context.ts';
import type { PageFrames } from '../page-frame.ts';

/** Somebody who is signed in with this browser, at one of the pages of their account. */
export interface Visit {
  readonly account: Account;
  /** The sign-in is recent enough for changes. */
  readonly fresh: boolean;
  /** Both factors were proven. */
  readonly strong: boolean;
  /** It would be recent enough, and is none of ours: see `isElsewhere`. */
  readonly elsewhere: boolean;
  readonly change: Change;
}

/**
 * What a page takes: any session, one that is recent enough for changes, or a recent one of both factors. What is changed
 * with one of two factors is held (domain/hold.ts).
 */
export type Need = 'session' | 'fresh' | 'confirmed';

/** Who is there, and the way through the engine for whoever has to sign in first. */
export interface Visits {
  /** Null when nobody is signed in, or an account that may not act (any more). */
  of(ctx: Context): Promise<Visit | null>;
  /**
   * Sends the browser to sign in and back to `path`.
   * @param need what the sign-in has to be good for
   * @param visit who is there by a sign-in that is not good enough; null when nobody is
   */
  signIn(ctx: Context, path: string, need: Need, visit: Pick<Visit, 'elsewhere'> | null): void;
  /** Where a browser goes on that comes back from the engine. */
  returned(ctx: Context): Promise<string>;
}

interface Deps {
  readonly engine: Engine;
  readonly accounts: Accounts;
  readonly administrators: Pick<Administrators, 'isOne'>;
  readonly sessions: Pick<Sessions, 'list'>;
  readonly frames: PageFrames;
  readonly vault: Vault;
  readonly random: Random;
  readonly issuer: string;
  readonly now: () => number;
}

/** Seconds for which a sign-in is good for changes. */
const FRESH_SECONDS = 300;

/** The same for a change that was begun by then: as long as the code for it may take. */
const CONFIRMED_SECONDS = FRESH_SECONDS + 600;

const HOME = '/account';

const DESTINATION = { clientId: ACCOUNT_CLIENT_ID, returnPath: SIGNED_IN_PATH, context: 'account-return' };

export function createVisits(deps: Deps): Visits {
  const entrance = createEntrance(deps, DESTINATION);
  const visitOf = async (ctx: Context): Promise<Visit | null> => {
    const session = await deps.engine.session(ctx.req, ctx.res);
    const account = session === null ? null : await deps.accounts.findActive(session.accountId);
    if (session === null || account === null) return null;
    const age = deps.now() / 1000 - session.at;
    const strong = session.acr === TWO_FACTORS;
    const elsewhere = age <= CONFIRMED_SECONDS && (await isElsewhere(deps, ctx, account));
    const confirmed = strong && age <= CONFIRMED_SECONDS && !elsewhere;
    const change = { clientId: ACCOUNT_CLIENT_ID, locale: deps.frames.locale(ctx), caller: callerOf(ctx), confirmed };
    return { account, fresh: age <= FRESH_SECONDS && !elsewhere, strong, elsewhere, change };
  };
  return {
    of: visitOf,
    signIn(ctx, path, need, visit) {
      entrance.ask(ctx, path, {
        ...(visit?.elsewhere === true ? { prompt: 'login' } : {}),
        ...(need === 'session' ? {} : { max_age: String(FRESH_SECONDS) }),
        ...(need === 'confirmed' ? { acr_values: TWO_FACTORS } : {}),
      });
    },
    async returned(ctx) {
      const { path, error } = entrance.answer(ctx);
      if (error === null) return path ?? HOME;
      // Called off: whoever is still signed in may look, everybody else would only be sent to sign in again.
      return (await visitOf(ctx)) === null ? '/' : HOME;
    },
  };
}

/**
 * Whether an administrator has signed in for another application. One that draws its own form knows the codes of its people;
 * with them it could give such an account an address of its own, and come to the console by that.
 */
async function isElsewhere(
  { administrators, sessions, engine }: Deps,
  { req, res }: Context,
  account: Account,
): Promise<boolean> {
  if (!(await administrators.isOne(account))) return false;
  const sessionId = await engine.sessionId(req, res);
  const begun = (await sessions.list(account.id)).find(({ id }) => id === sessionId);
  return begun?.clientId == null || !isOwnClient(begun.clientId);
}
