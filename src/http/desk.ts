import type Router from '@koa/router';
import type { Context } from 'koa';
import { isProblem, type Problem } from '../domain/errors.ts';
import type { Form } from '../ports/views/forms.ts';
import type { FormGuard } from './form-guard.ts';
import { type BodyLimits, readForm } from './middleware/form-body.ts';

/** What every page knows of the request it is asked with. */
interface Request {
  readonly ctx: Context;
  /** What stands in the path. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** What the page was asked for with; a name that came more than once is not there. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Makes a form that only this visitor can submit. */
  form(action: string): Form;
}

/** One request of a visitor who was let in. */
export type Attended<Visitor> = Visitor & Request;

/** One submitted form of theirs. */
export type Submitted<Visitor> = Attended<Visitor> & { readonly fields: Readonly<Record<string, string | undefined>> };

/** Who is let in to the pages of a desk, and what becomes of everybody else. */
export interface Door<Visitor, Need> {
  /** Who comes; null when they were answered already: sent to sign in, or turned away. @param back where they come back to */
  admit(ctx: Context, need: Need, back: string): Promise<Visitor | null>;
  /** Whether a visitor may have what this takes; when not they were answered already. */
  suffices(here: Attended<Visitor>, need: Need, back: string): boolean;
  /** What a token of a form is bound to. */
  subjectOf(visitor: Visitor): string;
  /** What is shown where it happened, with what was typed. */
  isMendable(problem: Problem): boolean;
  /** Tells a visitor of what they cannot mend. Left out, the error boundary does. */
  tell?(here: Attended<Visitor>, problem: Problem): void;
}

export interface FormOptionsOf<Visitor, Need> {
  readonly need: Need;
  /** Where whoever has to sign in first comes back to. */
  readonly from: (here: Pick<Request, 'params'>) => string;
  /** Shows the page once more, with what can be mended. */
  readonly show: (here: Submitted<Visitor>, problem: Problem) => Promise<void>;
}

/** How pages behind a door are attended to: who may see them, and what may be submitted. */
export interface DeskOf<Visitor, Need> {
  /** @param back where whoever has to sign in first comes back to; left out, to the same page with the same query */
  page(
    path: string | RegExp,
    need: Need,
    show: (here: Attended<Visitor>, problem: null) => Promise<void>,
    back?: (here: Pick<Request, 'query'>) => string,
  ): void;
  form(path: string, options: FormOptionsOf<Visitor, Need>, act: (here: Submitted<Visitor>) => Promise<void>): void;
}

interface Deps<Visitor, Need> {
  readonly door: Door<Visitor, Need>;
  readonly guard: FormGuard;
  readonly body: BodyLimits;
}

/** Every form is checked to come from a page that was made for this visitor, before it is asked what they may. */
export function createDeskAt<Visitor extends object, Need>(
  router: Router,
  { door, guard, body }: Deps<Visitor, Need>,
): DeskOf<Visitor, Need> {
  const attend = (ctx: Context, visitor: Visitor): Attended<Visitor> => ({
    ...visitor,
    ctx,
    params: ctx.params as Record<string, string>,
    query: flat(ctx.query),
    form: (action) => ({ action, csrf: guard.token(door.subjectOf(visitor)) }),
  });
  const attempt = async (here: Attended<Visitor>, answer: () => Promise<void>): Promise<void> => {
    try {
      await answer();
    } catch (error) {
      if (door.tell === undefined || !isProblem(error) || error.status >= 500) throw error;
      door.tell(here, error);
    }
  };
  return {
    page(path, need, show, backOf) {
      router.get(path, async (ctx) => {
        const back = backOf?.({ query: flat(ctx.query) }) ?? placeOf(ctx);
        const visitor = await door.admit(ctx, need, back);
        if (visitor === null) return;
        const here = attend(ctx, visitor);
        if (door.suffices(here, need, back)) await attempt(here, () => show(here, null));
      });
    },
    form(path, { need, from, show }, act) {
      router.post(path, async (ctx) => {
        const fields = await readForm(ctx, body);
        const back = from({ params: ctx.params });
        const visitor = await door.admit(ctx, need, back);
        if (visitor === null) return;
        const here = { ...attend(ctx, visitor), fields };
        await attempt(here, async () => {
          guard.check(ctx, fields.csrf, door.subjectOf(visitor));
          if (!door.suffices(here, need, back)) return;
          await mended(
            () => act(here),
            (problem) => (door.isMendable(problem) ? show(here, problem) : null),
          );
        });
      });
    },
  };
}

/** @param mend shows what can be mended; null for what cannot */
async function mended(act: () => Promise<void>, mend: (problem: Problem) => Promise<void> | null): Promise<void> {
  try {
    await act();
  } catch (error) {
    const mending = isProblem(error) ? mend(error) : null;
    if (mending === null) throw error;
    await mending;
  }
}

/** Where a page is, without what it says of the request before. */
function placeOf(ctx: Context): string {
  const { done: _said, ...query } = flat(ctx.query);
  const search = new URLSearchParams(query).toString();
  return search === '' ? ctx.path : `${ctx.path}?${search}`;
}

const flat = (query: Context['query']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
