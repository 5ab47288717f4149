import type { Configuration, ResourceServer } from 'oidc-provider';
import { tokenRulesOf } from '../client-metadata.ts';

/** Configured lifetimes, all in seconds. */
export interface LifetimeRules {
  readonly interactionSeconds: number;
  readonly sessionSeconds: number;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly clientCredentialsSeconds: number;
  readonly authorizationCodeSeconds: number;
  readonly refreshTokenSeconds: number;
  /** From the first token of a family on, whatever was rotated since. */
  readonly refreshTokenAbsoluteSeconds: number;
}

const DAY = 24 * 3600;

/**
 * How long each artifact lives. A rotation never outlives its family, a session never its sign-in. What a client has of its own
 * goes before what the installation has, and what the resource that an access token is for goes before both; refresh tokens
 * never live longer than grants do.
 */
export const createLifetimes = (rules: LifetimeRules, now: () => number): NonNullable<Configuration['ttl']> => {
  const until = (startSeconds: number, lifetime: number): number =>
    Math.max(1, Math.floor(startSeconds + lifetime - now() / 1000));
  return {
    Interaction: rules.interactionSeconds,
    // The session of somebody who is not signed in only carries the logout question.
    Session: (_ctx, session) =>
      session.loginTs === undefined ? rules.interactionSeconds : until(session.loginTs, rules.sessionSeconds),
    Grant: Math.max(rules.sessionSeconds, rules.refreshTokenAbsoluteSeconds) + DAY,
    AuthorizationCode: rules.authorizationCodeSeconds,
    AccessToken: (_ctx, token, client) => accessSeconds(token, client) ?? rules.accessTokenSeconds,
    ClientCredentials: (_ctx, token, client) => accessSeconds(token, client) ?? rules.clientCredentialsSeconds,
    IdToken: (_ctx, _token, client) => tokenRulesOf(client).lifetimes.idTokenSeconds ?? rules.idTokenSeconds,
    PushedAuthorizationRequest: 60,
    RefreshToken: (_ctx, token, client) => {
      const { refreshTokenSeconds, refreshTokenAbsoluteSeconds } = tokenRulesOf(client).lifetimes;
      const idle = refreshTokenSeconds ?? rules.refreshTokenSeconds;
      const absolute = Math.min(refreshTokenAbsoluteSeconds ?? Infinity, rules.refreshTokenAbsoluteSeconds);
      return Math.min(idle, until(token.iiat ?? now() / 1000, absolute));
    },
  };
};

/** Null where neither the resource nor the client says anything. */
const accessSeconds = (
  { resourceServer }: { readonly resourceServer?: ResourceServer | undefined },
  client: object,
): number | null => resourceServer?.accessTokenTTL ?? tokenRulesOf(client).lifetimes.accessTokenSeconds;
