import type { Context } from 'koa';

/** A key that nothing outside of this file has: no request can bring it along. */
const CLIENT = Symbol('client that our API has authenticated');

/** Where the secret would stand in a request of our own to the engine; it is never compared with anything. */
export const NO_SECRET = 'vouched-for';

/** From now on the engine takes this client for authenticated, in this request and in those that are made in it. */
export function vouchFor(ctx: Pick<Context, 'state'>, clientId: string): void {
  ctx.state[CLIENT as unknown as string] = clientId;
}

/** Whether our own API has authenticated this client by its access token. */
export const isVouchedFor = (ctx: Pick<Context, 'state'> | undefined, clientId: string): boolean =>
  ctx?.state[CLIENT as unknown as string] === clientId;
