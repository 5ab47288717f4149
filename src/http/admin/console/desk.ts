import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Account } from '../../../domain/account.ts';
import { ADMIN_ROLES, type AdminRight, mayDo } from '../../../domain/administration.ts';
import { isProblem, Problem } from '../../../domain/errors.ts';
import { maskIdentifier } from '../../../domain/identifier.ts';
import type { ConsoleSection } from '../../../ports/views/admin-frame.ts';
import type { ConsolePages } from '../../../ports/views/admin-pages.ts';
import type { Views } from '../../../ports/views.ts';
import type { AdminActor } from '../../../services/administration/admin-actor.ts';
import type { Standing } from '../../../services/administration/administrators.ts';
import type { Audit } from '../../../services/trail/audit.ts';
import { type Attended, createDeskAt, type DeskOf, type Door, type Submitted } from '../../desk.ts';
import type { FormGuard } from '../../form-guard.ts';
import type { BodyLimits } from '../../middleware/form-body.ts';
import { callerOf, requestIdOf } from '../../middleware/request-context.ts';
import { type ConsoleVisit, type ConsoleVisits, HOME } from './visits.ts';

/** An administrator at the console. */
export interface ConsoleVisitor {
  readonly administrator: Standing & { readonly account: Account };
  /** The same for every use case. */
  readonly actor: AdminActor;
  /** What the engine's session is called, with which the console ends. */
  readonly sessionId: string;
  /** Whether their role allows it: what would be refused is not offered. */
  may(right: AdminRight): boolean;
}

/** One request of an administrator. */
export type ConsoleAttendance = Attended<ConsoleVisitor>;

/** One submitted form of theirs. */
export type ConsoleSubmission = Submitted<ConsoleVisitor>;

/** How the pages of the console are attended to, each for whoever has the right. */
export interface ConsoleDesk extends DeskOf<ConsoleVisitor, AdminRight> {
  /** @param options.problem decides the status; left out, all is well */
  render<Name extends keyof ConsolePages>(
    here: ConsoleAttendance,
    name: Name,
    model: ConsolePages[Name],
    options: { readonly active: ConsoleSection | null; readonly problem?: Problem | null },
  ): void;
}

export interface ConsoleDeskDeps {
  readonly visits: ConsoleVisits;
  readonly guard: FormGuard;
  readonly views: Views;
  readonly audit: Audit;
  readonly body: BodyLimits;
  readonly issuer: string;
  readonly service: string;
  readonly development: boolean;
  /** Tells somebody who is signed in that they are no administrator. */
  readonly turnAway: (ctx: Context, account: Account) => void;
}

export const SIGN_OUT = `${HOME}/sign-out`;

export function createConsoleDesk(router: Router, deps: ConsoleDeskDeps): ConsoleDesk {
  const render = createRender(deps);
  return { ...createDeskAt(router, { ...deps, door: doorOf(deps, render) }), render };
}

/** Who administers by the console, for the audit trail. */
export const consoleActor = (ctx: Context, { email, role }: Standing, { id }: Account): AdminActor => ({
  name: `console:${maskIdentifier({ channel: 'email', value: email })} (${id})`,
  caller: callerOf(ctx),
  owns: mayDo(role, 'own'),
});

const visitorOf = (ctx: Context, standing: Standing, { account, open }: ConsoleVisit): ConsoleVisitor => ({
  administrator: { ...standing, account },
  actor: consoleActor(ctx, standing, account),
  sessionId: open.sessionId,
  may: (right) => mayDo(standing.role, right),
});

const doorOf = (deps: ConsoleDeskDeps, render: ConsoleDesk['render']): Door<ConsoleVisitor, AdminRight> => ({
  async admit(ctx, _right, back) {
    // Another site's form comes without the cookie: it must not be taken for somebody who has to sign in, and close what is open.
    if (ctx.method === 'POST') deps.guard.checkSite(ctx);
    const visit = await deps.visits.of(ctx);
    if (visit === null) {
      deps.visits.signIn(ctx, back);
      return null;
    }
    if (visit.standing !== null) return visitorOf(ctx, visit.standing, visit);
    deps.turnAway(ctx, visit.account);
    return null;
  },
  suffices(here, right) {
    if (here.may(right)) return true;
    refuseRight(deps, render, here, right);
    return false;
  },
  subjectOf: ({ administrator, sessionId }) => `console:${administrator.account.id}:${sessionId}`,
  isMendable: ({ status }) => [400, 409, 412, 422, 429].includes(status),
  tell(here, problem) {
    // Of what their role allows, some takes an owner: it depends on whom it would be done to.
    if (isProblem(problem, 'permission_missing')) refuseRight(deps, render, here, 'own');
    else refuse(render, here, problem, null);
  },
});

function refuseRight(
  { audit }: ConsoleDeskDeps,
  render: ConsoleDesk['render'],
  here: ConsoleAttendance,
  right: AdminRight,
): void {
  const { account, role } = here.administrator;
  const reason = `${role} may not ${right}`;
  audit.record({ type: 'administrator.refused', by: here.actor, accountId: account.id, reason });
  const needed = ADMIN_ROLES.findLast((other) => mayDo(other, right)) ?? 'owner';
  refuse(render, here, new Problem('permission_missing'), needed);
}

const refuse = (
  render: ConsoleDesk['render'],
  here: ConsoleAttendance,
  problem: Problem,
  needed: ConsolePages['refused']['needed'],
): void =>
  render(
    here,
    'refused',
    {
      status: problem.status,
      error: problem.code,
      needed,
      requestId: requestIdOf(here.ctx),
      back: { href: HOME, label: 'To the overview' },
    },
    { active: null, problem },
  );

const createRender =
  ({ views, issuer, service, development }: ConsoleDeskDeps): ConsoleDesk['render'] =>
  ({ ctx, administrator, form }, name, model, { active, problem = null }) => {
    const { email, role } = administrator;
    ctx.status = problem?.status ?? 200;
    if (problem?.retryAfter !== undefined) ctx.set('retry-after', String(problem.retryAfter));
    ctx.type = 'html';
    const signOut = form(SIGN_OUT);
    const frame = { administrator: { email, role }, active, service, issuer, development, signOut };
    ctx.body = views.console(name, frame, model);
  };
