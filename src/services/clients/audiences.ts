import type { Resource } from '../../domain/resource.ts';
import type { SigningAlgorithm } from '../../domain/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ResourceStore } from '../../ports/store/resources.ts';
import { createBriefCache } from '../brief-cache.ts';
import { digestOf } from '../vault.ts';

/** What is known of those that access tokens are asked for. */
export interface Audiences {
  /**
   * The resource that is registered for an audience, at most five seconds old; null where none is. Its tokens can be signed:
   * there is a key of its algorithm, and this node knows it.
   */
  find(audience: string): Promise<Resource | null>;
  /** Read anew, because it has changed. Other nodes notice within five seconds. */
  forget(audience: string): void;
}

interface Deps {
  readonly store: { readonly resources: ResourceStore };
  readonly clock: Clock;
  readonly signingKeys: { ensure(alg: SigningAlgorithm): Promise<void> };
}

/** The id of a resource: whoever comes first with an audience has it, in whatever store (RFC 8707 §2). */
export const resourceIdOf = (audience: string): string => `resource_${digestOf(audience).slice(0, 22)}`;

export function createAudiences(deps: Deps): Audiences {
  const cache = createBriefCache<Resource | null>(deps.clock);
  return {
    async find(audience) {
      const cached = cache.get(audience);
      if (cached !== undefined) return cached;
      const resource = await deps.store.resources.find(resourceIdOf(audience));
      if (resource?.accessTokenFormat === 'jwt') await deps.signingKeys.ensure(resource.signingAlg);
      cache.set(audience, resource);
      return resource;
    },
    forget: cache.forget,
  };
}
