import Router from '@koa/router';
import { z } from 'zod';
import type { Pages, Views } from '../../ports/views.ts';
import type { PageFrames } from '../page-frame.ts';
import { curlOf } from './curl.ts';
import { madeOnce } from './made-once.ts';
import { openApiDocument } from './openapi.ts';
import { OPERATION_GROUPS, type Operation } from './operation.ts';
import { failuresOf, restDialect } from './rest-dialect.ts';

export interface ReferenceDeps {
  readonly issuer: string;
  readonly service: string;
  readonly operations: readonly Operation[];
  readonly views: Views;
  readonly frames: PageFrames;
  /** A client that may be shown with its secret, because everybody knows it; null where there is none. */
  readonly demo: DemoClient | null;
}

export interface DemoClient {
  readonly id: string;
  readonly secret: string;
  /** Where it may have people sent to. */
  readonly redirectUri: string;
}

/** As the examples have it; the one of this installation may be on another port. */
const CALLBACK = 'http://localhost:3001/callback';

/** The documentation of the API: `/openapi.json` for programs, `/docs` for people. */
export function referenceRoutes(deps: ReferenceDeps): Router {
  const router = new Router();
  const document = madeOnce(() => openApiDocument(deps, restDialect(deps)));
  const model = madeOnce(() => referenceOf(deps));
  router.get('/openapi.json', (ctx) => {
    ctx.body = document();
  });
  router.get('/docs', (ctx) => {
    ctx.type = 'html';
    // Written in one language, whatever the browser prefers.
    ctx.body = deps.views.page('reference', { ...deps.frames.frame(ctx, null), locale: 'en' }, model());
  });
  return router;
}

type Reference = Pages['reference'];
type Chapter = Reference['groups'][number];
type Entry = Chapter['operations'][number];

function referenceOf({ issuer, operations, demo }: ReferenceDeps): Reference {
  const { id, secret } = demo ?? { id: 'CLIENT_ID', secret: 'CLIENT_SECRET' };
  const groups = OPERATION_GROUPS.map((name) => ({
    name,
    operations: operations.filter(({ group }) => group === name).map((operation) => entryOf(issuer, operation, demo)),
  }));
  return {
    issuer,
    token: `CLIENT_TOKEN=$(curl -sS "${issuer}/token" -u '${id}:${secret}' -d grant_type=client_credentials \\\n  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    groups: groups.filter(({ operations: some }) => some.length > 0),
  };
}

const entryOf = (issuer: string, operation: Operation, demo: DemoClient | null): Entry => ({
  id: operation.id,
  method: operation.method.toUpperCase(),
  paths: operation.mounts.map((mount) => mount + operation.path),
  summary: operation.summary,
  description: operation.description,
  deprecated: operation.deprecated === true,
  access: accessText(operation),
  fields: operation.body === null ? [] : fieldsOf(operation.body),
  failures: failuresOf(operation).map(([status, description]) => ({ status, description })),
  examples: operation.examples.map((example) => ({
    summary: example.summary,
    after: example.after ?? null,
    command: curlOf(issuer, operation, example).replaceAll(CALLBACK, demo?.redirectUri ?? CALLBACK),
    status: String(operation.success.status),
    answer: example.answer === null ? null : JSON.stringify(example.answer, null, 2),
  })),
});

function accessText({ access }: Operation): string {
  if (access.kind === 'client') return `Access token of a client with the permission \`${access.permission}\``;
  return access.kind === 'person' ? 'Access token of the person' : 'No access token';
}

interface Property {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

/** The fields of a body and those within them, as far as a list can tell of them; the rest is in the document for programs. */
function fieldsOf(schema: z.ZodType): Entry['fields'] {
  const { $defs = {}, ...body } = z.toJSONSchema(schema, { io: 'input' });
  const resolved = (property: Property): Property => {
    const shared = property.$ref === undefined ? undefined : $defs[property.$ref.replace('#/$defs/', '')];
    return shared === undefined ? property : { ...(shared as Property), ...property };
  };
  const within = ({ properties = {}, required = [] }: Property, prefix: string): Entry['fields'] =>
    Object.entries(properties).flatMap(([name, property]) => {
      const full = resolved(property);
      return [fieldOf(prefix + name, full, required.includes(name)), ...within(full, `${prefix}${name}.`)];
    });
  return within(body as Property, '');
}

function fieldOf(
  name: string,
  { type, enum: words, description = '', default: preset }: Property,
  required: boolean,
): Entry['fields'][number] {
  return {
    name,
    type: words === undefined ? (type ?? 'object') : words.map((word) => JSON.stringify(word)).join(' | '),
    required,
    description: [description, preset === undefined ? '' : `Default: ${JSON.stringify(preset)}.`].join(' ').trim(),
  };
}
