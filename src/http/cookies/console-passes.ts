import type { Context } from 'koa';
import type { Vault } from '../../services/vault.ts';

/**
 * What a browser holds of a visit to the console: first that it was sent to sign in, then that it has. Sealed, and worth
 * nothing without the session of the engine that it names.
 */
export interface ConsolePass {
  /** Ties the way back from the engine to this browser. */
  readonly nonce: string;
  /**
   * When it was sent to sign in, in milliseconds since the epoch: only a proof since then counts, and once; null as long as
   * none is waited for.
   */
  readonly askedAt: number | null;
  /** Null as long as the console is closed. */
  readonly open: OpenConsole | null;
}

export interface OpenConsole {
  readonly accountId: string;
  /** What the engine's session is called. */
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** When the last request came, in milliseconds since the epoch. */
  readonly usedAt: number;
}

export interface ConsolePasses {
  read(ctx: Context): ConsolePass | null;
  write(ctx: Context, pass: ConsolePass): void;
  drop(ctx: Context): void;
}

const CONTEXT = 'console-pass';

/** @param deps.secure whether the issuer is https */
export function createConsolePasses(deps: { vault: Vault; secure: boolean }): ConsolePasses {
  const name = deps.secure ? '__Host-console' : 'console';
  // Lax: the way back from the engine may begin with the link in a mail. It ends with the browser at the latest.
  const attributes = { httpOnly: true, sameSite: 'lax', secure: deps.secure, path: '/' } as const;
  const options = { ...attributes, signed: false, overwrite: true } as const;
  return {
    read(ctx) {
      const sealed = ctx.cookies.get(name, { signed: false });
      const text = sealed === undefined || sealed.length > 2048 ? null : deps.vault.open(sealed, CONTEXT);
      return text === null ? null : (JSON.parse(text) as ConsolePass);
    },
    write: (ctx, pass) => void ctx.cookies.set(name, deps.vault.seal(JSON.stringify(pass), CONTEXT), options),
    drop: (ctx) => void ctx.cookies.set(name, null, options),
  };
}
