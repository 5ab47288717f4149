import Router from '@koa/router';
import type { Context } from 'koa';
import { type Challenge, referenceTag } from '../../domain/challenge.ts';
import { contentSecurityPolicy } from '../../domain/content-security-policy.ts';
import { isProblem } from '../../domain/errors.ts';
import { maskIdentifier } from '../../domain/identifier.ts';
import { formActionSource } from '../../domain/redirect-uri.ts';
import type { Views } from '../../ports/views.ts';
import type { Challenges } from '../../services/challenges/challenges.ts';
import { deadLink } from '../../services/challenges/links.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { FormGuard } from '../form-guard.ts';
import { type BodyLimits, readForm } from '../middleware/form-body.ts';
import { callerOf } from '../middleware/request-context.ts';
import { type PageFrames, selfContained } from '../page-frame.ts';
import type { ProofOnward } from './proof-onward.ts';

export interface ApiLinkDeps {
  readonly challenges: Pick<Challenges, 'ofHandle' | 'isOpenTo' | 'proveByLink'>;
  readonly clients: Clients;
  readonly onward: ProofOnward;
  readonly views: Views;
  readonly frames: PageFrames;
  readonly guard: FormGuard;
  readonly body: BodyLimits;
}

/**
 * Links in messages that clients ask for over an API. No browser of ours has asked, so whichever opens one may go on with it;
 * opening changes nothing: the page names the application and has a button, which proves.
 */
export function apiLinkRoutes(deps: ApiLinkDeps): Router {
  const router = new Router();
  router.get('/link/:handle', (ctx: Context) => unlessDead(ctx, deps, () => show(ctx, deps)));
  router.post('/link', (ctx: Context) => unlessDead(ctx, deps, () => confirm(ctx, deps)));
  return router;
}

/** What the form is about: it can stand for no other link's, and for no form of a journey. */
const subjectOf = ({ id }: Challenge): string => `link ${id}`;

async function show(ctx: Context, deps: ApiLinkDeps): Promise<void> {
  const { handle = '' } = (ctx as Context & { params: Record<string, string> }).params;
  const { challenge, token } = await deps.challenges.ofHandle(handle);
  if (!deps.challenges.isOpenTo(challenge, token)) throw deadLink();
  const client = await deps.clients.find(challenge.clientId);
  const redirectUri = challenge.intent?.redirectUri ?? null;
  if (client === null || redirectUri === null) throw deadLink();
  // The chain of redirects behind the button ends at the application.
  const target = formActionSource(redirectUri);
  ctx.set('content-security-policy', contentSecurityPolicy(target === null ? [] : [target]));
  const { channel } = challenge.identifier;
  const model = {
    form: { action: '/link', csrf: deps.guard.token(subjectOf(challenge)) },
    token: handle,
    channel,
    identifier: maskIdentifier(challenge.identifier),
    reference: referenceTag(challenge.id),
  };
  // In the language of the message that the link was in.
  const frame = { ...selfContained(deps.frames.frame(ctx, client)), locale: challenge.locale };
  ctx.type = 'html';
  ctx.body = deps.views.page('link', frame, model);
}

async function confirm(ctx: Context, deps: ApiLinkDeps): Promise<void> {
  const input = await readForm(ctx, deps.body);
  const { challenge, token } = await deps.challenges.ofHandle(input.token ?? '');
  if (challenge === null) throw deadLink();
  deps.guard.check(ctx, input.csrf, subjectOf(challenge));
  const client = await deps.clients.find(challenge.clientId);
  if (client === null) throw deadLink();
  const proven = await deps.challenges.proveByLink(challenge, token, callerOf(ctx));
  ctx.status = 303;
  ctx.redirect(await deps.onward.afterLink(client, proven));
}

/** One page for links that are wrong, used, superseded or expired: it tells nobody which of them it is. */
async function unlessDead(ctx: Context, deps: ApiLinkDeps, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (!isProblem(error, 'interaction_expired')) throw error;
    const model = { reason: 'link' as const, returnUrl: null, clientName: null, journeyUrl: null };
    ctx.status = error.status;
    ctx.type = 'html';
    ctx.body = deps.views.page('expired', selfContained(deps.frames.frame(ctx, null)), model);
  }
}
