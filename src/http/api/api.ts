import Router from '@koa/router';
import type { Context } from 'koa';
import type { TellError } from '../middleware/error-boundary.ts';
import type { BodyLimits } from '../middleware/form-body.ts';
import { callerOf } from '../middleware/request-context.ts';
import { isAliasOfPage } from './aliases.ts';
import { bearerOf, type CallerTokens } from './caller-token.ts';
import { type EnvelopeName, enveloped } from './envelopes.ts';
import { refuseHostileQuery } from './json-body.ts';
import type { Operation } from './operation.ts';

/** Below these everything is JSON, errors of unknown routes and methods, too (contracts.md §0.1). */
const PREFIX = /^\/(?:v1|cis|oidc)(?:\/|$)/i;

/** The REST API at the edge. */
export interface Api {
  readonly router: Router;
  /**
   * How an error is told to who asked for this path; null where it is not for programs.
   *
   * @param path of the request as it came in
   */
  errorsAt(path: string): TellError | null;
}

export interface ApiDeps {
  readonly operations: readonly Operation[];
  readonly callers: CallerTokens;
  readonly body: BodyLimits;
}

/** All operations, each at all of its mounts. */
export function createApi(deps: ApiDeps): Api {
  const router = new Router();
  for (const operation of deps.operations) {
    for (const mount of operation.mounts) {
      router[operation.method](mount + routeOf(operation.path), (ctx) => serve(ctx, operation, deps));
    }
  }
  const envelopeAt = envelopes(deps.operations);
  return {
    router,
    errorsAt(path) {
      if (!PREFIX.test(path) || isAliasOfPage(path)) return null;
      const envelope = envelopeAt(path);
      return (ctx, problem) => {
        const { status, body } = enveloped(envelope, problem);
        ctx.status = status;
        ctx.body = body;
      };
    },
  };
}

/** `/users/{user_id}` in the words of the router. */
const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

async function serve(ctx: Context & { params?: unknown }, operation: Operation, deps: ApiDeps): Promise<void> {
  refuseHostileQuery(ctx);
  const { access } = operation;
  const client = access.kind === 'client' ? await deps.callers.authenticate(ctx, access.permission) : null;
  const params = ctx.params as Readonly<Record<string, string>>;
  const call = { body: null, params, caller: callerOf(ctx), bearer: bearerOf(ctx), ctx };
  const answer = await operation.run(call, client, deps.body.bodyBytes);
  ctx.status = operation.success.status;
  if (answer !== null) ctx.body = answer;
}

/** The envelope of what a path belongs to, whatever the method; of what is not there the one of the hosted integration. */
function envelopes(operations: readonly Operation[]): (path: string) => EnvelopeName {
  const known = operations.map(({ path, envelope }) => {
    const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
    return { pattern: new RegExp(`^(?:/cis)?/v1${pattern}/?$`, 'i'), envelope };
  });
  return (path) => known.find(({ pattern }) => pattern.test(path))?.envelope ?? 'hosted';
}
