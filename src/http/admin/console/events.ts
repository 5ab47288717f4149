import { Problem } from '../../../domain/errors.ts';
import { EVENT_TYPES } from '../../../domain/event.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { FieldValues } from '../../../ports/views/admin-forms.ts';
import type { People } from '../../../services/people/people.ts';
import type { Trail } from '../../../services/trail/trail.ts';
import { seeOther } from '../../signin/routes.ts';
import { ndjsonOf } from '../api/event-export.ts';
import { cursorOf, positionOf } from '../api/pages.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { askedEvents } from './event-conditions.ts';
import { listWays, PAGE_SIZE, withQuery } from './lists.ts';
import { attendSearch, type SearchRefusal, typedInto } from './private-search.ts';
import type { ConsoleChapter } from './routes.ts';
import { EVENTS, shownEvent } from './shown-event.ts';

interface Deps {
  readonly trail: Trail;
  readonly people: Pick<People, 'findBy'>;
}

const EXPORT = `${EVENTS}/export`;

const CONDITIONS = {
  path: EVENTS,
  conditions: ['type', 'client', 'actor', 'from', 'until'],
  whom: 'account',
  notUnderstood: 'This is no whole address, no number with a country code and no id.',
  // Of who is gone, the id still finds the events, and whoever has it learns nothing by it.
  isTelling: (text: string) => /^\+|@/.test(text),
} as const;

/** Who did what to whom: found, looked at, taken along. */
export const eventChapter =
  ({ trail, people }: Deps): ConsoleChapter =>
  (desk) => {
    attendSearch(desk, {
      ...CONDITIONS,
      show: (here, values, refusal) => showList(desk, trail, here, { values, refusal }),
      async answer({ ctx }, values) {
        const { id } = await people.findBy(parseIdentifier(values.account, null));
        seeOther(ctx, withQuery(EVENTS, { ...values, account: id }));
      },
    });
    desk.page(EXPORT, 'read', async ({ ctx, query }) => {
      const values = typedInto(CONDITIONS, query);
      const { filter, problems } = askedEvents(values);
      const isFaulty = Object.keys(problems).length > 0 || CONDITIONS.isTelling(values.account ?? '');
      if (isFaulty) throw new Problem('request_invalid');
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

async function showList(
  desk: ConsoleDesk,
  trail: Trail,
  here: ConsoleAttendance,
  { values, refusal }: { readonly values: FieldValues; readonly refusal: SearchRefusal | null },
): Promise<void> {
  const { cursor } = here.query;
  const { filter, problems: ownProblems } = askedEvents(values);
  const problems = refusal === null ? ownProblems : { ...ownProblems, account: [refusal.text] };
  const isFaulty = Object.keys(problems).length > 0;
  const { events, next } = isFaulty
    ? { events: [], next: null }
    : await trail.page(filter, positionOf(cursor), PAGE_SIZE);
  // What nothing is found by stays in the field: no link leads on with it.
  const model = {
    find: here.form(EVENTS),
    events: events.map(shownEvent),
    filter: values,
    problems,
    types: EVENT_TYPES,
    isFiltered: Object.keys(values).length > 0,
    ways: isFaulty ? { first: null, next: null } : listWays(EVENTS, values, cursor, cursorOf(next)),
    exportHref: isFaulty ? null : withQuery(EXPORT, values),
  };
  const problem = refusal?.problem ?? (isFaulty ? new Problem('identifier_invalid') : null);
  desk.render(here, 'events/list', model, { active: 'events', problem });
}
