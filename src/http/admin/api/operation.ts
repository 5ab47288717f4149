import type { Context } from 'koa';
import type { z } from 'zod';
import type { AdminScope } from '../../../domain/administration.ts';
import type { AdminActor } from '../../../services/administration/admin-actor.ts';
import { checked, readJson } from '../../api/json-body.ts';
import type { Documented } from '../../api/openapi.ts';
import type { Example } from '../../api/operation.ts';

/** Where the Admin API is. */
export const ADMIN_MOUNT = '/admin/api';

/** The chapters of its documentation, in their order. */
export const ADMIN_GROUPS = [
  'Clients',
  'Resources',
  'Accounts',
  'Sessions',
  'Organizations',
  'Messages',
  'Budgets',
  'Events',
  'Administrators',
  'Statistics',
  'Signing keys',
  'Keys of this API',
  'Store',
] as const;

type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : null;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : null;

/** A call by somebody whose key was recognised and has the scope. */
export interface AdminCall<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** What stands in the path for the names in braces. */
  readonly params: Readonly<Record<string, string>>;
  /** `If-Match` as it came (RFC 9110 §13.1.1); null when it did not. */
  readonly ifMatch: string | null;
  readonly actor: AdminActor;
}

type AdminFailure = 400 | 404 | 409 | 412 | 422 | 429;

/** What is said of an operation once, for mounting, validation, errors and documentation alike. */
interface Description<Body, Query, Answer> {
  /** The `operationId` of OpenAPI: a verb and what it is about, in camel case. */
  readonly id: string;
  readonly group: (typeof ADMIN_GROUPS)[number];
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below the mount; parameters in braces: `/clients/{client_id}`. */
  readonly path: string;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly description: string;
  readonly scope: AdminScope;
  readonly parameters?: Readonly<Record<string, string>>;
  /** A strict object: what it does not name is refused. */
  readonly query?: Query;
  /** What the body has to be; null when none is read. */
  readonly body: Body;
  readonly success: {
    readonly status: 200 | 201 | 204;
    readonly description: string;
    /** Null when there is nothing to say. An answer with a `version` goes out with that as its `ETag`. */
    readonly schema: Answer;
  };
  /** When it fails besides what every call can fail with, by status. */
  readonly failures?: Readonly<Partial<Record<AdminFailure, string>>>;
  readonly examples: readonly Example<Input<Body>, Input<Answer>>[];
}

/** An operation as the rest of the Admin API sees it, whatever its body, query and answer are. */
export interface AdminOperation extends Documented {
  readonly method: Description<null, z.ZodObject, null>['method'];
  readonly scope: AdminScope;
  readonly failures?: Readonly<Partial<Record<AdminFailure, string>>>;
  /** Reads what came and does what is asked. @param bodyBytes the largest body @returns the body of the answer */
  run(ctx: Context & { params?: unknown }, actor: AdminActor, bodyBytes: number): Promise<unknown>;
}

/** An operation for administrators: it is called by those only whose key has the scope. */
export function adminOperation<
  const Body extends z.ZodType | null,
  const Answer extends z.ZodType | null,
  const Query extends z.ZodObject = z.ZodObject,
>({
  handle,
  ...description
}: Description<Body, Query, Answer> & {
  handle(call: AdminCall<Output<Body>, z.output<Query>>): Promise<Input<Answer>>;
}): AdminOperation {
  const { body, query } = description;
  return {
    ...description,
    mounts: [ADMIN_MOUNT],
    run: async (ctx, actor, bodyBytes) =>
      handle({
        body: (body === null ? null : await readJson(ctx, body, bodyBytes)) as Output<Body>,
        query: (query === undefined ? {} : checked(query, { ...ctx.query })) as z.output<Query>,
        params: ctx.params as Readonly<Record<string, string>>,
        ifMatch: ctx.get('if-match') === '' ? null : ctx.get('if-match'),
        actor,
      }),
  };
}
