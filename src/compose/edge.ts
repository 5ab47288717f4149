import type { Config } from '../config/schema.ts';
import { createKnownBrowsers } from '../http/cookies/known-browsers.ts';
import { createRememberedDevices } from '../http/cookies/remembered-devices.ts';
import { createFormGuard } from '../http/form-guard.ts';
import { createPageFrames } from '../http/page-frame.ts';
import { createWaysBack } from '../http/signin/way-back.ts';
import type { World } from './world.ts';

/** What pages and the engine share at the edge. */
export function composeEdge(config: Config, world: World) {
  const secure = config.issuer.startsWith('https:');
  const development = config.environment === 'development';
  const { service, locale } = config;
  return {
    development,
    frames: createPageFrames({ ...world, service, locale, development }),
    knownBrowsers: createKnownBrowsers({ ...world, secure }),
    rememberedDevices: createRememberedDevices({ ...world, secure, days: config.secondFactor.rememberDays }),
    waysBack: createWaysBack({ ...world, secure }),
    guard: createFormGuard(world.vault, config.issuer),
  };
}

export type Edge = ReturnType<typeof composeEdge>;
