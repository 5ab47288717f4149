import { z } from 'zod';
import type { EnvelopeName } from '../envelopes.ts';

const awaiting = z.string().optional().describe('The session that another factor has to join.');

/** What a failed call is answered, in the shapes of contracts.md §4.2b and §5.2b. */
export const ERROR_SCHEMAS: Readonly<Record<EnvelopeName, z.ZodType>> = {
  hosted: z
    .strictObject({
      message: z.union([z.string(), z.array(z.string())]).describe('A list for 400, one text for everything else.'),
      error_code: z.int().describe('The status.'),
      ts_error_code: z.string().optional(),
    })
    .meta({ id: 'Error' }),
  backend: z
    .strictObject({
      error_code: z.string().describe('Stable; made for programs.'),
      message: z.string(),
      session_id: awaiting,
    })
    .meta({ id: 'BackendError' }),
  'backend-link': z
    .strictObject({
      error_code: z
        .string()
        .regex(/^\d{3}$/)
        .describe('The status, as text.'),
      message: z.string(),
      session_id: awaiting,
    })
    .meta({ id: 'LinkError' }),
};
