import type { Account } from '../../domain/account.ts';
import { Problem } from '../../domain/errors.ts';
import { type DeviceToken, withDevice } from '../../domain/remembered-device.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import type { Audit } from '../trail/audit.ts';

/** Where and by whom a device is remembered or forgotten. */
interface Occasion {
  readonly clientId: string;
  readonly caller: Caller;
}

/** Browsers that may skip the second factor where the policy allows it. */
export interface Devices {
  /**
   * Remembers a browser in which somebody has just proven both factors.
   * @param name what its owner may recognise it by
   * @returns what the browser has to keep; null when no device is remembered here, or the account is gone
   */
  remember(accountId: string, name: string, occasion: Occasion): Promise<DeviceToken | null>;
  /** From then on the browser is asked for the second factor again. @returns false when it was not remembered */
  forget(accountId: string, deviceId: string, occasion: Occasion): Promise<boolean>;
}

interface Deps {
  /** Days a browser is remembered; 0 when none is. */
  readonly rules: { readonly rememberDays: number };
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

const DAY_MS = 24 * 3600 * 1000;

export function createDevices(deps: Deps): Devices {
  const { store, clock, random, audit, rules } = deps;
  return {
    async remember(accountId, name, occasion) {
      if (rules.rememberDays === 0) return null;
      const now = clock.now();
      const device = { id: random.id(), name, createdAt: now, expiresAt: now + rules.rememberDays * DAY_MS };
      if (!(await changeDevices(store, accountId, ({ devices }) => withDevice(devices, device)))) return null;
      audit.record({ type: 'device.remembered', accountId, ...occasion });
      return { accountId, deviceId: device.id };
    },
    async forget(accountId, deviceId, occasion) {
      const without = ({ devices }: Account): Account['devices'] | null =>
        devices.some(({ id }) => id === deviceId) ? devices.filter(({ id }) => id !== deviceId) : null;
      if (!(await changeDevices(store, accountId, without))) return false;
      audit.record({ type: 'device.revoked', accountId, ...occasion });
      return true;
    },
  };
}

/** Tries of a write that loses against another one of the same account. */
const TRIES = 10;

/**
 * @param change answers the devices as they should be, or null to leave them
 * @returns false when nothing was changed, or the account is gone
 * @throws Problem `store_unavailable` when others were faster each time
 */
async function changeDevices(
  { accounts }: Store,
  accountId: string,
  change: (account: Account) => Account['devices'] | null,
): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const account = await accounts.findById(accountId);
    const devices = account === null ? null : change(account);
    if (account === null || devices === null) return false;
    if ((await accounts.update({ ...account, devices })) !== null) return true;
  }
  throw new Problem('store_unavailable');
}
