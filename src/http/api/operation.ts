import type { Context } from 'koa';
import type { z } from 'zod';
import type { Client, Permission } from '../../domain/client.ts';
import type { Caller } from '../../services/caller.ts';
import type { EnvelopeName } from './envelopes.ts';
import { readJson } from './json-body.ts';

/** Where an operation is reached: at the root for native clients, below `/cis` for unchanged ones (contracts.md §0.1). */
export type Mount = '/v1' | '/cis/v1';

/** The chapters of the documentation, in its order. */
export const OPERATION_GROUPS = [
  'Hosted sign-in',
  'Backend to backend',
  'Sessions',
  'People',
  'Organizations',
] as const;
export type OperationGroup = (typeof OPERATION_GROUPS)[number];

/** Who has to say who they are: a client by its token, a person by theirs, or nobody in a header. */
export type Access =
  | { readonly kind: 'client'; readonly permission: Permission }
  | { readonly kind: 'person' }
  | { readonly kind: 'none' };

type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : null;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : null;

/** A call of an operation with what came with it. */
interface OpenCall<Body> {
  readonly body: Body;
  /** What stands in the path for the names in braces. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  /** What stands behind `Authorization: Bearer`; null when nothing does. Not verified by anybody yet. */
  readonly bearer: string | null;
  /** The request itself, for the engine; handlers neither read from it nor answer with it. */
  readonly ctx: Context;
}

/** A call of a client whose token was verified and whose record has the permission. */
interface ClientCall<Body> extends OpenCall<Body> {
  readonly client: Client;
}

/** A call as its documentation shows it. */
export interface Example<Body, Answer> {
  readonly summary: string;
  readonly body: Body;
  readonly params?: Readonly<Record<string, string>>;
  /** Fields of the body whose value only an earlier call knows, by the shell variable that a reader keeps it in. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The operation that has to be called before, by its example. */
  readonly after?: string;
  readonly answer: Answer;
}

/** What is said of an operation once, for mounting, validation, errors and documentation alike. */
interface Description<Body, Answer> {
  /** The `operationId` of OpenAPI: a verb and what it is about, in camel case. */
  readonly id: string;
  readonly group: OperationGroup;
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Below the mount; parameters in braces: `/users/{user_id}`. */
  readonly path: string;
  /** Left out: all of them. */
  readonly mounts?: readonly Mount[];
  /** One line, without a full stop. */
  readonly summary: string;
  /** What a developer has to know: plain sentences. */
  readonly description: string;
  readonly deprecated?: boolean;
  readonly envelope: EnvelopeName;
  /** What each parameter of the path is. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What the body has to be; null when none is read. */
  readonly body: Body;
  readonly success: {
    readonly status: 200 | 201 | 204;
    readonly description: string;
    /** Null when there is nothing to say. */
    readonly schema: Answer;
  };
  /** When it fails besides what every call can fail with, by status. */
  readonly failures?: Readonly<Partial<Record<400 | 401 | 403 | 404 | 409, string>>>;
  readonly examples: readonly Example<Input<Body>, Input<Answer>>[];
}

/** An operation as the rest of the API sees it, whatever its body and answer are. */
export interface Operation extends Omit<Description<z.ZodType | null, z.ZodType | null>, 'examples' | 'mounts'> {
  readonly mounts: readonly Mount[];
  readonly access: Access;
  readonly examples: readonly Example<unknown, unknown>[];
  /**
   * Reads the body and does what is asked.
   *
   * @param bodyBytes the largest body, in bytes
   * @returns the body of the answer
   */
  run(call: OpenCall<null>, client: Client | null, bodyBytes: number): Promise<unknown>;
}

const EVERYWHERE: readonly Mount[] = ['/v1', '/cis/v1'];

/**
 * An operation for clients: the call arrives with the client whose token it carries, and only when that client has the
 * permission.
 */
export function operation<const Body extends z.ZodType | null, const Answer extends z.ZodType | null>({
  permission,
  handle,
  ...description
}: Description<Body, Answer> & {
  readonly permission: Permission;
  handle(call: ClientCall<Output<Body>>): Promise<Input<Answer>>;
}): Operation {
  return {
    mounts: EVERYWHERE,
    ...description,
    access: { kind: 'client', permission },
    async run(call, client, bodyBytes) {
      if (client === null) throw new TypeError(`${description.id} was called without a client`);
      return handle({ ...call, body: await bodyOf(call.ctx, description.body, bodyBytes), client });
    },
  };
}

/** An operation that does not take a client's token: its handler finds out by itself who asks. */
export function openOperation<const Body extends z.ZodType | null, const Answer extends z.ZodType | null>({
  access,
  handle,
  ...description
}: Description<Body, Answer> & {
  readonly access: 'person' | 'none';
  handle(call: OpenCall<Output<Body>>): Promise<Input<Answer>>;
}): Operation {
  return {
    mounts: EVERYWHERE,
    ...description,
    access: { kind: access },
    run: async (call, _client, bodyBytes) =>
      handle({ ...call, body: await bodyOf(call.ctx, description.body, bodyBytes) }),
  };
}

async function bodyOf<Body extends z.ZodType | null>(
  ctx: Context,
  schema: Body,
  bodyBytes: number,
): Promise<Output<Body>> {
  return (schema === null ? null : await readJson(ctx, schema, bodyBytes)) as Output<Body>;
}
