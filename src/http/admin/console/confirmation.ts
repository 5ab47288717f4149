import type { AdminRight } from '../../../domain/administration.ts';
import type { Problem } from '../../../domain/errors.ts';
import type { ConsoleSection } from '../../../ports/views/admin-frame.ts';
import type { ConsolePages } from '../../../ports/views/admin-pages.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';

/** What is asked before something is done. */
export type Question = Omit<ConsolePages['confirm'], 'form' | 'problem' | 'fields'> & {
  /** Hidden fields, such as the version that was read. */
  readonly fields?: Readonly<Record<string, string>>;
};

interface Confirmation {
  readonly need: AdminRight;
  readonly active: ConsoleSection;
  /** The question for what the path names. @throws Problem when that is not there */
  ask(here: ConsoleAttendance): Promise<Question>;
  act(here: ConsoleSubmission): Promise<void>;
  /** Why it was refused, in a sentence. */
  readonly refusals: Readonly<Partial<Record<Problem['code'], string>>>;
}

/** A page that asks, and the form that does it: both at the same path. */
export function attendConfirmation(desk: ConsoleDesk, path: string, confirmation: Confirmation): void {
  const { need, active, refusals } = confirmation;
  const show = async (here: ConsoleAttendance, problem: Problem | null): Promise<void> => {
    const question = await confirmation.ask(here);
    const said = problem === null ? null : (refusals[problem.code] ?? 'This was refused. Nothing was changed.');
    const model = { fields: {}, ...question, form: here.form(here.ctx.path), problem: said };
    desk.render(here, 'confirm', model, { active, problem });
  };
  // Whoever has to sign in first comes back to the question, which stands at the path of the form.
  const from = ({ params }: Pick<ConsoleAttendance, 'params'>): string =>
    path.replaceAll(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  desk.page(path, need, show);
  desk.form(path, { need, from, show }, (here) => confirmation.act(here));
}
