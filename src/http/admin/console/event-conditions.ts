import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { TrailFilter } from '../../../services/trail/trail.ts';

/** Which events were asked for, and what is wrong about it. */
export interface AskedEvents {
  readonly problems: FieldProblems;
  readonly filter: TrailFilter;
}

const DAY_MS = 86_400_000;

/** The conditions of a list of events, as the form above it has them; an account is meant by its id. */
export function askedEvents(values: FieldValues): AskedEvents {
  const problems: Record<string, string[]> = {};
  const dayAt = (name: 'from' | 'until'): number | null => {
    const day = values[name] === undefined ? null : dayIn(values[name]);
    if (values[name] !== undefined && day === null) problems[name] = ['Expected a day: YYYY-MM-DD.'];
    return day;
  };
  const [from, until] = [dayAt('from'), dayAt('until')];
  const filter = {
    ...(values.type === undefined ? {} : { type: values.type }),
    ...(values.client === undefined ? {} : { clientId: values.client }),
    ...(values.actor === undefined ? {} : { actor: values.actor }),
    ...(values.account === undefined ? {} : { accountId: values.account }),
    ...(from === null ? {} : { from }),
    // The last day is meant as a whole.
    ...(until === null ? {} : { until: until + DAY_MS }),
  };
  return { problems, filter };
}

function dayIn(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
