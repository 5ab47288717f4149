import { declarationOf } from '../../../config/client-declaration.ts';
import { redirectUriWords } from '../../../config/schema/client.ts';
import type { Client } from '../../../domain/client.ts';
import { Problem } from '../../../domain/errors.ts';
import { isOwnClient } from '../../../domain/own-clients.ts';
import { redirectUriFault } from '../../../domain/redirect-uri.ts';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import type { QuickStarts } from '../../../services/clients/quick-starts.ts';
import type { Trail } from '../../../services/trail/trail.ts';
import { CLIENTS, clientPath, listed, shownQuickStart } from './client-pages.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { listWays, PAGE_SIZE, withQuery } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';
import { EVENTS, shownEvent } from './shown-event.ts';

export interface ClientChapterDeps {
  readonly clientRegistry: ClientRegistry;
  readonly quickStarts: QuickStarts;
  readonly trail: Pick<Trail, 'page'>;
}

/** How many events a page about one client shows. */
const NEWEST = 10;

/** Where the form asks about a redirect URI while it is typed. */
const CHECK = '/admin/redirect-uri-check';

/** Applications: found, looked at, taken along. */
export const clientChapter =
  (deps: ClientChapterDeps): ConsoleChapter =>
  (desk) => {
    const { clientRegistry } = deps;
    desk.page(CLIENTS, 'read', (here) => showList(desk, here, clientRegistry));
    desk.page(CHECK, 'read', async ({ ctx, query: { uri = '', type } }) => {
      const fault = redirectUriFault(uri, type === 'native');
      ctx.body = { problem: fault === null ? null : redirectUriWords(uri, fault) };
    });
    desk.page(`${CLIENTS}/:id`, 'read', async (here) =>
      showOne(desk, here, await registered(clientRegistry, here), deps),
    );
    desk.page(`${CLIENTS}/:id/declaration.json`, 'read', async (here) => {
      const client = await registered(clientRegistry, here);
      here.ctx.set('content-disposition', 'attachment; filename="client.json"');
      here.ctx.type = 'json';
      here.ctx.body = `${JSON.stringify({ clients: [declarationOf(client)] }, null, 2)}\n`;
    });
  };

/** The client of the path; those of the server itself are nobody's to look after. @throws Problem `not_found` */
export async function registered(
  registry: Pick<ClientRegistry, 'read'>,
  { params: { id = '' } }: Pick<ConsoleAttendance, 'params'>,
): Promise<Client> {
  if (isOwnClient(id)) throw new Problem('not_found');
  return registry.read(id);
}

async function showList(desk: ConsoleDesk, here: ConsoleAttendance, registry: ClientRegistry): Promise<void> {
  const { q: search = '', cursor, done = null } = here.query;
  const found = await registry.list(search.slice(0, 128), cursor ?? null, PAGE_SIZE + 1);
  const page = found.slice(0, PAGE_SIZE);
  const next = found.length > PAGE_SIZE ? (page.at(-1)?.id ?? null) : null;
  const model = {
    clients: page.filter(({ id }) => !isOwnClient(id)).map(listed),
    search,
    ways: listWays(CLIENTS, { q: search }, cursor, next),
    mayWrite: here.may('write'),
    done,
  };
  desk.render(here, 'clients/list', model, { active: 'clients' });
}

async function showOne(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  client: Client,
  { quickStarts, trail }: ClientChapterDeps,
): Promise<void> {
  const { events } = await trail.page({ clientId: client.id }, null, NEWEST);
  const model = {
    ...listed(client),
    createdAt: new Date(client.createdAt).toISOString(),
    updatedAt: new Date(client.updatedAt).toISOString(),
    version: client.version,
    redirectUris: client.redirectUris,
    scopes: client.scopes,
    secrets: client.secrets.map(({ createdAt }) => ({ at: new Date(createdAt).toISOString() })),
    quickStarts: quickStarts(client).map(shownQuickStart),
    events: events.map(shownEvent),
    eventsHref: withQuery(EVENTS, { client: client.id }),
    settingsHref: clientPath(client.id, 'settings'),
    brandingHref: clientPath(client.id, 'branding'),
    exportHref: clientPath(client.id, 'declaration.json'),
    deeds: here.may('write') && client.source !== 'configuration' ? deedsOf(here, client) : null,
    done: here.query.done ?? null,
  };
  desk.render(here, 'clients/one', model, { active: 'clients' });
}

const deedsOf = (here: ConsoleAttendance, { id, source, secrets, disabled }: Client) => ({
  verifyHref: source === 'registration' ? clientPath(id, 'verify') : null,
  secretHref: secrets.length === 0 ? null : clientPath(id, 'secret'),
  disableHref: disabled ? null : clientPath(id, 'disable'),
  enable: disabled ? here.form(clientPath(id, 'enable')) : null,
  deleteHref: clientPath(id, 'delete'),
});
