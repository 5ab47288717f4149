import { errors } from 'oidc-provider';
import type { AcrRequest } from '../../domain/assurance.ts';

/** The parameters of an authorization request that have to do with it. */
interface AcrParameters {
  readonly claims?: unknown;
  readonly acr_values?: unknown;
}

interface AcrClaim {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

/**
 * Which authentication contexts a request asks for. Read from the parameters themselves, because the engine lets
 * `acr_values` replace an essential claim.
 *
 * @throws errors.InvalidRequest when an essential claim lists values in a shape nobody understands
 */
export function acrRequestOf(params: AcrParameters): AcrRequest {
  const claim = acrClaimOf(params.claims);
  const named = claim === null ? null : valuesOf(claim);
  const wished = typeof params.acr_values === 'string' ? params.acr_values.split(' ') : [];
  return claim?.essential === true
    ? { essential: named, voluntary: wished }
    : { essential: null, voluntary: [...(named ?? []), ...wished] };
}

/** The engine has checked that `claims` is JSON, an object, and `id_token` in it too. */
function acrClaimOf(claims: unknown): AcrClaim | null {
  if (typeof claims !== 'string') return null;
  const { id_token: asked } = JSON.parse(claims) as { id_token?: { acr?: unknown } };
  const acr = asked?.acr;
  return typeof acr === 'object' && acr !== null ? acr : null;
}

/** @returns null when the claim names no values: any will do */
function valuesOf({ essential, value, values }: AcrClaim): string[] | null {
  if (values === undefined || values === null) return value === undefined ? null : strings([value]);
  if (Array.isArray(values)) return strings(values);
  if (essential !== true) return null;
  throw new errors.InvalidRequest('invalid claims.id_token.acr.values type');
}

const strings = (values: readonly unknown[]): string[] => values.filter((value) => typeof value === 'string');
