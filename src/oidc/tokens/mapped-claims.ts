import type { Provider } from 'oidc-provider';
import { withMapped } from '../../domain/claim-mapping.ts';
import { tokenRulesOf } from '../client-metadata.ts';

/**
 * Says claims by the names that a client has given them, wherever claims are said: in ID tokens of every way of signing in, and
 * at `/me`. What scopes, the `claims` parameter and the person have not released is not there to be said by another name.
 */
export function releaseMappedClaims(provider: Provider): void {
  const claims = provider.Claims.prototype as unknown as {
    readonly client: object;
    result(): Promise<Readonly<Record<string, unknown>>>;
  };
  const { result } = claims;
  claims.result = async function mapped(this: typeof claims) {
    return withMapped(await result.call(this), tokenRulesOf(this.client).claims);
  };
}
