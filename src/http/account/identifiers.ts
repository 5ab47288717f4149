import type { AccountIdentifier } from '../../domain/account.ts';
import type { Problem } from '../../domain/errors.ts';
import type { Channel, Identifier } from '../../domain/identifier.ts';
import type { Country } from '../../domain/phone.ts';
import { type FieldFacts, identifierField, readable, takeIdentifier } from '../../interaction/identifier-field.ts';
import type { AbuseLimits } from '../../services/budgets/abuse-limits.ts';
import type { Profile } from '../../services/people/profile.ts';
import { createIdentifierKeys } from '../identifier-keys.ts';
import type { PageFrames } from '../page-frame.ts';
import { seeOther } from '../signin/routes.ts';
import { type Attendance, type Desk, type FormOptions, type ShowPage, type Submission, shownProblem } from './desk.ts';

export interface IdentifierDeps {
  readonly profile: Profile;
  readonly limits: AbuseLimits;
  readonly frames: PageFrames;
  /** By what people may sign in here. */
  readonly channels: readonly Channel[];
  readonly countries: readonly Country[];
}

export const OVERVIEW = '/account';
const ADD = '/account/add';

export const proofPath = (challengeId: string): string => `/account/proof/${encodeURIComponent(challengeId)}`;

/** Where something is done with an identifier of somebody's own account. */
export const createKeys = (limits: Pick<AbuseLimits, 'subjectOf'>) => {
  const { keyOf, named } = createIdentifierKeys(limits);
  return {
    pathOf: (identifier: Identifier, action: 'primary' | 'remove'): string =>
      `/account/identifiers/${keyOf(identifier)}/${action}`,
    /** Undefined when the account has no such identifier (any more). */
    named: ({ account, params }: Pick<Attendance, 'account' | 'params'>): AccountIdentifier | undefined =>
      named(account.identifiers, params.key),
  };
};

/** Adding, choosing and removing what an account signs in with. */
export function attendIdentifiers(desk: Desk, showOverview: ShowPage, deps: IdentifierDeps): void {
  attendAdding(desk, deps);
  const keys = createKeys(deps.limits);
  const showRemove: ShowPage = async (here, problem) => {
    const identifier = keys.named(here);
    if (identifier === undefined) return seeOther(here.ctx, OVERVIEW);
    const form = here.form(keys.pathOf(identifier, 'remove'));
    const model = { overviewUrl: OVERVIEW, form, channel: identifier.channel, identifier: readable(identifier) };
    desk.render(here.ctx, 'accountRemove', { ...model, problem: shownProblem(problem) }, problem);
  };

  const choice = { need: 'fresh', from: () => OVERVIEW, show: showOverview } as const;
  desk.form('/account/identifiers/:key/primary', choice, async (here) => {
    const identifier = keys.named(here);
    if (identifier === undefined) return seeOther(here.ctx, OVERVIEW);
    await deps.profile.makePrimary(here.account, identifier, here.change);
    seeOther(here.ctx, `${OVERVIEW}?done=primary`);
  });

  desk.page('/account/identifiers/:key/remove', 'fresh', showRemove);
  const removal = { need: 'fresh', from: () => OVERVIEW, show: showRemove } as const;
  desk.form('/account/identifiers/:key/remove', removal, async (here) => {
    const identifier = keys.named(here);
    // A second click finds it gone, and that is what it wanted.
    if (identifier === undefined) return seeOther(here.ctx, OVERVIEW);
    await deps.profile.detach(here.account, identifier, here.change);
    seeOther(here.ctx, `${OVERVIEW}?done=removed`);
  });
}

/** Shows the page on which something new is given, with what was given before. */
export type ShowAdd = (here: Attendance, given: Submission['fields'], problem: Problem | null) => void;

const factsOf = ({ ctx }: Attendance, deps: IdentifierDeps): FieldFacts => ({
  ...deps,
  languages: deps.frames.languages(ctx),
});

export const addPage =
  (desk: Desk, deps: IdentifierDeps): ShowAdd =>
  (here, given, problem) => {
    const model = { overviewUrl: OVERVIEW, form: here.form(ADD), ...identifierField(factsOf(here, deps), given) };
    desk.render(here.ctx, 'accountAdd', { ...model, problem: shownProblem(problem) }, problem);
  };

function attendAdding(desk: Desk, deps: IdentifierDeps): void {
  const show = addPage(desk, deps);
  desk.page(ADD, 'fresh', async (here) => show(here, {}, null));
  const showAgain: FormOptions['show'] = async (here, problem) => show(here, here.fields, problem);
  desk.form(ADD, { need: 'fresh', from: () => ADD, show: showAgain }, async (here) => {
    const identifier = takeIdentifier(factsOf(here, deps), here.fields);
    const challenge = await deps.profile.beginAdding(here.account, identifier, here.change);
    seeOther(here.ctx, proofPath(challenge.id));
  });
}
