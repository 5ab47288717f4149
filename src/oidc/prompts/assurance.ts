import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { answersRequest, secondFactorDemand } from '../../domain/assurance.ts';
import { channelsOf } from '../../domain/client.ts';
import type { Channel } from '../../domain/identifier.ts';
import { type DeviceToken, skipsSecondFactor } from '../../domain/remembered-device.ts';
import { ASSURANCE_REASON } from '../../interaction/engine.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { AccountWithRecord } from '../accounts.ts';
import { acrRequestOf } from './acr-request.ts';

export interface AssuranceDeps {
  readonly clients: Clients;
  /** The channels there is a sender for. */
  readonly channels: readonly Channel[];
  /** What the browser of a request holds of being remembered. */
  readonly deviceTokens: (ctx: KoaContextWithOIDC) => readonly DeviceToken[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Asks somebody who is signed in to prove more, when the request or the client's policy demands it. With `prompt=none`
 * that is `login_required` (OpenID Connect Core §3.1.2.6).
 */
export const createAssuranceCheck = (deps: AssuranceDeps): InstanceType<typeof interactionPolicy.Check> =>
  new interactionPolicy.Check(ASSURANCE_REASON, 'the sign-in is not strong enough', 'login_required', (ctx) =>
    isTooWeak(ctx, deps),
  );

/**
 * @throws errors.UnmetAuthenticationRequirements when nothing that can happen here would do, because no code would ever
 * lead on (RFC 9470 §5, OpenID Connect Core §5.5.1.1)
 */
async function isTooWeak(ctx: KoaContextWithOIDC, deps: AssuranceDeps): Promise<boolean> {
  const { oidc } = ctx;
  const client = oidc.client === undefined ? null : await deps.clients.find(oidc.client.clientId);
  if (client === null) return false;
  const asked = acrRequestOf(oidc.params ?? {});
  const demand = secondFactorDemand(client, asked, channelsOf(client, deps.channels));
  if (demand === 'unmet') throw new errors.UnmetAuthenticationRequirements('no such acr here');
  const account = (oidc.account as AccountWithRecord | undefined)?.record;
  if (account === undefined) return false;
  const remembered = skipsSecondFactor(account, { client, demand }, deps.deviceTokens(ctx), deps.now());
  return !answersRequest(oidc.acr ?? '', { asked, demand, remembered });
}
