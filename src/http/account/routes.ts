import Router from '@koa/router';
import { primaryOf } from '../../domain/account.ts';
import { ACCOUNT_CLIENT_ID } from '../../domain/own-clients.ts';
import { readable } from '../../interaction/identifier-field.ts';
import type { Views } from '../../ports/views.ts';
import { SIGNED_IN_PATH } from '../../services/clients/own-clients.ts';
import type { FormGuard } from '../form-guard.ts';
import type { BodyLimits } from '../middleware/form-body.ts';
import type { PageFrames } from '../page-frame.ts';
import { seeOther } from '../signin/routes.ts';
import { createDesk, type Desk, type ShowPage, shownProblem } from './desk.ts';
import { doneBefore } from './done.ts';
import { attendHold, type HoldDeps, holdModel } from './hold.ts';
import { addPage, attendIdentifiers, createKeys, type IdentifierDeps, OVERVIEW } from './identifiers.ts';
import { attendProof, type ProofDeps } from './proof.ts';
import { attendSessions, SESSIONS, type SessionDeps } from './sessions.ts';
import { createVisits } from './visit.ts';

export interface AccountDeps
  extends IdentifierDeps,
    ProofDeps,
    SessionDeps,
    Omit<HoldDeps, 'profile'>,
    Omit<Parameters<typeof createVisits>[0], 'frames' | 'sessions'> {
  readonly guard: FormGuard;
  readonly views: Views;
  readonly frames: PageFrames;
  readonly body: BodyLimits;
}

const DELETE = '/account/delete';
const DELETED = '/account/deleted';

/** Where people look after their account: what they sign in with, where they are signed in, and the way out. */
export function accountRoutes(deps: AccountDeps): Router {
  const router = new Router();
  const visits = createVisits(deps);
  const desk = createDesk(router, { ...deps, visits });
  const showOverview = overviewOf(desk, deps);
  router.get(SIGNED_IN_PATH, async (ctx) => seeOther(ctx, await visits.returned(ctx)));
  desk.page(OVERVIEW, 'session', showOverview);
  attendIdentifiers(desk, showOverview, deps);
  attendProof(desk, addPage(desk, deps), deps);
  attendSessions(desk, deps);
  attendHold(desk, showOverview, deps);
  attendDeletion(desk, deps);
  router.get(DELETED, (ctx) => desk.render(ctx, 'accountDeleted', {}, null));
  return router;
}

const overviewOf = (desk: Desk, deps: AccountDeps): ShowPage => {
  const keys = createKeys(deps.limits);
  return async (here, problem) => {
    const { identifiers, id } = here.account;
    const ofChannel = (channel: string): number => identifiers.filter((entry) => entry.channel === channel).length;
    const model = {
      identifiers: identifiers.map((entry) => ({
        channel: entry.channel,
        value: readable(entry),
        verifiedAt: entry.verifiedAt === null ? null : new Date(entry.verifiedAt).toISOString(),
        primary: entry.primary,
        makePrimary: entry.primary || ofChannel(entry.channel) === 1 ? null : here.form(keys.pathOf(entry, 'primary')),
        removeUrl: identifiers.length === 1 ? null : keys.pathOf(entry, 'remove'),
      })),
      addUrl: '/account/add',
      numbers: deps.channels.includes('sms'),
      sessionsUrl: SESSIONS,
      deleteUrl: DELETE,
      hold: holdModel(here, deps),
      signOutUrl: `/session/end?${new URLSearchParams({ client_id: ACCOUNT_CLIENT_ID })}`,
      sessions: (await deps.sessions.list(id)).length,
      done: problem === null ? doneBefore(here.ctx) : null,
      problem: shownProblem(problem),
    };
    desk.render(here.ctx, 'accountOverview', model, problem);
  };
};

function attendDeletion(desk: Desk, { profile }: AccountDeps): void {
  const show =
    (unsure: boolean): ShowPage =>
    async (here, problem) => {
      const { account, form } = here;
      const label = primaryOf(account, 'email') ?? primaryOf(account, 'sms');
      const model = {
        overviewUrl: OVERVIEW,
        form: form(DELETE),
        label: label === undefined ? '' : readable(label),
        unsure,
      };
      desk.render(here.ctx, 'accountDelete', { ...model, problem: shownProblem(problem) }, problem);
    };
  desk.page(DELETE, 'fresh', show(false));
  desk.form(DELETE, { need: 'fresh', from: () => DELETE, show: show(false) }, async (here) => {
    if (here.fields.sure !== 'yes') return show(true)(here, null);
    await profile.remove(here.account, here.change);
    seeOther(here.ctx, DELETED);
  });
}
