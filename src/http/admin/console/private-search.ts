import { isProblem, Problem, type ProblemCode } from '../../../domain/errors.ts';
import type { FieldValues } from '../../../ports/views/admin-forms.ts';
import { seeOther } from '../../signin/routes.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import { withQuery } from './lists.ts';

/** Why nothing is found by what was typed: a sentence for its field, and what decides the status. */
export interface SearchRefusal {
  readonly text: string;
  readonly problem: Problem;
}

/**
 * A search with a field for what somebody is known by. That is submitted in the body and never stands in an address:
 * histories of browsers and logs of proxies keep those.
 */
export interface PrivateSearch {
  /** Of its page, and of its form. */
  readonly path: string;
  /** What the form has besides; it may stand in a query. */
  readonly conditions: readonly string[];
  /** The field for what somebody is known by. */
  readonly whom: string;
  /** What is said of what is nothing of the kind. */
  readonly notUnderstood: string;
  /** Whether this in that field must not stand in a query; a masked form may: it tells of nobody who they are. */
  isTelling(text: string): boolean;
  /** Shows the page for what may stand in a query, or what was typed with why nothing is found by it. */
  show(here: ConsoleAttendance, asked: FieldValues, refusal: SearchRefusal | null): Promise<void>;
  /** Answers what may not. @throws Problem `identifier_invalid`, `account_unknown`: it is told beside the field */
  answer(here: ConsoleSubmission, asked: FieldValues): Promise<void>;
}

/** Nothing that can be asked for is longer, in characters. */
const LONGEST = 320;

const FROM_LINK: SearchRefusal = {
  text: 'What somebody is known by is not taken from a link, because links are kept in histories and logs. Type it here.',
  problem: new Problem('request_invalid'),
};

/** What was typed into a search; what was left empty is not there. */
export const typedInto = (
  { conditions, whom }: Pick<PrivateSearch, 'conditions' | 'whom'>,
  given: Readonly<Record<string, string | undefined>>,
): FieldValues =>
  Object.fromEntries(
    [...conditions, whom].flatMap((name) => {
      const text = (given[name] ?? '').trim().slice(0, LONGEST);
      return text === '' ? [] : [[name, text]];
    }),
  );

/** What is said beside the field of a search when its answer was a problem. */
export function refusalOf({ notUnderstood }: Pick<PrivateSearch, 'notUnderstood'>, problem: Problem): SearchRefusal {
  const words: Readonly<Partial<Record<ProblemCode, string>>> = {
    identifier_invalid: notUnderstood,
    account_unknown: 'Nobody is known by this.',
  };
  return { text: words[problem.code] ?? 'Nothing can be found by this.', problem };
}

/** The page of such a search and its form, both at its path. */
export function attendSearch(desk: ConsoleDesk, search: PrivateSearch): void {
  const { path, whom } = search;
  const mayBeSeen = ({ [whom]: text }: FieldValues): boolean => text === undefined || !search.isTelling(text);
  const seenOf = (asked: FieldValues): FieldValues => {
    const { [whom]: _untold, ...others } = asked;
    return mayBeSeen(asked) ? asked : others;
  };
  desk.page(
    path,
    'read',
    (here) => {
      const asked = typedInto(search, here.query);
      return search.show(here, seenOf(asked), mayBeSeen(asked) ? null : FROM_LINK);
    },
    ({ query }) => withQuery(path, { ...seenOf(typedInto(search, query)), cursor: query.cursor }),
  );
  const refuse = (here: ConsoleSubmission, problem: Problem): Promise<void> =>
    search.show(here, typedInto(search, here.fields), refusalOf(search, problem));
  desk.form(path, { need: 'read', from: () => path, show: refuse }, async (here) => {
    const asked = typedInto(search, here.fields);
    if (mayBeSeen(asked)) return seeOther(here.ctx, withQuery(path, asked));
    try {
      await search.answer(here, asked);
    } catch (error) {
      // Nobody by this is a fault of the field here, and not of the path.
      if (!isProblem(error, 'account_unknown')) throw error;
      await refuse(here, error);
    }
  });
}
