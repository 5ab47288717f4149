import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type Koa from 'koa';
import type { Context } from 'koa';
import mount from 'koa-mount';

/** What the engine has answered. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Asks one of the engine's endpoints in this process, in place of a request: what it refuses, and what it does to codes and
 * tokens that come twice, is the same as for everybody.
 *
 * @param form the body, in place of which nothing of the request's own is read
 */
export type EngineCall = (ctx: Context, path: string, form: Readonly<Record<string, string>>) => Promise<EngineAnswer>;

export function createEngineCall(engine: Koa): EngineCall {
  const run = mount(engine);
  return async (outer, path, form) => {
    const request = posted(outer.req, path, new URLSearchParams(form).toString());
    const ctx = engine.createContext(request, new ServerResponse(request));
    // Who asks, and the id of the request.
    Object.assign(ctx.state, outer.state);
    await run(ctx as Context, async () => undefined);
    const { status, body } = ctx;
    return { status, body: typeof body === 'object' && body !== null ? { ...body } : {} };
  };
}

/** A request that never was on a wire. Its caller has said who it is in the form, and not in a header. */
function posted(from: IncomingMessage, path: string, body: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  const { authorization: _caller, cookie: _browser, origin: _page, ...headers } = from.headers;
  request.method = 'POST';
  request.url = path;
  request.headers = {
    ...headers,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
  };
  request.push(body);
  request.push(null);
  return request;
}
