import { Provider } from 'oidc-provider';
import { NoAnswer, type Outbound } from '../../ports/outbound.ts';
import type { Random } from '../../ports/random.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { EndedPart, LogoutNotices, Told } from '../../services/logout-notices.ts';

interface Deps {
  readonly clients: Clients;
  readonly logoutNotices: LogoutNotices;
  readonly outbound: Outbound;
  readonly random: Random;
}

/** The one event of a logout token (OpenID Connect Back-Channel Logout §2.4). */
const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };

/** What the engine calls at a logout, once for each client that wants to be told. */
interface ToldByEngine {
  backchannelLogout(this: { readonly clientId: string }, accountId: string, sid: string): Promise<void>;
}

/**
 * Lets the engine tell clients of a logout by our way instead of its own, which keeps the person waiting for each of them
 * and connects by itself.
 */
export function tellOfLogouts(provider: Provider, deps: Deps): void {
  const byRequest = new WeakMap<object, EndedPart[]>();
  const prototype = provider.Client.prototype as unknown as ToldByEngine;
  prototype.backchannelLogout = async function backchannelLogout(accountId, sid) {
    const { ctx } = Provider;
    if (ctx === undefined) throw new TypeError('a logout outside of a request');
    const part = { clientId: this.clientId, accountId, sessionId: sid };
    byRequest.set(ctx.oidc, [...(byRequest.get(ctx.oidc) ?? []), part]);
  };
  // Nobody is told before it is true.
  provider.on('end_session.success', ({ oidc }) => {
    for (const part of byRequest.get(oidc) ?? []) deps.logoutNotices.tell(part);
  });
  deps.logoutNotices.sendBy((ended) => tell(provider, deps, ended));
}

/** One try, with a token of its own: what is retried later is not older for it. */
async function tell(provider: Provider, { clients, outbound, random }: Deps, ended: EndedPart): Promise<Told> {
  const url = (await clients.find(ended.clientId))?.backchannelLogoutUri ?? null;
  if (url === null) return { told: 'nobody' };
  const body = new URLSearchParams({ logout_token: await logoutToken(provider, ended, random.id()) }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  try {
    const { status } = await outbound.send({ method: 'POST', url, headers, body });
    return status === 200 || status === 204 ? { told: 'yes' } : { told: 'no', reason: String(status) };
  } catch (error) {
    if (error instanceof NoAnswer) return { told: 'no', reason: error.reason };
    throw error;
  }
}

/** Signed by the engine: `typ` is `logout+jwt`, it lives for two minutes and has no nonce. */
async function logoutToken(
  provider: Provider,
  { clientId, accountId, sessionId }: EndedPart,
  jti: string,
): Promise<string> {
  const client = await provider.Client.find(clientId);
  if (client === undefined) throw new Error('the client is gone');
  const token = new provider.IdToken({ sub: accountId }, { client });
  const claims = { sub: accountId, sid: sessionId, events: EVENTS, jti };
  for (const [name, value] of Object.entries(claims)) token.set(name, value);
  return token.issue({ use: 'logout' });
}
