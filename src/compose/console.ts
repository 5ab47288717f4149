import { demoClients } from '../config/demo.ts';
import type { Config } from '../config/schema.ts';
import type { Channel } from '../domain/identifier.ts';
import { accessChapter } from '../http/admin/console/access.ts';
import { accountChapter } from '../http/admin/console/account.ts';
import { accountsChapter } from '../http/admin/console/accounts.ts';
import { administratorChapter } from '../http/admin/console/administrators.ts';
import { budgetChapter } from '../http/admin/console/budgets.ts';
import { clientBrandingChapter } from '../http/admin/console/client-branding.ts';
import { clientDeedChapter } from '../http/admin/console/client-deeds.ts';
import { clientFormChapter } from '../http/admin/console/client-forms.ts';
import { clientSecretChapter } from '../http/admin/console/client-secrets.ts';
import { clientChapter } from '../http/admin/console/clients.ts';
import { eventChapter } from '../http/admin/console/events.ts';
import { messageChapter } from '../http/admin/console/messages.ts';
import { organizationChapter } from '../http/admin/console/organizations.ts';
import { overviewChapter } from '../http/admin/console/overview.ts';
import { resourceChapter } from '../http/admin/console/resources.ts';
import { type ConsoleChapter, consoleRoutes } from '../http/admin/console/routes.ts';
import { signingKeyChapter } from '../http/admin/console/signing-keys.ts';
import { createConsolePasses } from '../http/cookies/console-passes.ts';
import { createShownOnce, type ShownOnce } from '../http/cookies/shown-once.ts';
import { createIdentifierKeys } from '../http/identifier-keys.ts';
import type { Engine } from '../interaction/engine.ts';
import { createBrandingPreview } from '../services/clients/branding-preview.ts';
import { createQuickStarts } from '../services/clients/quick-starts.ts';
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
  const shownOnce = createShownOnce({ ...world, secure, now });
  const chapters = chaptersOf({ ...deps, shownOnce, now }, config);
  return consoleRoutes({ ...deps, passes: createConsolePasses({ ...world, secure }), now }, chapters);
}

const brandingPreviewOf = ({ service, issuer, locale, sms }: Config, { views, channels }: World & ConsoleParts) =>
  createBrandingPreview({ views, channels, service, issuer, locale, countries: sms.countries });

interface ChapterParts extends World, ConsoleParts {
  readonly shownOnce: ShownOnce;
  readonly now: () => number;
}

/** The chapters, in the order in which their paths are tried. */
function chaptersOf(deps: ChapterParts, config: Config): ConsoleChapter[] {
  const { asked } = deps;
  const people = { ...deps, keys: createIdentifierKeys(deps.limits), accounts: asked.accounts };
  const demo = config.demo ? demoClients(config.port).map(({ id }) => id) : [];
  return [
    overviewChapter({ ...deps, clients: asked.clients, demo }),
    accountsChapter(people),
    accountChapter(people),
    organizationChapter(people),
    resourceChapter(deps),
    clientFormChapter(deps),
    clientDeedChapter(deps),
    clientSecretChapter(deps),
    clientBrandingChapter({ ...deps, brandingPreview: brandingPreviewOf(config, deps) }),
    clientChapter({ ...deps, quickStarts: createQuickStarts({ ...deps, ...config }) }),
    eventChapter(deps),
    messageChapter(deps),
    budgetChapter(deps),
    accessChapter({ ...deps, issuer: config.issuer }),
    administratorChapter(deps),
    signingKeyChapter(deps),
  ];
}
