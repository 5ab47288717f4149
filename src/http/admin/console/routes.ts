import Router from '@koa/router';
import { Problem } from '../../../domain/errors.ts';
import { CONSOLE_CLIENT_ID } from '../../../domain/own-clients.ts';
import { CONSOLE_SIGNED_IN_PATH } from '../../../services/clients/own-clients.ts';
import type { Vault } from '../../../services/vault.ts';
import { createEntrance } from '../../entrance.ts';
import { type ConsoleDesk, type ConsoleDeskDeps, createConsoleDesk } from './desk.ts';
import { attendDoor, createTurnAway, type DoorDeps } from './door.ts';
import { createConsoleVisits, type VisitDeps } from './visits.ts';

/** Pages about one matter, attended to at the desk of the console. */
export type ConsoleChapter = (desk: ConsoleDesk) => void;

export interface ConsoleDeps
  extends Omit<ConsoleDeskDeps, 'visits' | 'turnAway'>,
    Omit<DoorDeps, 'visits' | 'administrators' | 'sessions'>,
    Omit<VisitDeps, 'entrance' | 'administrators' | 'sessions'> {
  readonly administrators: VisitDeps['administrators'] & DoorDeps['administrators'];
  readonly sessions: VisitDeps['sessions'] & DoorDeps['sessions'];
  readonly vault: Vault;
}

const DESTINATION = {
  clientId: CONSOLE_CLIENT_ID,
  returnPath: CONSOLE_SIGNED_IN_PATH,
  context: 'console-return',
};

/** Everything below `/admin` but the Admin API. */
const ELSEWHERE = /^\/admin(?:\/(?!api(?:\/|$)).*)?$/;

/** The console: who comes in, its chapters, and a page of its own for what is in none of them. */
export function consoleRoutes(deps: ConsoleDeps, chapters: readonly ConsoleChapter[]): Router {
  const router = new Router();
  const visits = createConsoleVisits({ ...deps, entrance: createEntrance(deps, DESTINATION) });
  const turnAway = createTurnAway(deps);
  const desk = createConsoleDesk(router, { ...deps, visits, turnAway });
  attendDoor(router, desk, turnAway, { ...deps, visits });
  for (const attend of chapters) attend(desk);
  desk.page(ELSEWHERE, 'read', async () => {
    throw new Problem('not_found');
  });
  return router;
}
