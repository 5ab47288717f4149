import type { Context } from 'koa';
import type { DeviceToken } from '../../domain/remembered-device.ts';
import type { Vault } from '../../services/vault.ts';

/**
 * What a browser keeps when its owner said that it need not be asked for the second factor again. A sealed handle and
 * nothing more: whether it is worth anything stands in the account, where it can be revoked. It never stands for the
 * first factor.
 */
export interface RememberedDevices {
  /** Days a browser is remembered; 0 when none is. */
  readonly days: number;
  read(ctx: CookieJar): readonly DeviceToken[];
  remember(ctx: CookieJar, token: DeviceToken): void;
}

/** The part of a request's context that is needed here; the engine's has it, too. */
type CookieJar = Pick<Context, 'cookies'>;

const CONTEXT = 'remembered-device';
const DAY_MS = 24 * 3600 * 1000;
/** So many accounts may be remembered by one browser. */
const MOST_ACCOUNTS = 5;

export function createRememberedDevices(deps: { vault: Vault; secure: boolean; days: number }): RememberedDevices {
  const name = deps.secure ? '__Host-device' : 'device';
  const read = ({ cookies }: CookieJar): readonly DeviceToken[] => {
    const sealed = deps.days === 0 ? undefined : cookies.get(name, { signed: false });
    const text = sealed === undefined || sealed.length > 2048 ? null : deps.vault.open(sealed, CONTEXT);
    return text === null ? [] : (JSON.parse(text) as readonly DeviceToken[]);
  };
  return {
    days: deps.days,
    read,
    remember(ctx, token) {
      const others = read(ctx).filter(({ accountId }) => accountId !== token.accountId);
      const value = deps.vault.seal(JSON.stringify([token, ...others].slice(0, MOST_ACCOUNTS)), CONTEXT);
      const options = { httpOnly: true, sameSite: 'lax', secure: deps.secure, signed: false, path: '/' } as const;
      ctx.cookies.set(name, value, { ...options, maxAge: deps.days * DAY_MS });
    },
  };
}
