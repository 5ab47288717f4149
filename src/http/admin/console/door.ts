import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Account } from '../../../domain/account.ts';
import { CONSOLE_CLIENT_ID } from '../../../domain/own-clients.ts';
import type { Pages, Views } from '../../../ports/views.ts';
import type { Administrators } from '../../../services/administration/administrators.ts';
import { CONSOLE_SIGNED_IN_PATH } from '../../../services/clients/own-clients.ts';
import type { Sessions } from '../../../services/sessions.ts';
import type { Audit } from '../../../services/trail/audit.ts';
import type { ConsolePasses } from '../../cookies/console-passes.ts';
import { callerOf } from '../../middleware/request-context.ts';
import type { PageFrames } from '../../page-frame.ts';
import { seeOther } from '../../signin/routes.ts';
import { type ConsoleDesk, consoleActor, SIGN_OUT } from './desk.ts';
import { type ConsoleVisits, HOME } from './visits.ts';

export interface DoorDeps {
  readonly visits: ConsoleVisits;
  readonly passes: ConsolePasses;
  readonly administrators: Pick<Administrators, 'welcome'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly audit: Audit;
  readonly views: Views;
  readonly frames: PageFrames;
}

const SIGN_IN = `${HOME}/sign-in`;
const SIGNED_OUT = `${HOME}/signed-out`;
const ENGINE_SIGN_OUT = `/session/end?${new URLSearchParams({ client_id: CONSOLE_CLIENT_ID })}`;

/** What the engine says when two factors cannot be proven for now (RFC 9470 §5). */
const UNMET = 'unmet_authentication_requirements';

type DoorKind = Pages['consoleDoor']['kind'];

const STATUS: Readonly<Record<DoorKind, number>> = {
  stranger: 403,
  refused: 403,
  'called-off': 200,
  'signed-out': 200,
};

/** A page in front of the console. */
function showDoor({ views, frames }: Pick<DoorDeps, 'views' | 'frames'>, ctx: Context, kind: DoorKind): void {
  ctx.status = STATUS[kind];
  ctx.type = 'html';
  const model = { kind, signInUrl: SIGN_IN, signOutUrl: kind === 'stranger' ? ENGINE_SIGN_OUT : null };
  ctx.body = views.page('consoleDoor', { ...frames.frame(ctx, null), locale: 'en' }, model);
}

/** Tells somebody who is signed in that this is not for them; nobody else learns what they are. */
export const createTurnAway =
  (deps: Pick<DoorDeps, 'audit' | 'views' | 'frames'>) =>
  (ctx: Context, { id }: Account): void => {
    const reason = 'no administrator';
    deps.audit.record({ type: 'administrator.refused', accountId: id, caller: callerOf(ctx), reason });
    showDoor(deps, ctx, 'stranger');
  };

/** The ways into the console and out of it. */
export function attendDoor(
  router: Router,
  desk: ConsoleDesk,
  turnAway: ReturnType<typeof createTurnAway>,
  deps: DoorDeps,
) {
  router.get(SIGN_IN, (ctx) => deps.visits.signIn(ctx, HOME));
  router.get(CONSOLE_SIGNED_IN_PATH, async (ctx) => {
    const arrival = await deps.visits.arrive(ctx);
    if (arrival.kind === 'stranger') turnAway(ctx, arrival.account);
    if (arrival.kind === 'refused') showDoor(deps, ctx, arrival.error === UNMET ? 'refused' : 'called-off');
    if (arrival.kind !== 'open') return;
    const { account, standing } = arrival.visit;
    await deps.administrators.welcome(account, standing, consoleActor(ctx, standing, account));
    seeOther(ctx, arrival.path);
  });
  router.get(SIGNED_OUT, (ctx) => showDoor(deps, ctx, 'signed-out'));
  // The console ends with the session in which it was opened: what somebody has copied of it is worth nothing then.
  desk.form(
    SIGN_OUT,
    { need: 'read', from: () => HOME, show: async ({ ctx }) => seeOther(ctx, HOME) },
    async (here) => {
      await deps.sessions.end(here.administrator.account.id, here.sessionId, callerOf(here.ctx));
      deps.passes.drop(here.ctx);
      seeOther(here.ctx, SIGNED_OUT);
    },
  );
}
