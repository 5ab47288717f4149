import type { Account, RememberedDevice } from './account.ts';
import type { SecondFactorDemand } from './assurance.ts';
import type { Client } from './client.ts';
import { isSettled } from './hold.ts';

/** What a browser holds of being remembered. It is good as long as the account has the device of this id. */
export interface DeviceToken {
  readonly accountId: string;
  readonly deviceId: string;
}

/** An account has so many remembered devices; the oldest leaves. */
const MOST_DEVICES = 10;

/** The devices of an account with a new one among them, without those whose time has ended. */
export const withDevice = (
  devices: readonly RememberedDevice[],
  added: RememberedDevice,
): readonly RememberedDevice[] =>
  [...devices.filter(({ expiresAt }) => expiresAt > added.createdAt), added].slice(-MOST_DEVICES);

/**
 * True when one of these tokens is of a device that the account still remembers; not since something is held.
 *
 * @param now milliseconds since the epoch
 */
function isRemembered(account: Account, tokens: readonly DeviceToken[], now: number): boolean {
  const good = account.devices.filter(
    ({ createdAt, expiresAt }) => expiresAt > now && isSettled(account, createdAt, now),
  );
  return tokens.some(({ accountId, deviceId }) => accountId === account.id && good.some(({ id }) => id === deviceId));
}

/** True where a remembered device may stand for the second factor: only for the client's own policy, never for a request. */
export const devicesCount = (client: Pick<Client, 'rememberDevices'>, demand: SecondFactorDemand): boolean =>
  demand === 'policy' && client.rememberDevices;

/** True when this account needs no second factor in a browser with these tokens. @param now milliseconds since the epoch */
export const skipsSecondFactor = (
  account: Account,
  { client, demand }: { readonly client: Pick<Client, 'rememberDevices'>; readonly demand: SecondFactorDemand },
  tokens: readonly DeviceToken[],
  now: number,
): boolean => devicesCount(client, demand) && isRemembered(account, tokens, now);
