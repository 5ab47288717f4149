import type { Config } from '../config/schema.ts';
import { REGISTRATION_PATH } from '../http/admin/registration/routes.ts';
import { createEnginePages } from '../oidc/pages.ts';
import { createProvider } from '../oidc/provider.ts';
import type { Edge } from './edge.ts';
import { channelsOf, type Services } from './services.ts';
import type { World } from './world.ts';

/** The authorization engine; with it services can do what only the engine can, such as to tell clients of a logout. */
export function composeEngine(config: Config, world: World, services: Services, edge: Edge) {
  const { frame } = edge.frames;
  return createProvider({
    ...world,
    ...services,
    store: world.asked,
    issuer: config.issuer,
    pages: createEnginePages({ ...world, ...services, ...edge, frame }),
    lifetimes: {
      ...config.tokens,
      interactionSeconds: config.interaction.lifetimeSeconds,
      sessionSeconds: config.session.lifetimeSeconds,
    },
    refreshReuseSeconds: config.tokens.refreshReuseSeconds,
    locales: world.views.locales,
    interactionBegins: edge.waysBack.begin,
    channels: channelsOf(config, world),
    deviceTokens: edge.rememberedDevices.read,
    registrationEndpoint: config.registration.enabled ? `${config.issuer}${REGISTRATION_PATH}` : null,
  });
}
