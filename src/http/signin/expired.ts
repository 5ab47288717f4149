import type { Context } from 'koa';
import type { Client } from '../../domain/client.ts';
import { isProblem, type Problem } from '../../domain/errors.ts';
import type { Engine } from '../../interaction/engine.ts';
import type { Pages, Views } from '../../ports/views.ts';
import type { Clients } from '../../services/clients/clients.ts';
import { type PageFrames, selfContained } from '../page-frame.ts';
import { stepPath } from './page.ts';
import { errorRedirect, type WayBack, type WaysBack } from './way-back.ts';

type Reason = Pages['expired']['reason'];

interface Deps {
  readonly views: Views;
  readonly frames: PageFrames;
  readonly clients: Clients;
  readonly engine: Engine;
  readonly waysBack: WaysBack;
  readonly issuer: string;
}

/** Answers with a page of its own when the sign-in that a request belongs to is over. */
export async function unlessExpired(ctx: Context, uid: string, deps: Deps, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (!isProblem(error, 'interaction_expired')) throw error;
    await showExpired(ctx, uid, error, deps);
  }
}

/** The sign-in is over, one way or another: says why, and offers the way back to the application (wish 19). */
async function showExpired(ctx: Context, uid: string, problem: Problem, deps: Deps): Promise<void> {
  const way = deps.waysBack.recall(ctx, uid);
  const client = way === null ? null : await deps.clients.find(way.clientId);
  const reason = await reasonOf(ctx, problem, deps.engine);
  const journeyUrl = reason === 'link' ? await journeyOf(ctx, uid, deps.engine) : null;
  const back = returnUrl(reason, way, client, deps.issuer);
  const model = { reason, returnUrl: back, clientName: client?.name ?? null, journeyUrl };
  const frame = deps.frames.frame(ctx, client);
  ctx.status = problem.status;
  ctx.type = 'html';
  ctx.body = deps.views.page('expired', reason === 'link' ? selfContained(frame) : frame, model);
}

async function reasonOf(ctx: Context, problem: Problem, engine: Engine): Promise<Reason> {
  const why = String(problem.params.reason ?? '');
  if (why === 'link') return why;
  if (ctx.get('cookie') === '') return 'cookies';
  if (why === 'used' || why === 'changed') return why;
  if (why.includes('principal changed')) return 'changed';
  return (await engine.session(ctx.req, ctx.res)) === null ? 'expired' : 'used';
}

/** Where this browser goes on, if it is the one that asked and its sign-in is still under way. */
async function journeyOf({ req, res }: Context, uid: string, engine: Engine): Promise<string | null> {
  const load = engine.load(req, res, uid).then(() => stepPath(uid, 'identify'));
  return load.catch((error: unknown) => {
    if (isProblem(error, 'interaction_expired')) return null;
    throw error;
  });
}

/** After a finished sign-in to the application's front door, otherwise to its callback with an error it understands. */
function returnUrl(reason: Reason, way: WayBack | null, client: Client | null, issuer: string): string | null {
  if (way === null) return null;
  if (reason !== 'used' && reason !== 'link') return errorRedirect(way, issuer);
  return client?.initiateLoginUri ?? client?.clientUri ?? errorRedirect(way, issuer);
}
