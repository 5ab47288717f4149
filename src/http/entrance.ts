import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type { Random } from '../ports/random.ts';
import type { Vault } from '../services/vault.ts';
import { seeOther } from './signin/routes.ts';

/** The way of a browser through the engine to pages of this server, which use its session and no token. */
export interface Entrance {
  /**
   * Sends the browser to sign in and back to `path`.
   * @param wanted what of the sign-in is asked for, as parameters of an authorization request
   * @param binding what has to be said again for the path to be found
   */
  ask(ctx: Context, path: string, wanted: Readonly<Record<string, string>>, binding?: string): void;
  /** What the request that has come back says. */
  answer(ctx: Context, binding?: string): EntranceAnswer;
}

export interface EntranceAnswer {
  /** Null when this server has not sealed it, or not for this binding. */
  readonly path: string | null;
  /** An error code of the engine (OpenID Connect Core §3.1.2.6); null when somebody has signed in. */
  readonly error: string | null;
}

interface Deps {
  readonly vault: Vault;
  readonly random: Random;
  readonly issuer: string;
}

/** Which of our own applications it leads to. */
interface Destination {
  readonly clientId: string;
  /** Below the issuer. */
  readonly returnPath: string;
  /** Ties the way back to what this server has sealed itself for these pages. */
  readonly context: string;
}

export function createEntrance(deps: Deps, { clientId, returnPath, context }: Destination): Entrance {
  const contextOf = (binding: string | undefined): string =>
    binding === undefined ? context : `${context}:${binding}`;
  return {
    ask(ctx, path, wanted, binding) {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: `${deps.issuer}${returnPath}`,
        response_type: 'code',
        scope: 'openid',
        state: deps.vault.seal(path, contextOf(binding)),
        // Nobody keeps the verifier: the session is what counts, and its code can never be exchanged.
        code_challenge: createHash('sha256').update(deps.random.bytes(32)).digest('base64url'),
        code_challenge_method: 'S256',
        ...wanted,
      });
      seeOther(ctx, `/auth?${query}`);
    },
    answer(ctx, binding) {
      const { state, error } = ctx.query;
      return {
        path: typeof state === 'string' ? deps.vault.open(state, contextOf(binding)) : null,
        error: error === undefined ? null : String(error),
      };
    },
  };
}
