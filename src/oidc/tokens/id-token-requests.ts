import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ownMetadata } from '../client-metadata.ts';
import { isOfTicket } from '../tickets/check.ts';

const ID_TOKEN = 'id_token';

/**
 * Browsers get codes and nothing else. The one exception is a sign-in that was proven over an API by a client that an
 * administrator gave the permission (contracts.md §4.2): nobody but the client could begin it, so that the ID token answers
 * no request of a stranger. It has a nonce of the client's in it (OpenID Connect Core §3.2.2.1). For everybody else the
 * response type does not exist, and discovery does not list it.
 */
export function boundIdTokenRequests(provider: Provider): void {
  const client = provider.Client.prototype;
  const { responseTypeAllowed } = client;
  client.responseTypeAllowed = function allowed(this: typeof client, type) {
    if (type !== ID_TOKEN) return responseTypeAllowed.call(this, type);
    const { ctx } = Provider;
    if (ctx === undefined || !isOfTicket(ctx) || !ownMetadata(this, 'id_tokens')) {
      throw new errors.UnsupportedResponseType();
    }
    return true;
  };
  provider.use(async (ctx, next) => {
    await next();
    const { route } = (ctx as unknown as KoaContextWithOIDC).oidc ?? {};
    if (route === 'discovery' && ctx.status === 200) ctx.body = withoutIdTokens(ctx.body as Metadata);
  });
}

type Metadata = Readonly<Record<string, unknown>> & {
  readonly response_types_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
};

const withoutIdTokens = (metadata: Metadata): Metadata => ({
  ...metadata,
  response_types_supported: metadata.response_types_supported.filter((type) => type !== ID_TOKEN),
  // The engine's name for what is answered without a token request.
  grant_types_supported: metadata.grant_types_supported.filter((type) => type !== 'implicit'),
});
