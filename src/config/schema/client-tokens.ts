import { z } from 'zod';
import { CLAIM_SOURCES, claimNameFault, MOST_CLAIMS } from '../../domain/claim-mapping.ts';
import { type ClientLifetimes, USUAL_LIFETIMES } from '../../domain/client.ts';
import type { Fault } from './fields.ts';

const DAY = 86_400;

const seconds = (least: number, most: number, description: string) =>
  z.int().min(least).max(most).nullable().default(null).describe(description);

/**
 * The bounds are those of the installation's own settings (`tokens`): an access token that cannot be taken back lives a day
 * at most, a refresh token a month.
 */
const lifetimesField = z
  .strictObject({
    accessTokenSeconds: seconds(60, DAY, 'Seconds its access tokens work, those of client_credentials among them.'),
    idTokenSeconds: seconds(60, DAY, 'Seconds its ID tokens are valid.'),
    refreshTokenSeconds: seconds(300, 30 * DAY, 'Seconds its refresh tokens work when they are not used.'),
    refreshTokenAbsoluteSeconds: seconds(300, 30 * DAY, 'Seconds after which its chains of refresh tokens end.'),
  })
  .default(USUAL_LIFETIMES)
  .describe(
    'How long its tokens live; null takes the setting in `tokens`. Access and ID tokens may live shorter or longer than ' +
      'others; refresh tokens never longer than `tokens.refreshTokenAbsoluteSeconds`.',
  );

const claimsField = z
  .record(z.string(), z.enum(CLAIM_SOURCES))
  .default({})
  .describe('Claims under names of its own: name → which of ours it says. Released where ours is, by the same scope.');

/** What a client may declare of its tokens. */
export const tokenFields = { lifetimes: lifetimesField, claims: claimsField };

/** What is wrong with these fields. */
export function* tokenFaults(client: {
  readonly lifetimes: ClientLifetimes;
  readonly claims: Readonly<Record<string, unknown>>;
}): Generator<Fault> {
  const { refreshTokenSeconds: idle, refreshTokenAbsoluteSeconds: absolute } = client.lifetimes;
  if (idle !== null && absolute !== null && idle > absolute) {
    yield {
      path: ['lifetimes', 'refreshTokenSeconds'],
      message: 'must not be larger than refreshTokenAbsoluteSeconds',
    };
  }
  const names = Object.keys(client.claims);
  if (names.length > MOST_CLAIMS) yield { path: ['claims'], message: `at most ${MOST_CLAIMS} claims` };
  for (const name of names) {
    const fault = claimNameFault(name);
    if (fault !== null) yield { path: ['claims', name], message: fault };
  }
}
