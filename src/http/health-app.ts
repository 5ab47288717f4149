import Koa from 'koa';
import { healthRoutes } from './health.ts';

/** What answers at a process that nobody signs in at: whether it lives, and whether it does its work. */
export function createHealthApp(deps: Parameters<typeof healthRoutes>[0]): Koa {
  const app = new Koa();
  app.silent = true;
  app.use(healthRoutes(deps).routes());
  return app;
}
