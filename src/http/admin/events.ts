import { Readable } from 'node:stream';
import { z } from 'zod';
import type { AuditEvent } from '../../domain/event.ts';
import type { Trail, TrailFilter, TrailPosition } from '../../services/trail.ts';
import { BodyFault, checked } from '../api/json-body.ts';
import { moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { pageOf, pageQuery } from './pages.ts';

const textOrNull = z.string().nullable();

const event = z
  .strictObject({
    id: z.string(),
    at: moment,
    type: z.string().describe('Stable: for instance `session.started`.'),
    account_id: textOrNull,
    client_id: textOrNull,
    identifier: textOrNull.describe('Masked.'),
    network: textOrNull.describe('IPv4 address, or the /64 of an IPv6 address; null when the server itself acted.'),
    request_id: textOrNull,
    reason: textOrNull.describe('For people; may change.'),
    actor: textOrNull.describe('Who administers: `key:…`, `console:…`, `cli:…`; null for everybody else.'),
    object: textOrNull.describe('What was changed, where it is neither an account nor a client: its kind and id.'),
    changes: z
      .array(z.strictObject({ field: z.string(), before: textOrNull, after: textOrNull }))
      .nullable()
      .describe(
        'What was changed, field by field: values as JSON, shortened, and masked where they would tell who somebody is.',
      ),
  })
  .meta({ id: 'Event' });

const shown = (entry: AuditEvent): z.input<typeof event> => ({
  id: entry.id,
  at: entry.at,
  type: entry.type,
  account_id: entry.accountId,
  client_id: entry.clientId,
  identifier: entry.identifier,
  network: entry.network,
  request_id: entry.requestId,
  reason: entry.reason,
  actor: entry.actor,
  object: entry.object,
  changes: entry.changes === null ? null : entry.changes.map((change) => ({ ...change })),
});

const time = z
  .string()
  .regex(/^\d{1,15}$/, 'expected milliseconds since the epoch')
  .optional();

const filterQuery = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z_]+\.[a-z_]+$/, 'expected the type of an event')
    .max(64)
    .optional()
    .describe('Only events of this type.'),
  account_id: z.string().min(1).max(256).optional().describe('Only events of this account.'),
  client_id: z.string().min(1).max(256).optional().describe('Only events of this client.'),
  actor: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only what this administrator did, as `actor` of an event says it.'),
  from: time.describe('Only events of this moment and later, in milliseconds since the epoch.'),
  until: time.describe('Only events before this moment, in milliseconds since the epoch.'),
});

const listQuery = filterQuery.extend(pageQuery.shape);

const filterOf = ({ type, account_id, client_id, actor, from, until }: z.output<typeof filterQuery>): TrailFilter => ({
  ...(type === undefined ? {} : { type }),
  ...(account_id === undefined ? {} : { accountId: account_id }),
  ...(client_id === undefined ? {} : { clientId: client_id }),
  ...(actor === undefined ? {} : { actor }),
  ...(from === undefined ? {} : { from: Number(from) }),
  ...(until === undefined ? {} : { until: Number(until) }),
});

/** @throws BodyFault for what is no cursor of ours */
function positionOf(cursor: string | undefined): TrailPosition | null {
  if (cursor === undefined) return null;
  const [, at, id] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  if (id === undefined) throw new BodyFault(['cursor: expected the next_cursor of a page before']);
  return { at: Number(at), id };
}

const EXAMPLE: z.input<typeof event> = {
  id: 'k3Zb9xW9pLr2Tn6VdKs8Yh',
  at: 1_763_640_000_000,
  type: 'account.disabled',
  account_id: 'p0b5v0tTYbV4tYc2nP8sHg',
  client_id: null,
  identifier: null,
  network: '192.0.2.7',
  request_id: 'dV3o0sYbV4tYc2nP8sHgp0',
  reason: null,
  actor: 'key:dV3o0sYbV4tYc2nP8sHgp0 (deployment)',
  object: null,
  changes: [{ field: 'status', before: '"active"', after: '"disabled"' }],
};

/** Who did what to whom. */
export const eventOperations = ({ trail }: { readonly trail: Trail }): AdminOperation[] => [
  adminOperation({
    id: 'listEvents',
    group: 'Events',
    method: 'get',
    path: '/events',
    summary: 'List events',
    description: 'Newest first; all conditions hold at once.',
    scope: 'read',
    query: listQuery,
    body: null,
    success: {
      status: 200,
      description: 'A page of events',
      schema: pageOf(event),
    },
    examples: [{ summary: 'The newest', body: null, answer: { items: [EXAMPLE], next_cursor: null } }],
    async handle({ query }) {
      const { events, next } = await trail.page(filterOf(query), positionOf(query.cursor), query.limit);
      return { items: events.map(shown), next_cursor: next === null ? null : `${next.at}.${next.id}` };
    },
  }),
  exportOf(trail),
];

/** Streamed: however long the trail is, a page of it is in memory. */
function exportOf(trail: Trail): AdminOperation {
  const described = adminOperation({
    id: 'exportEvents',
    group: 'Events',
    method: 'get',
    path: '/events/export',
    summary: 'Export events',
    description:
      'As `application/x-ndjson`: each line an event as in the list, newest first. When the connection ends without ' +
      'its last chunk, something is missing.',
    scope: 'read',
    query: filterQuery,
    body: null,
    success: { status: 200, description: 'A line for each event', schema: null },
    examples: [{ summary: 'All of them', body: null, answer: null }],
    handle: async () => null,
  });
  return {
    ...described,
    async run(ctx) {
      const pages = trail.all(filterOf(checked(filterQuery, { ...ctx.query })))[Symbol.asyncIterator]();
      // A store that is away is told by the status: afterwards it is too late.
      const first = await pages.next();
      ctx.type = 'application/x-ndjson';
      return Readable.from(lines(first, pages));
    },
  };
}

async function* lines(
  first: IteratorResult<readonly AuditEvent[]>,
  pages: AsyncIterator<readonly AuditEvent[]>,
): AsyncGenerator<string> {
  for (let page = first; page.done !== true; page = await pages.next()) {
    yield page.value.map((entry) => `${JSON.stringify(shown(entry))}\n`).join('');
  }
}
