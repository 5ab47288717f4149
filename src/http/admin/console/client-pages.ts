import type { Client } from '../../../domain/client.ts';
import type { ClientAdminPages, ShownQuickStart } from '../../../ports/views/admin-clients.ts';
import type { QuickStart } from '../../../services/clients/quick-starts.ts';

export const CLIENTS = '/admin/clients';

/** Where a client is looked at, and what is done with it. */
export const clientPath = (id: string, deed?: string): string =>
  `${CLIENTS}/${encodeURIComponent(id)}${deed === undefined ? '' : `/${deed}`}`;

export const listed = (client: Client): ClientAdminPages['clients/list']['clients'][number] => ({
  id: client.id,
  href: clientPath(client.id),
  name: client.name,
  type: client.type,
  source: client.source,
  isFirstParty: client.firstParty,
  isDisabled: client.disabled,
});

/** A quick start as it is pasted: the secret first, which only its reader has. */
export const shownQuickStart = ({ name, files, commands, secret, ...start }: QuickStart): ShownQuickStart => ({
  name,
  files,
  commands: [...(secret === null ? [] : [secret]), ...commands].join('\n'),
  redirectUri: start.redirectUri,
  missingRedirectUri: start.missingRedirectUri,
});
