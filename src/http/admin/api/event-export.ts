import { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { AuditEvent } from '../../../domain/event.ts';
import type { Trail, TrailFilter } from '../../../services/trail/trail.ts';
import { checked } from '../../api/json-body.ts';
import { filterOf, filterQuery } from './event-filter.ts';
import { shownEvent } from './event-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

/** Streamed: however long the trail is, a page of it is in memory. */
export function exportEvents(trail: Trail): AdminOperation {
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
    run: (ctx) => ndjsonOf(ctx, trail, filterOf(checked(filterQuery, { ...ctx.query }))),
  };
}

/** @returns the body of the answer, whose type is set */
export async function ndjsonOf(ctx: Context, trail: Trail, filter: TrailFilter): Promise<Readable> {
  const pages = trail.all(filter)[Symbol.asyncIterator]();
  // A store that is away is told by the status: afterwards it is too late.
  const first = await pages.next();
  ctx.type = 'application/x-ndjson';
  return Readable.from(lines(first, pages));
}

async function* lines(
  first: IteratorResult<readonly AuditEvent[]>,
  pages: AsyncIterator<readonly AuditEvent[]>,
): AsyncGenerator<string> {
  for (let page = first; page.done !== true; page = await pages.next()) {
    yield page.value.map((entry) => `${JSON.stringify(shownEvent(entry))}\n`).join('');
  }
}
