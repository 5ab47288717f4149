import Router from '@koa/router';
import type { Context } from 'koa';
import type { Account } from '../../domain/account.ts';
import { secondFactorDemand } from '../../domain/assurance.ts';
import { browserName, describeBrowser } from '../../domain/browser-name.ts';
import { givenIdentifier } from '../../domain/challenge.ts';
import { type Client, channelsOf, isSignUpOpen } from '../../domain/client.ts';
import { contentSecurityPolicy } from '../../domain/content-security-policy.ts';
import { isProblem, Problem } from '../../domain/errors.ts';
import type { Channel } from '../../domain/identifier.ts';
import type { Country } from '../../domain/phone.ts';
import { formActionSource } from '../../domain/redirect-uri.ts';
import type { Engine, Interaction, SignedIn } from '../../interaction/engine.ts';
import { firstFactor } from '../../interaction/first-factor.ts';
import { allowedStep, currentStep } from '../../interaction/flow.ts';
import { goOnToSecond } from '../../interaction/second-factor.ts';
import {
  alreadyUsed,
  type Facts,
  type Input,
  type Outcome,
  type Step,
  type StepDeps,
  type StepName,
} from '../../interaction/step.ts';
import type { Views } from '../../ports/views.ts';
import type { AbuseLimits } from '../../services/budgets/abuse-limits.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { Organizations } from '../../services/people/organizations.ts';
import type { KnownBrowsers } from '../cookies/known-browsers.ts';
import type { RememberedDevices } from '../cookies/remembered-devices.ts';
import type { FormGuard } from '../form-guard.ts';
import { type BodyLimits, readForm } from '../middleware/form-body.ts';
import { callerOf } from '../middleware/request-context.ts';
import type { PageFrames } from '../page-frame.ts';
import { unlessExpired } from './expired.ts';
import { renderStep, stepPath } from './page.ts';
import { askByGet, REQUEST_PATHS } from './posted-request.ts';
import type { WaysBack } from './way-back.ts';

export interface SignInDeps extends StepDeps {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly organizations: Organizations;
  readonly limits: AbuseLimits;
  readonly views: Views;
  readonly frames: PageFrames;
  readonly guard: FormGuard;
  readonly knownBrowsers: KnownBrowsers;
  readonly rememberedDevices: RememberedDevices;
  readonly waysBack: WaysBack;
  readonly now: () => number;
  readonly signUp: 'open' | 'closed';
  /** The channels there is a sender for. */
  readonly channels: readonly Channel[];
  /** Whose numbers are sent text messages. */
  readonly countries: readonly Country[];
  readonly body: BodyLimits;
  readonly issuer: string;
}

const STEPS: readonly StepName[] = [
  'identify',
  'code',
  'factor',
  'enroll',
  'held',
  'account',
  'organization',
  'consent',
];

/** The pages of the journey: one URL a step, forms that work without script. Everything they decide is in `interaction`. */
export function signInRoutes(deps: SignInDeps): Router {
  const router = new Router();
  const guarded = (handler: (ctx: Context, uid: string, step: StepName) => Promise<void>) => async (ctx: Context) => {
    const { uid = '', step = 'identify' } = ctx.params as Record<string, string>;
    const name = STEPS.find((known) => known === step);
    if (name === undefined) throw new Problem('not_found');
    await unlessExpired(ctx, uid, deps, () => handler(ctx, uid, name));
  };
  router.get(
    ['/interaction/:uid', '/interaction/:uid/:step'],
    guarded((ctx, uid, step) => show(ctx, uid, step, deps)),
  );
  router.post(
    ['/interaction/:uid', '/interaction/:uid/:step', '/interaction/:uid/:step/:action'],
    guarded((ctx, uid, step) => act(ctx, uid, step, deps)),
  );
  router.post(REQUEST_PATHS, (ctx) => askByGet(ctx, deps.body));
  return router;
}

/** @param linkToken of the link that the request came by */
export async function factsOf(
  ctx: Context,
  uid: string,
  deps: SignInDeps,
  linkToken: string | null = null,
): Promise<Facts> {
  const interaction = await deps.engine.load(ctx.req, ctx.res, uid);
  const asksWho = interaction.prompt !== 'consent';
  const [client, challenge, session] = await Promise.all([
    deps.clients.find(interaction.clientId),
    asksWho ? deps.challenges.ofInteraction(uid) : null,
    deps.engine.session(ctx.req, ctx.res),
  ]);
  if (client === null) throw new Problem('client_invalid');
  const channels = channelsOf(client, deps.channels);
  return {
    interaction,
    client,
    channels,
    countries: channels.includes('sms') ? deps.countries : [],
    languages: deps.frames.languages(ctx, interaction.uiLocales),
    demand: secondFactorDemand(client, interaction.asked, channels),
    challenge,
    session,
    ...(await whoIsThere(interaction, client, session, deps)),
    deviceTokens: deps.rememberedDevices.read(ctx),
    rememberDays: deps.rememberedDevices.days,
    browser: describeBrowser(browserName(ctx.get('user-agent'))),
    locale: deps.frames.locale(ctx, interaction.uiLocales),
    signUpOpen: isSignUpOpen(client, deps.signUp),
    wantsOther: ctx.query.other !== undefined,
    linkToken,
    justResent: ctx.query.resent !== undefined,
    caller: callerOf(ctx),
    now: deps.now(),
  };
}

