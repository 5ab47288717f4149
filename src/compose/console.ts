import type { Config } from '../config/schema.ts';
import type { Channel } from '../domain/identifier.ts';
import { type ConsoleChapter, consoleRoutes } from '../http/admin/console/routes.ts';
import { createConsolePasses } from '../http/cookies/console-passes.ts';
import type { Engine } from '../interaction/engine.ts';
import type { Edge } from './edge.ts';
import type { Services } from './services.ts';
import type { World } from './world.ts';

/** What the console is made of besides the use cases. */
export interface ConsoleParts extends Services, Edge {
  readonly engine: Engine;
  readonly channels: readonly Channel[];
}

/** The console over the same use cases as the Admin API. */
export function composeConsole(config: Config, world: World, parts: ConsoleParts): ReturnType<typeof consoleRoutes> {
  const { issuer, service } = config;
  const secure = issuer.startsWith('https:');
  const deps = { ...world, ...parts, issuer, service, rules: config.admin, body: config.limits };
  const now = (): number => world.clock.now();
  return consoleRoutes({ ...deps, passes: createConsolePasses({ ...world, secure }), now }, chaptersOf());
}

/** The chapters, in the order in which their paths are tried. */
const chaptersOf = (): ConsoleChapter[] => [];
