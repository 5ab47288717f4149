import Router from '@koa/router';
import type { Context } from 'koa';
import { refuseHostileQuery } from '../../api/json-body.ts';
import { madeOnce } from '../../api/made-once.ts';
import { openApiDocument } from '../../api/openapi.ts';
import type { TellError } from '../../middleware/error-boundary.ts';
import type { BodyLimits } from '../../middleware/form-body.ts';
import { requestIdOf } from '../../middleware/request-context.ts';
import type { AdminAuthentication } from './authentication.ts';
import { adminDialect } from './dialect.ts';
import { adminError } from './envelope.ts';
import { ADMIN_MOUNT, type AdminOperation } from './operation.ts';

/** Below this everything is JSON, errors of unknown routes and methods, too. */
const PREFIX = /^\/admin\/api(?:\/|$)/i;

/** The Admin API at the edge. */
export interface AdminApi {
  readonly router: Router;
  /** How an error is told to who asked for this path; null where it is none of this API. */
  errorsAt(path: string): TellError | null;
}

export interface AdminApiDeps {
  readonly issuer: string;
  readonly service: string;
  readonly operations: readonly AdminOperation[];
  readonly authentication: AdminAuthentication;
  readonly body: BodyLimits;
}

/** All operations, and their description at `/admin/api/openapi.json`, which is no secret. */
export function createAdminApi(deps: AdminApiDeps): AdminApi {
  const router = new Router();
  const document = madeOnce(() => openApiDocument(deps, adminDialect(deps.service)));
  router.get(`${ADMIN_MOUNT}/openapi.json`, (ctx) => {
    ctx.body = document();
  });
  for (const operation of deps.operations) {
    const path = ADMIN_MOUNT + operation.path.replace(/\{(\w+)\}/g, ':$1');
    router[operation.method](path, (ctx) => serve(ctx, operation, deps));
  }
  return { router, errorsAt: (path) => (PREFIX.test(path) ? tell : null) };
}

const tell: TellError = (ctx, problem) => {
  ctx.body = adminError(problem, requestIdOf(ctx));
};

/** Who asks is found out before anything else of the request is looked at. */
async function serve(ctx: Context, operation: AdminOperation, deps: AdminApiDeps): Promise<void> {
  const actor = await deps.authentication.authenticate(ctx, operation.scope);
  refuseHostileQuery(ctx);
  const answer = await operation.run(ctx, actor, deps.body.bodyBytes);
  ctx.status = operation.success.status;
  if (answer === null) return;
  if (hasVersion(answer)) ctx.set('etag', `"${answer.version}"`);
  ctx.body = answer;
}

const hasVersion = (answer: unknown): answer is { readonly version: number } =>
  typeof answer === 'object' && answer !== null && 'version' in answer && typeof answer.version === 'number';
