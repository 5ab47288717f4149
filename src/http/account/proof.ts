import { standingOf } from '../../domain/challenge-standing.ts';
import { Problem } from '../../domain/errors.ts';
import { readable } from '../../interaction/identifier-field.ts';
import type { AbuseLimits } from '../../services/budgets/abuse-limits.ts';
import type { Challenges } from '../../services/challenges/challenges.ts';
import type { Profile } from '../../services/people/profile.ts';
import type { KnownBrowsers } from '../cookies/known-browsers.ts';
import { seeOther } from '../signin/routes.ts';
import { type Attendance, type Desk, type FormOptions, type ShowPage, type Submission, shownProblem } from './desk.ts';
import { OVERVIEW, proofPath, type ShowAdd } from './identifiers.ts';

export interface ProofDeps {
  readonly profile: Profile;
  readonly challenges: Challenges;
  readonly limits: AbuseLimits;
  readonly knownBrowsers: KnownBrowsers;
  readonly now: () => number;
}

/**
 * The code of an identifier that is being added. It was asked for right after a sign-in; that one may grow old while the
 * message is on its way, the account may not become another one.
 */
export function attendProof(desk: Desk, showAdd: ShowAdd, deps: ProofDeps): void {
  const show: ShowPage = async (here, problem) => showProof(desk, deps, here, problem);
  const options: FormOptions = {
    need: 'session',
    from: ({ params }) => proofPath(params.id ?? ''),
    async show(here, problem) {
      const { identifier, state } = await waitingFor(deps, here);
      if (state !== 'proven') return show(here, problem);
      // Its code is spent and it was not added: it is somebody else's, or nobody could be told of it now.
      showAdd(here, { identifier: readable(identifier) }, problem);
    },
  };
  desk.page('/account/proof/:id', 'session', show);
  desk.form('/account/proof/:id', options, (here) => submit(deps, here));
  desk.form('/account/proof/:id/resend', options, (here) => resend(deps, here));
  desk.form('/account/proof/:id/cancel', options, async (here) => {
    await deps.challenges.abandon(await waitingFor(deps, here));
    seeOther(here.ctx, OVERVIEW);
  });
}

/** @throws Problem `not_found` for what this account does not wait for */
async function waitingFor({ profile }: ProofDeps, { account, params }: Attendance) {
  const challenge = await profile.adding(account, params.id ?? '');
  if (challenge === null) throw new Problem('not_found');
  return challenge;
}

async function submit(deps: ProofDeps, here: Submission): Promise<void> {
  const challenge = await waitingFor(deps, here);
  // A browser shows the answer to a second click only; the first one has added it.
  if (challenge.state === 'proven') return seeOther(here.ctx, OVERVIEW);
  await deps.profile.finishAdding(here.account, challenge, here.fields.code, here.change);
  deps.knownBrowsers.remember(here.ctx, deps.limits.subjectOf(challenge));
  seeOther(here.ctx, `${OVERVIEW}?done=added`);
}

/** The same code again while it lives; a new one when it does not. */
async function resend(deps: ProofDeps, here: Submission): Promise<void> {
  const challenge = await waitingFor(deps, here);
  const { ended, resendIn } = standingOf(challenge, deps.now());
  if (!ended && resendIn !== null && !challenge.undelivered) {
    await deps.challenges.resend(challenge, here.change.caller);
    return seeOther(here.ctx, `${proofPath(challenge.id)}?resent=1`);
  }
  const next = await deps.profile.beginAdding(here.account, challenge.identifier, here.change);
  seeOther(here.ctx, proofPath(next.id));
}

async function showProof(desk: Desk, deps: ProofDeps, here: Attendance, problem: Problem | null): Promise<void> {
  // Read again after a problem: attempts were counted, a resend was refused.
  const challenge = await waitingFor(deps, here);
  if (challenge.state === 'proven') return seeOther(here.ctx, OVERVIEW);
  const standing = standingOf(challenge, deps.now());
  const path = proofPath(challenge.id);
  const over = problem ?? endOf(challenge.attempts >= challenge.maxAttempts, standing.ended);
  const undelivered = challenge.undelivered && challenge.state === 'open';
  const model = {
    ...standing,
    overviewUrl: OVERVIEW,
    form: here.form(path),
    resend: here.form(`${path}/resend`),
    cancel: here.form(`${path}/cancel`),
    channel: challenge.identifier.channel,
    identifier: readable(challenge.identifier),
    // A new code comes at once; only the same one again has to wait.
    resendIn: standing.ended || undelivered ? 0 : standing.resendIn,
    resent: here.ctx.query.resent !== undefined && problem === null,
    undelivered,
    problem: shownProblem(over),
  };
  desk.render(here.ctx, 'accountProof', model, over);
}

const endOf = (exhausted: boolean, ended: boolean): Problem | null =>
  ended ? new Problem(exhausted ? 'code_exhausted' : 'code_expired') : null;
