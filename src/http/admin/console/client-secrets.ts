import type { Client } from '../../../domain/client.ts';
import type { ClientAdminPages } from '../../../ports/views/admin-clients.ts';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import type { ShownOnce } from '../../cookies/shown-once.ts';
import { seeOther } from '../../signin/routes.ts';
import { CLIENTS, clientPath } from './client-pages.ts';
import { registered } from './clients.ts';
import type { ConsoleSubmission } from './desk.ts';
import type { ConsoleChapter } from './routes.ts';

/** What a client was given, and on which occasion. */
type Given = Pick<ClientAdminPages['clients/secret'], 'secret' | 'kind'>;

const pageOf = (id: string): string => clientPath(id, 'credentials');

/** Leads to the page that shows a secret, for the only time. @param secret null for a client that keeps none */
export function toSecret(
  shownOnce: ShownOnce,
  here: ConsoleSubmission,
  { id }: Client,
  secret: string | null,
  kind: Given['kind'],
): void {
  shownOnce.put(here.ctx, here.sessionId, pageOf(id), JSON.stringify({ secret, kind } satisfies Given));
  seeOther(here.ctx, pageOf(id));
}

/** A page that nobody sees a second time: whoever comes again is led to the client. */
export const clientSecretChapter =
  (deps: { readonly clientRegistry: ClientRegistry; readonly shownOnce: ShownOnce }): ConsoleChapter =>
  (desk) =>
    desk.page(`${CLIENTS}/:id/credentials`, 'write', async (here) => {
      const { id, name } = await registered(deps.clientRegistry, here);
      const given = deps.shownOnce.take(here.ctx, here.sessionId);
      if (given === null) return seeOther(here.ctx, clientPath(id));
      const model = { name, id, href: clientPath(id), ...(JSON.parse(given) as Given) };
      desk.render(here, 'clients/secret', model, { active: 'clients' });
    });
