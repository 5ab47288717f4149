import { z } from 'zod';
import { isProblem } from '../../domain/errors.ts';
import { parseEmail } from '../../domain/identifier.ts';
import { whole } from './fields.ts';

/** An address as it is kept; nothing of what was written is repeated when it is none. */
const address = z.string().transform((text, context) => {
  try {
    return parseEmail(text).value;
  } catch (error) {
    if (!isProblem(error)) throw error;
    context.addIssue({ code: 'custom', message: 'expected an e-mail address' });
    return z.NEVER;
  }
});

/** The Admin API and the console. */
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
    emails: z.array(address).max(50).default([]).meta({
      defaultText: 'none',
      description:
        'Owners of the console, by their addresses: whoever proves one of these is an owner as long as it stands here. Others are invited, on the command line, by the Admin API or in the console.',
    }),
    sessionMinutes: whole(30, 1, 240, 'After how many minutes without a request the console asks for a sign-in again.'),
    sessionHours: whole(8, 1, 24, 'After how many hours it asks in any case.'),
  })
  .prefault({})
  .describe('Administration');
