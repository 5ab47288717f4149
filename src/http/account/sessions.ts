import { describedBrowser } from '../../domain/browser-name.ts';
import type { Engine } from '../../interaction/engine.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { Devices } from '../../services/people/devices.ts';
import type { Session, Sessions } from '../../services/sessions.ts';
import { seeOther } from '../signin/routes.ts';
import { type Attendance, type Desk, type ShowPage, shownProblem } from './desk.ts';
import { doneBefore } from './done.ts';
import { OVERVIEW } from './identifiers.ts';

export interface SessionDeps {
  readonly engine: Engine;
  readonly devices: Devices;
  readonly sessions: Sessions;
  readonly clients: Clients;
  readonly now: () => number;
}

export const SESSIONS = '/account/sessions';

/** Where somebody is signed in, and which browsers skip the second factor. */
export function attendSessions(desk: Desk, deps: SessionDeps): void {
  const show: ShowPage = async (here, problem) => {
    const model = await sessionsModel(deps, here);
    desk.render(here.ctx, 'accountSessions', { ...model, problem: shownProblem(problem) }, problem);
  };
  const options = { need: 'fresh', from: () => SESSIONS, show } as const;
  desk.page(SESSIONS, 'session', show);
  desk.form(`${SESSIONS}/:id/end`, options, async ({ ctx, account, params, change }) => {
    await deps.sessions.end(account.id, params.id ?? '', change.caller);
    seeOther(ctx, `${SESSIONS}?done=ended`);
  });
  desk.form(`${SESSIONS}/end-others`, options, async ({ ctx, account, change }) => {
    const kept = await deps.engine.sessionId(ctx.req, ctx.res);
    if (kept !== null) await deps.sessions.endOthers(account.id, kept, change.caller);
    seeOther(ctx, `${SESSIONS}?done=ended_others`);
  });
  desk.form('/account/devices/:id/forget', options, async ({ ctx, account, params, change }) => {
    await deps.devices.forget(account.id, params.id ?? '', change);
    seeOther(ctx, `${SESSIONS}?done=forgotten`);
  });
}

async function sessionsModel({ engine, sessions, clients, now }: SessionDeps, here: Attendance) {
  const current = await engine.sessionId(here.ctx.req, here.ctx.res);
  const all = await sessions.list(here.account.id);
  const own = all.filter(({ id }) => id === current);
  const others = all.filter(({ id }) => id !== current);
  const shown = async ({ id, browser, network, clientId, signedInAt }: Session) => ({
    name: browser,
    network,
    application: clientId === null ? null : ((await clients.find(clientId))?.name ?? null),
    signedInAt: new Date(signedInAt).toISOString(),
    end: id === current ? null : here.form(`${SESSIONS}/${encodeURIComponent(id)}/end`),
  });
  return {
    overviewUrl: OVERVIEW,
    sessions: await Promise.all([...own, ...others].map(shown)),
    endOthers: others.length === 0 ? null : here.form(`${SESSIONS}/end-others`),
    devices: here.account.devices
      .filter(({ expiresAt }) => expiresAt > now())
      .map(({ id, name, createdAt, expiresAt }) => ({
        name: describedBrowser(name),
        createdAt: new Date(createdAt).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
        forget: here.form(`/account/devices/${encodeURIComponent(id)}/forget`),
      })),
    done: doneBefore(here.ctx),
  };
}
