import { isPublic } from '../../domain/client.ts';
import {
  type QuickStartClient,
  type QuickStartName,
  quickStartRedirect,
  quickStartsFor,
} from '../../domain/quick-start.ts';
import type { RenderedQuickStart } from '../../ports/views/quick-starts.ts';
import type { Views } from '../../ports/views.ts';

/** A quick start for one client, with its real ids and without its secret. */
export interface QuickStart extends RenderedQuickStart {
  readonly name: QuickStartName;
  /** Null where no browser comes back, as with `client_credentials`. */
  readonly redirectUri: string | null;
  /** The redirect URI that has to be registered before this works; null when nothing is missing. */
  readonly missingRedirectUri: string | null;
  /** The line that gives the program the secret, to be filled in; null for public clients. */
  readonly secret: string | null;
}

const SECRET_LINE = "export CLIENT_SECRET='the secret of the client'";

/**
 * Programs to paste for those who register clients.
 *
 * @returns the quick starts that fit a client, the most likely one first
 */
export const createQuickStarts =
  (deps: { readonly views: Pick<Views, 'quickStart'>; readonly issuer: string; readonly service: string }) =>
  (client: QuickStartClient): QuickStart[] =>
    quickStartsFor(client).map((name) => {
      const confidential = !isPublic(client);
      const redirect = quickStartRedirect(name, client);
      const machine = name === 'curl-machine';
      const model = {
        service: deps.service,
        issuer: deps.issuer,
        clientId: client.id,
        confidential,
        // Refresh tokens are asked for by applications that keep them.
        scopes: client.scopes.filter((scope) => scope !== 'offline_access' && !(machine && scope === 'openid')),
        redirectUri: redirect.uri,
        resource: client.resources[0] ?? null,
      };
      return {
        name,
        ...deps.views.quickStart(name, model),
        redirectUri: machine ? null : redirect.uri,
        missingRedirectUri: machine || redirect.registered ? null : redirect.uri,
        secret: confidential ? SECRET_LINE : null,
      };
    });

export type QuickStarts = ReturnType<typeof createQuickStarts>;
