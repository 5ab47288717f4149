import { Problem } from '../../../domain/errors.ts';
import { EVENT_TYPES } from '../../../domain/event.ts';
import type { People } from '../../../services/people.ts';
import type { Trail } from '../../../services/trail.ts';
import { ndjsonOf } from '../event-export.ts';
import { cursorOf, positionOf } from '../pages.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { type AskedEvents, askedEvents } from './event-conditions.ts';
import { listWays, PAGE_SIZE, withQuery } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';
import { EVENTS, shownEvent } from './shown-event.ts';

interface Deps {
  readonly trail: Trail;
  readonly people: Pick<People, 'findBy'>;
}

const EXPORT = `${EVENTS}/export`;

/** Who did what to whom: found, looked at, taken along. */
export const eventChapter =
  ({ trail, people }: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(EVENTS, 'read', async (here) => {
      const asked = await askedEvents(here.query, people);
      const isFaulty = Object.keys(asked.problems).length > 0;
      const { events, next } = isFaulty
        ? { events: [], next: null }
        : await trail.page(asked.filter, positionOf(here.query.cursor), PAGE_SIZE);
      showList(desk, here, asked, { events: events.map(shownEvent), next: cursorOf(next) });
    });
    desk.page(EXPORT, 'read', async ({ ctx, query }) => {
      const { filter, problems } = await askedEvents(query, people);
      if (Object.keys(problems).length > 0) throw new Problem('request_invalid');
      ctx.set('content-disposition', 'attachment; filename="events.ndjson"');
      ctx.body = await ndjsonOf(ctx, trail, filter);
    });
    desk.page(`${EVENTS}/:place`, 'read', async (here) => {
      const place = positionOf(here.params.place);
      const found = place === null ? null : await trail.find(place);
      if (found === null) throw new Problem('not_found');
      const model = { event: shownEvent(found), requestId: found.requestId };
      desk.render(here, 'events/one', model, { active: 'events' });
    });
  };

function showList(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  { values, problems }: AskedEvents,
  { events, next }: { readonly events: ReturnType<typeof shownEvent>[]; readonly next: string | null },
): void {
  const isFaulty = Object.keys(problems).length > 0;
  const model = {
    events,
    filter: values,
    problems,
    types: EVENT_TYPES,
    isFiltered: Object.keys(values).length > 0,
    ways: listWays(EVENTS, values, here.query.cursor, next),
    exportHref: withQuery(EXPORT, values),
  };
  const problem = isFaulty ? new Problem('identifier_invalid') : null;
  desk.render(here, 'events/list', model, { active: 'events', problem });
}
