import Router from '@koa/router';
import type { Store } from '../ports/store.ts';

/** What the process itself knows about being able to serve. */
export interface Lifecycle {
  /** True from the signal to stop on, while requests are still taken. */
  draining(): boolean;
}

/** How long the store may take to answer before it counts as gone (R-79: readiness falls within 5 s). */
const PATIENCE_MS = 2_000;

/** `live`: the process answers. `ready`: it should be given work. */
export function healthRoutes(deps: { store: Store; lifecycle: Lifecycle }): Router {
  const router = new Router();
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'live' };
  });
  router.get('/health/ready', async (ctx) => {
    const reason = deps.lifecycle.draining() ? 'draining' : (await reachable(deps.store)) ? null : 'store';
    ctx.status = reason === null ? 200 : 503;
    if (reason !== null) ctx.set('retry-after', '5');
    ctx.body = reason === null ? { status: 'ready' } : { status: 'unavailable', reason };
  });
  return router;
}

async function reachable(store: Store): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS).unref();
  });
  const answered = store.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer));
}
