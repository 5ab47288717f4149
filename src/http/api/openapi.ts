import { z } from 'zod';
import { PERMISSIONS, type Permission } from '../../domain/client.ts';
import { type Access, OPERATION_GROUPS, type Operation } from './operation.ts';
import { ERROR_SCHEMAS } from './schemas/errors.ts';

/** What every operation can fail with, whatever it does. */
const COMMON_FAILURES: Readonly<Record<number, string>> = {
  400: 'Something about the request is wrong; the message says what',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not JSON',
  429: 'Too often; `Retry-After` says when to come back',
  500: 'Our fault; it is in the log under the `X-Request-Id` of the answer',
  503: 'For the moment not; `Retry-After` says when to come back',
};

/** What those can fail with that want a token. */
const TOKEN_FAILURES: Readonly<Record<Access['kind'], Readonly<Record<number, string>>>> = {
  client: { 401: 'No valid access token of a client', 403: 'The client does not have the permission' },
  person: { 401: 'No valid access token of a person' },
  none: {},
};

const PERMISSION_TEXTS: Readonly<Record<Permission, string>> = {
  'auth:execute': 'Send and check codes and links',
  'users:write': 'Create users',
  'users:reveal': 'Be told that nobody has an address or a number',
  'otp:direct': 'Be given codes instead of having them sent, and have them sent elsewhere',
  id_token: 'Be given an ID token where others get an authorization code',
};

/** With what an operation can fail, by status. */
export const failuresOf = ({ access, body, failures }: Operation): [status: string, description: string][] => {
  const common = Object.entries(COMMON_FAILURES).filter(([status]) => body !== null || !/^41[35]$/.test(status));
  const all = { ...Object.fromEntries(common), ...TOKEN_FAILURES[access.kind], ...failures };
  return Object.entries(all).map(([status, description]) => [status, description ?? '']);
};

type Json = Readonly<Record<string, unknown>>;

/** The API as an OpenAPI 3.1 document, made from the schemas that validate. */
export function openApiDocument(deps: { issuer: string; service: string; operations: readonly Operation[] }): Json {
  const components = createComponents();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of deps.operations) {
    for (const mount of operation.mounts) {
      const path = `${mount}${operation.path}`;
      paths[path] = { ...paths[path], [operation.method]: described(operation, mount, components) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: `${deps.service} REST API`, version: '1' },
    servers: [{ url: deps.issuer }],
    tags: OPERATION_GROUPS.map((name) => ({ name })),
    paths,
    components: { securitySchemes: securitySchemes(deps.issuer), schemas: components.schemas() },
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

function described(operation: Operation, mount: string, components: Components): Json {
  const { id, group, summary, description, deprecated, body, success, envelope, access } = operation;
  const error = components.reference(ERROR_SCHEMAS[envelope]);
  const json = (schema: unknown, more: Json = {}): Json => ({ 'application/json': { schema, ...more } });
  return {
    operationId: mount === '/v1' || operation.mounts.length === 1 ? id : `${id}Cis`,
    tags: [group],
    summary,
    description,
    ...(deprecated === true ? { deprecated } : {}),
    ...(operation.parameters === undefined ? {} : { parameters: pathParameters(operation.parameters) }),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: json(components.reference(body), { examples: examplesOf(operation, 'body') }),
          },
        }),
    security: securityOf(access),
    ...(body === null ? afterOf(operation) : {}),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.schema === null
          ? {}
          : { content: json(components.reference(success.schema), { examples: examplesOf(operation, 'answer') }) }),
      },
      ...Object.fromEntries(
        failuresOf(operation).map(([status, text]) => [status, { description: text, content: json(error) }]),
      ),
    },
  };
}

/** Where there is no body, there is no example of one that could say so. */
const afterOf = ({ examples: [first] }: Operation): Json =>
  first?.after === undefined ? {} : { 'x-after': first.after };

/** `x-after` and `x-variables` say what has to be called before, and which fields are known only then. */
const examplesOf = ({ id, examples }: Operation, part: 'body' | 'answer'): Json =>
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

const pathParameters = (parameters: Readonly<Record<string, string>>): Json[] =>
  Object.entries(parameters).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  }));

function securityOf(access: Access): Json[] {
  if (access.kind === 'client') return [{ client: [access.permission] }];
  return access.kind === 'person' ? [{ person: [] }] : [];
}

const securitySchemes = (issuer: string): Json => ({
  client: {
    type: 'oauth2',
    description: 'An access token that the client has got for itself.',
    flows: {
      clientCredentials: {
        tokenUrl: `${issuer}/token`,
        scopes: Object.fromEntries(PERMISSIONS.map((name) => [name, PERMISSION_TEXTS[name]])),
      },
    },
  },
  person: { type: 'http', scheme: 'bearer', description: 'An access token of the person it is about.' },
});
