import { z } from 'zod';

/** The Admin API. */
export const adminSection = z
  .strictObject({
    apiKey: z
      .string()
      // What an Authorization header can carry (RFC 6750 §2.1).
      .regex(/^[A-Za-z0-9\-._~+/]{16,}=*$/, 'expected at least 16 letters, digits and -._~+/')
      .nullable()
      .default(null)
      .describe(
        'The first key of the Admin API; it may do everything there. Without one only keys that were made before open `/admin/api`. Production needs at least 32 characters.',
      ),
  })
  .prefault({})
  .describe('Administration');
