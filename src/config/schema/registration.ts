import { z } from 'zod';
import { budgetRules, whole } from './fields.ts';

/** Dynamic client registration (RFC 7591, RFC 7592). */
export const registrationSection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Applications may register themselves at `/reg`, by a key of the Admin API with the scope `register`.'),
    clients: whole(1000, 1, 100_000, 'How many clients that have registered themselves there may be at once.'),
    perToken: budgetRules(
      [
        { limit: 20, windowSeconds: 3600 },
        { limit: 100, windowSeconds: 86_400 },
      ],
      'Registrations by one initial access token.',
    ),
    perNetwork: budgetRules([{ limit: 20, windowSeconds: 3600 }], 'Registrations from one network.'),
  })
  .prefault({})
  .describe('Dynamic registration');
