import Router from '@koa/router';
import type { Context } from 'koa';
import { type Challenge, referenceTag } from '../../domain/challenge.ts';
import { isProblem } from '../../domain/errors.ts';
import { allowedStep, currentStep } from '../../interaction/flow.ts';
import type { Facts, Input } from '../../interaction/step.ts';
import type { PageFrame } from '../../ports/views.ts';
import { deadLink } from '../../services/challenges/links.ts';
import { readForm } from '../middleware/form-body.ts';
import { callerOf } from '../middleware/request-context.ts';
import { selfContained } from '../page-frame.ts';
import { unlessExpired } from './expired.ts';
import { stepPath } from './page.ts';
import { answer, factsOf, type SignInDeps, seeOther } from './routes.ts';

/**
 * Links in messages. Opening one changes nothing, however often and by whomever. The browser that asked gets a
 * button that goes on with its journey; every other one is told what is asked for, and at most shown the code.
 */
export function linkRoutes(deps: SignInDeps): Router {
  const router = new Router();
  const handled = (handle: (ctx: Context, uid: string) => Promise<void>) => (ctx: Context) => {
    const { uid = '' } = ctx.params as Record<string, string>;
    return unlessExpired(ctx, uid, deps, () => handle(ctx, uid));
  };
  router.get(
    ['/interaction/:uid/link', '/interaction/:uid/link/:token'],
    handled((ctx, uid) => open(ctx, uid, deps)),
  );
  router.post(
    '/interaction/:uid/link',
    handled((ctx, uid) => confirm(ctx, uid, deps)),
  );
  router.post(
    '/interaction/:uid/link/elsewhere',
    handled((ctx, uid) => showCode(ctx, uid, deps)),
  );
  router.get('/interaction/:uid/progress/:purpose', async (ctx) => {
    ctx.status = (await isWaitedFor(ctx, deps)) ? 204 : 410;
  });
  return router;
}

async function open(ctx: Context, uid: string, deps: SignInDeps): Promise<void> {
  const { token = '' } = ctx.params as Record<string, string>;
  const facts = await factsHere(ctx, uid, token, deps);
  if (facts === null) return showElsewhere(ctx, uid, token, deps);
  // A sign-in in another tab answers already; its own page goes on with it, not a link that was merely opened.
  const over = facts.interaction.finishedAt !== null || currentStep(facts)?.name === 'resume';
  if (over) return seeOther(ctx, stepPath(uid, 'identify'));
  const step = allowedStep(facts, 'link');
  if (step === undefined) throw deadLink();
  await answer(ctx, facts, await step.show(facts, deps), deps);
}

/** Null in a browser that has not asked, or does not know any more that it has. */
async function factsHere(ctx: Context, uid: string, token: string, deps: SignInDeps): Promise<Facts | null> {
  try {
    return await factsOf(ctx, uid, deps, token);
  } catch (error) {
    // Here it is the right browser, and somebody else is signed in by now.
    const changed = isProblem(error) && /^session /.test(String(error.params.reason));
    if (changed || !isProblem(error, 'interaction_expired')) throw error;
    return null;
  }
}

async function confirm(ctx: Context, uid: string, deps: SignInDeps): Promise<void> {
  const input: Input = await readForm(ctx, deps.body);
  deps.guard.check(ctx, input.csrf, uid);
  const facts = await factsOf(ctx, uid, deps, input.token ?? '');
  if (facts.interaction.finishedAt !== null) return seeOther(ctx, stepPath(uid, 'identify'));
  const action = allowedStep(facts, 'link')?.actions[''];
  if (action === undefined) throw deadLink();
  await answer(ctx, facts, await action(facts, input, deps), deps);
}

/** What the form in a browser that has not asked is about: it can never stand for the one in the browser that has. */
const elsewhere = (uid: string): string => `${uid} elsewhere`;

async function showElsewhere(ctx: Context, uid: string, token: string, deps: SignInDeps): Promise<void> {
  const challenge = await deps.challenges.ofInteraction(uid);
  if (!deps.challenges.hasCodeFor(challenge, token)) throw deadLink();
  const { askedFrom } = challenge;
  const model = {
    form: { action: `${stepPath(uid, 'link')}/elsewhere`, csrf: deps.guard.token(elsewhere(uid)) },
    token,
    askedAgo: Math.max(1, Math.floor((deps.now() - challenge.createdAt) / 1000)),
    askedFrom: askedFrom === null ? null : { network: askedFrom, same: askedFrom === callerOf(ctx).network },
    reference: referenceTag(challenge.id),
  };
  ctx.type = 'html';
  ctx.body = deps.views.page('linkElsewhere', await frameOf(ctx, challenge, deps), model);
}

async function showCode(ctx: Context, uid: string, deps: SignInDeps): Promise<void> {
  const input: Input = await readForm(ctx, deps.body);
  deps.guard.check(ctx, input.csrf, elsewhere(uid));
  const challenge = await deps.challenges.ofInteraction(uid);
  if (!deps.challenges.hasCodeFor(challenge, input.token)) throw deadLink();
  const frame = await frameOf(ctx, challenge, deps);
  const code = deps.challenges.codeByLink(challenge, input.token, callerOf(ctx));
  const expiresIn = Math.ceil((challenge.expiresAt - deps.now()) / 1000);
  const model = { code, reference: referenceTag(challenge.id), expiresIn };
  ctx.type = 'html';
  ctx.body = deps.views.page('linkCode', frame, model);
}

/** In the language of the message, which is that of the page that asked. */
async function frameOf(ctx: Context, { clientId, locale }: Challenge, deps: SignInDeps): Promise<PageFrame> {
  const client = await deps.clients.find(clientId);
  if (client === null) throw deadLink();
  return { ...selfContained(deps.frames.frame(ctx, client)), locale };
}

/**
 * Whether a page that waits for this kind of proof is still where its browser is in the journey. It says so to nobody
 * else: without the cookie everything is gone.
 */
async function isWaitedFor(ctx: Context, deps: SignInDeps): Promise<boolean> {
  const { uid = '', purpose } = ctx.params as Record<string, string>;
  try {
    const { finishedAt } = await deps.engine.load(ctx.req, ctx.res, uid);
    // The tab that was right is on its way; whoever followed it now would get ahead of it.
    if (finishedAt !== null) return true;
    const challenge = await deps.challenges.ofInteraction(uid);
    return challenge?.state === 'open' && challenge.purpose === purpose;
  } catch (error) {
    if (isProblem(error, 'interaction_expired')) return false;
    throw error;
  }
}
