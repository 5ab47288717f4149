import type { Context } from 'koa';
import type { Client } from '../domain/client.ts';
import type { Problem } from '../domain/errors.ts';
import type { Engine } from '../interaction/engine.ts';
import type { Pages, Views } from '../ports/views.ts';
import type { Clients } from '../services/clients.ts';
import type { PageFrames } from './page-frame.ts';
import { errorRedirect, type WayBack, type WaysBack } from './way-back.ts';

type Reason = Pages['expired']['reason'];

/** The sign-in is over, one way or another: says why, and offers the way back to the application (wish 19). */
export async function showExpired(
  ctx: Context,
  uid: string,
  problem: Problem,
  deps: { views: Views; frames: PageFrames; clients: Clients; engine: Engine; waysBack: WaysBack; issuer: string },
): Promise<void> {
  const way = deps.waysBack.recall(ctx, uid);
  const client = way === null ? null : await deps.clients.find(way.clientId);
  const reason = await reasonOf(ctx, problem, deps.engine);
  const model = { reason, returnUrl: returnUrl(reason, way, client, deps.issuer), clientName: client?.name ?? null };
  ctx.status = problem.status;
  ctx.type = 'html';
  ctx.body = deps.views.page('expired', deps.frames.frame(ctx, client), model);
}

async function reasonOf(ctx: Context, problem: Problem, engine: Engine): Promise<Reason> {
  const why = String(problem.params.reason ?? '');
  if (ctx.get('cookie') === '') return 'cookies';
  if (why === 'used' || why === 'changed') return why;
  if (why.includes('principal changed')) return 'changed';
  return (await engine.session(ctx.req, ctx.res)) === null ? 'expired' : 'used';
}

/** After a finished sign-in to the application's front door, otherwise to its callback with an error it understands. */
function returnUrl(reason: Reason, way: WayBack | null, client: Client | null, issuer: string): string | null {
  if (way === null) return null;
  if (reason !== 'used') return errorRedirect(way, issuer);
  return client?.initiateLoginUri ?? client?.clientUri ?? errorRedirect(way, issuer);
}