/** Whose session it is, who has proven something in this interaction, and for whom they may be here. */
async function whoIsThere(
  { prompt, proven, organizationId }: Interaction,
  client: Client,
  session: SignedIn | null,
  { accounts, newcomers, organizations }: SignInDeps,
): Promise<Pick<Facts, 'account' | 'provenAccount' | 'organization'>> {
  const active = async (signedIn: SignedIn | null): Promise<Account | null> =>
    signedIn === null
      ? null
      : ((await accounts.findActive(signedIn.accountId)) ??
        // Who is to be an account at this client is as good as one here, and nowhere else.
        newcomers.find(signedIn.accountId, client.id));
  const account = await active(session);
  const asked = prompt === 'organization' ? account : null;
  return {
    account,
    provenAccount: await active(proven),
    organization: asked && (await organizations.choose(client.organizations, asked.id, organizationId)),
  };
}

async function show(ctx: Context, uid: string, name: StepName, deps: SignInDeps): Promise<void> {
  const facts = await factsOf(ctx, uid, deps);
  if (facts.interaction.finishedAt !== null) return seeOther(ctx, facts.interaction.finishedAt);
  const here = stepOf(facts);
  const step = name === 'identify' || isPageless(here) ? here : (allowedStep(facts, name) ?? here);
  if (step.name !== name && !isPageless(step)) return seeOther(ctx, stepPath(uid, step.name));
  await answer(ctx, facts, await step.show(facts, deps), deps);
}

async function act(ctx: Context, uid: string, name: StepName, deps: SignInDeps): Promise<void> {
  const input: Input = await readForm(ctx, deps.body);
  deps.guard.check(ctx, input.csrf, uid);
  const facts = await factsOf(ctx, uid, deps);
  // A browser shows the answer to a second click only, so that has to lead on, too; by way of the page, because only
  // the submission that was right may be answered as one.
  if (facts.interaction.finishedAt !== null) return seeOther(ctx, stepPath(uid, 'identify'));
  const step = allowedStep(facts, name);
  if (step === undefined) return tooLate(ctx, facts, name, deps);
  const action = step.actions[String(ctx.params.action ?? '')];
  if (action === undefined) throw new Problem('not_found');
  await answer(ctx, facts, await attempt(step, action, facts, input, deps), deps);
}

/** The form was right when its page was made, and the journey has gone on since. */
async function tooLate(ctx: Context, facts: Facts, name: StepName, deps: SignInDeps): Promise<void> {
  const here = stepOf(facts);
  if (name !== 'code' || isPageless(here) || firstFactor(facts) !== null) {
    return seeOther(ctx, stepPath(facts.interaction.uid, here.name));
  }
  if (facts.challenge?.state !== 'superseded' || here.problem === undefined) throw alreadyUsed();
  const input = { identifier: givenIdentifier(facts.challenge).value };
  await answer(ctx, facts, await here.problem(facts, input, new Problem('code_superseded'), deps), deps);
}

/** What a person can mend is shown where it happened; everything else goes to the error boundary. */
async function attempt(
  step: Step,
  action: Step['actions'][string],
  facts: Facts,
  input: Input,
  deps: SignInDeps,
): Promise<Outcome> {
  try {
    return await action(facts, input, deps);
  } catch (error) {
    const mendable = isProblem(error) && (error.status === 422 || error.status === 429);
    if (!mendable || step.problem === undefined) throw error;
    return step.problem(facts, input, error, deps);
  }
}

/** Such a step answers the address at which the journey begins. */
const isPageless = ({ name }: Step): boolean => name === 'resume' || name === 'turn-away' || name === 'ticket';

function stepOf(facts: Facts): Step {
  const step = currentStep(facts);
  if (step === undefined) throw new Problem('interaction_expired', { params: { reason: 'changed' } });
  return step;
}

export async function answer(ctx: Context, facts: Facts, outcome: Outcome, deps: SignInDeps): Promise<void> {
  const { uid } = facts.interaction;
  if (outcome.kind === 'finish') {
    if (outcome.proven !== undefined) {
      deps.knownBrowsers.remember(ctx, deps.limits.subjectOf({ identifier: outcome.proven }));
    }
    if (outcome.device != null) deps.rememberedDevices.remember(ctx, outcome.device);
    return seeOther(ctx, await deps.engine.finish(ctx.req, ctx.res, outcome.result));
  }
  if (outcome.kind === 'advance') {
    const { proven, account: provenAccount, identifier } = outcome;
    // Kept first: from then on the code that was spent is not lost, whatever becomes of this request.
    await deps.engine.advance(ctx.req, ctx.res, proven);
    deps.knownBrowsers.remember(ctx, deps.limits.subjectOf({ identifier }));
    const onward = { ...facts, interaction: { ...facts.interaction, proven }, provenAccount, challenge: null };
    return answer(ctx, onward, await goOnToSecond(onward, deps), deps);
  }
  if (outcome.kind === 'go') {
    const query = outcome.note === undefined ? '' : `?${outcome.note}=1`;
    return seeOther(ctx, stepPath(uid, outcome.to ?? 'identify') + query);
  }
  const target = formActionSource(facts.interaction.redirectUri);
  ctx.set('content-security-policy', contentSecurityPolicy(target === null ? [] : [target]));
  ctx.status = outcome.problem?.status ?? 200;
  if (outcome.problem?.retryAfter !== undefined) ctx.set('retry-after', String(outcome.problem.retryAfter));
  ctx.type = 'html';
  ctx.body = renderStep(ctx, facts, outcome, deps);
}

/** Never 307 or 308: a form is not to be submitted again elsewhere (R-57, RFC 9700 §4.12). */
export function seeOther(ctx: Context, url: string): void {
  ctx.status = 303;
  ctx.redirect(url);
}
