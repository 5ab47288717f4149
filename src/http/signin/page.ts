import type { Context } from 'koa';
import type { Problem } from '../../domain/errors.ts';
import type { Facts, Outcome, StepModel, StepName, StepView } from '../../interaction/step.ts';
import type { Form, ShownProblem } from '../../ports/views/forms.ts';
import type { PageFrame, Pages, Views } from '../../ports/views.ts';
import type { FormGuard } from '../form-guard.ts';
import { type PageFrames, selfContained } from '../page-frame.ts';

/** Steps without an address of their own. */
const PAGELESS: ReadonlySet<StepName> = new Set(['identify', 'resume', 'turn-away', 'ticket']);

/** The URL of a step's page; identifying is where an interaction begins. */
export const stepPath = (uid: string, step: StepName): string => {
  const root = `/interaction/${encodeURIComponent(uid)}`;
  return PAGELESS.has(step) ? root : `${root}/${step}`;
};

/** Adds forms and problem to what a step wants shown. */
export function renderStep(
  ctx: Context,
  facts: Facts,
  { view, problem }: Extract<Outcome, { kind: 'show' }>,
  deps: { views: Views; frames: PageFrames; guard: FormGuard },
): string {
  const { uid, uiLocales } = facts.interaction;
  const frame = { ...deps.frames.frame(ctx, facts.client, uiLocales), locale: facts.challenge?.locale ?? facts.locale };
  const csrf = deps.guard.token(uid);
  const root = `/interaction/${encodeURIComponent(uid)}`;
  const form = (step: StepName, action?: string): Form => ({
    action: action === undefined ? stepPath(uid, step) : `${root}/${step}/${action}`,
    csrf,
  });
  switch (view.page) {
    case 'identify': {
      const forms = { form: form('identify'), cancel: form('identify', 'cancel') };
      return deps.views.page('identify', frame, { ...view.model, ...forms, problem: shown(problem) });
    }
    case 'code': {
      const forms = { form: form('code'), resend: form('code', 'resend'), change: form('code', 'change') };
      const ways = { other: form('code', 'other'), cancel: form('code', 'cancel') };
      const progress = progressOf(facts, view.model);
      return deps.views.page('code', frame, { ...view.model, ...forms, ...ways, progress, problem: shown(problem) });
    }
    case 'link':
      return deps.views.page('link', selfContained(frame), { ...view.model, form: form('link') });
    case 'factor': {
      const forms = { form: form('factor'), cancel: form('factor', 'cancel') };
      return deps.views.page('factor', frame, { ...view.model, ...forms, problem: shown(problem) });
    }
    case 'enroll': {
      const forms = { form: form('enroll'), cancel: form('enroll', 'cancel') };
      return deps.views.page('enroll', frame, { ...view.model, ...forms, problem: shown(problem) });
    }
    default:
      return renderChoice(view, frame, form, deps);
  }
}

/** A page on which somebody who is signed in only has to press something. */
function renderChoice(
  view: Extract<StepView, { page: 'held' | 'account' | 'organization' | 'consent' }>,
  frame: PageFrame,
  form: (step: StepName, action?: string) => Form,
  { views }: { readonly views: Views },
): string {
  switch (view.page) {
    case 'held':
      return views.page('held', frame, { ...view.model, form: form('held'), accountUrl: '/account' });
    case 'account': {
      const ways = { other: form('account', 'other'), cancel: form('account', 'cancel') };
      return views.page('account', frame, { ...view.model, form: form('account'), ...ways });
    }
    case 'organization': {
      const ways = { other: form('organization', 'other'), cancel: form('organization', 'cancel') };
      return views.page('organization', frame, { ...view.model, form: form('organization'), ...ways });
    }
    case 'consent': {
      const forms = { form: form('consent'), deny: form('consent', 'deny') };
      return views.page('consent', frame, { ...view.model, ...forms });
    }
  }
}

/** A link may be opened in another tab; this page then has nothing more to wait for. */
function progressOf({ interaction, challenge }: Facts, { proof, ended }: StepModel<'code'>): Pages['code']['progress'] {
  if (challenge === null || proof === 'code' || ended) return null;
  const onward = stepPath(interaction.uid, 'identify');
  return { url: `${onward}/progress/${challenge.purpose}`, onward };
}

const shown = (problem: Problem | null): ShownProblem | null =>
  problem === null ? null : { code: problem.code, params: problem.params, retryAfter: problem.retryAfter ?? null };
