import type { Configuration } from 'oidc-provider';

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

/** How long each artifact lives. A rotation never outlives its family, a session never its sign-in. */
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
    AccessToken: rules.accessTokenSeconds,
    ClientCredentials: rules.clientCredentialsSeconds,
    IdToken: rules.idTokenSeconds,
    PushedAuthorizationRequest: 60,
    RefreshToken: (_ctx, token) => {
      const family = token.iiat ?? now() / 1000;
      return Math.min(rules.refreshTokenSeconds, until(family, rules.refreshTokenAbsoluteSeconds));
    },
  };
};
