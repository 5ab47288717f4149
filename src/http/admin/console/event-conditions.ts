import { Problem } from '../../../domain/errors.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { People } from '../../../services/people.ts';
import type { TrailFilter } from '../../../services/trail.ts';

/** What was asked for, and what is wrong about it. */
export interface AskedEvents {
  readonly values: FieldValues;
  readonly problems: FieldProblems;
  readonly filter: TrailFilter;
}

const NAMES = ['type', 'account', 'client', 'actor', 'from', 'until'] as const;

/** No condition is longer, in characters. */
const LONGEST = 320;

const DAY_MS = 86_400_000;

/** The conditions of a list of events, as the form above it has them. */
export async function askedEvents(
  query: Readonly<Record<string, string | undefined>>,
  people: Pick<People, 'findBy'>,
): Promise<AskedEvents> {
  const given = NAMES.map((name) => [name, (query[name] ?? '').trim().slice(0, LONGEST)] as const);
  const values: FieldValues = Object.fromEntries(given.filter(([, value]) => value !== ''));
  const problems: Record<string, string[]> = {};
  const told = <Value>(name: string, value: Value | null, problem: string): Value | undefined => {
    if (values[name] === undefined) return undefined;
    if (value === null) problems[name] = [problem];
    return value ?? undefined;
  };
  const from = told('from', dayIn(values.from), 'Expected a day: YYYY-MM-DD.');
  const until = told('until', dayIn(values.until), 'Expected a day: YYYY-MM-DD.');
  const accountId = told('account', await accountIn(values.account, people), 'Nobody is known by this.');
  const filter = {
    ...(values.type === undefined ? {} : { type: values.type }),
    ...(values.client === undefined ? {} : { clientId: values.client }),
    ...(values.actor === undefined ? {} : { actor: values.actor }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(from === undefined ? {} : { from }),
    // The last day is meant as a whole.
    ...(until === undefined ? {} : { until: until + DAY_MS }),
  };
  return { values, problems, filter };
}

function dayIn(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** The id of an account, by itself or by what somebody is known by. Of who is gone, the id still finds the events. */
async function accountIn(text: string | undefined, people: Pick<People, 'findBy'>): Promise<string | null> {
  if (text === undefined || !/^\+|@/.test(text)) return text ?? null;
  try {
    return (await people.findBy(parseIdentifier(text, null))).id;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return null;
    throw error;
  }
}
