import { z } from 'zod';
import type { Example } from './operation.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What a document tells of an operation, whichever API it belongs to. */
export interface Documented {
  readonly id: string;
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly mounts: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly deprecated?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Parameters of the query; left out where there are none. */
  readonly query?: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly success: { readonly status: number; readonly description: string; readonly schema: z.ZodType | null };
  readonly examples: readonly Example<unknown, unknown>[];
}

/** In what the documents of two APIs differ. */
export interface Dialect<Operation extends Documented> {
  readonly title: string;
  /** The chapters, in their order. */
  readonly groups: readonly string[];
  /** The `operationId` at one of its mounts. */
  idAt(operation: Operation, mount: string): string;
  /** With what an operation can fail, by status. */
  failures(operation: Operation): readonly (readonly [status: string, description: string])[];
  error(operation: Operation): z.ZodType;
  security(operation: Operation): readonly Json[];
  readonly securitySchemes: Json;
}

/** An API as an OpenAPI 3.1 document, made from the schemas that validate. */
export function openApiDocument<Operation extends Documented>(
  deps: { readonly issuer: string; readonly operations: readonly Operation[] },
  dialect: Dialect<Operation>,
): Json {
  const components = createComponents();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of deps.operations) {
    for (const mount of operation.mounts) {
      const path = `${mount}${operation.path}`;
      paths[path] = { ...paths[path], [operation.method]: described(operation, mount, { components, dialect }) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: dialect.title, version: '1' },
    servers: [{ url: deps.issuer }],
    tags: dialect.groups.map((name) => ({ name })),
    paths,
    components: { securitySchemes: dialect.securitySchemes, schemas: components.schemas() },
  };
}

type Components = ReturnType<typeof createComponents>;

/** Schemas that have a name stand once; whoever needs one points to it. */
function createComponents() {
  const schemas: Record<string, unknown> = {};
  return {
    schemas: () => schemas,
    reference(schema: z.ZodType): unknown {
      const {
        $schema: _dialect,
        $defs = {},
        ...root
      } = z.toJSONSchema(schema, {
        io: 'input',
        target: 'draft-2020-12',
      }) as Json & { $defs?: Json };
      Object.assign(schemas, relinked($defs));
      const { id, ...named } = root as Json & { id?: string };
      if (id === undefined) return relinked(root);
      schemas[id] = relinked(named);
      return { $ref: `#/components/schemas/${id}` };
    },
  };
}

/** Definitions move from each schema to the components of the document. */
function relinked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relinked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : relinked(inner),
    ]),
  );
}

function described<Operation extends Documented>(
  operation: Operation,
  mount: string,
  { components, dialect }: { readonly components: Components; readonly dialect: Dialect<Operation> },
): Json {
  const { group, summary, description, deprecated, body, success } = operation;
  const error = components.reference(dialect.error(operation));
  const json = (schema: unknown, more: Json = {}): Json => ({ 'application/json': { schema, ...more } });
  return {
    operationId: dialect.idAt(operation, mount),
    tags: [group],
    summary,
    description,
    ...(deprecated === true ? { deprecated } : {}),
    ...parametersOf(operation),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: json(components.reference(body), { examples: examplesOf(operation, 'body') }),
          },
        }),
    security: dialect.security(operation),
    ...(body === null ? afterOf(operation) : {}),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.schema === null
          ? {}
          : { content: json(components.reference(success.schema), { examples: examplesOf(operation, 'answer') }) }),
      },
      ...Object.fromEntries(
        dialect.failures(operation).map(([status, text]) => [status, { description: text, content: json(error) }]),
      ),
    },
  };
}

/** Where there is no body, there is no example of one that could say so. */
const afterOf = ({ examples: [first] }: Documented): Json =>
  first?.after === undefined ? {} : { 'x-after': first.after };

/** `x-after` and `x-variables` say what has to be called before, and which fields are known only then. */
const examplesOf = ({ id, examples }: Documented, part: 'body' | 'answer'): Json =>
  Object.fromEntries(
    examples.map(({ summary, after, variables, ...example }, index) => [
      `${id}${index + 1}`,
      {
        summary,
        value: example[part],
        ...(part === 'answer' || after === undefined ? {} : { 'x-after': after }),
        ...(part === 'answer' || variables === undefined ? {} : { 'x-variables': variables }),
      },
    ]),
  );

/** What stands in the path and behind the question mark. */
function parametersOf({ parameters = {}, query }: Documented): Json {
  const path = Object.entries(parameters).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  }));
  const { properties = {}, required = [] } = query === undefined ? {} : z.toJSONSchema(query, { io: 'input' });
  const asked = Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return { name, in: 'query', required: required.includes(name), description, schema: rest };
  });
  const all = [...path, ...asked];
  return all.length === 0 ? {} : { parameters: all };
}
