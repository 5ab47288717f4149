import { z } from 'zod';
import { whole } from './fields.ts';
import type { Environment } from './operation.ts';

/** How clients are told that a session has ended (OpenID Connect Back-Channel Logout). */
export const backchannelSection = (environment: Environment) =>
  z
    .strictObject({
      timeoutSeconds: whole(3, 1, 3, 'Seconds to wait for a client that is told of a logout (R-63).'),
      privateNetwork: z
        .boolean()
        .default(environment === 'development')
        .describe('Clients that are told of logouts may be on this machine or in a private network (R-63).'),
      pollMilliseconds: whole(1000, 50, 10_000, 'How often it is looked whether a client is to be told once more.'),
    })
    .prefault({})
    .describe('Back-channel logout');
