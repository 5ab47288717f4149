import { z } from 'zod';
import type { Problem, ProblemCode } from '../../../domain/errors.ts';
import { BodyFault } from '../../api/json-body.ts';

/** What an error says to an administrator; nothing that was sent is repeated. */
const TEXTS: Readonly<Partial<Record<ProblemCode, string>>> = {
  caller_unknown: 'No valid key of the Admin API',
  permission_missing: 'The key does not have the scope for this',
  too_many_requests: 'Too many requests',
  request_invalid: 'Something about the request is wrong',
  identifier_invalid: 'Expected an e-mail address or a phone number with its country code',
  payload_too_large: 'The body is too large',
  media_type_not_supported: 'Expected application/json',
  identifier_last: 'The last identifier of an account stays; delete the account instead',
  account_unknown: 'There is no such account',
  account_taken: 'An account with this identifier exists',
  account_disabled: 'The account is disabled',
  session_unknown: 'There is no such session',
  id_taken: 'This id is taken',
  declared_elsewhere: 'Declared in the configuration, and changed only there',
  client_unverified: 'It has registered itself: verify it before it may have this',
  owner_last: 'The last owner stays one; make somebody else an owner first',
  key_waiting: 'A successor of this key waits for its turn already',
  key_in_use: 'This key signs; replace it instead',
  version_conflict: 'Somebody else has changed it meanwhile; read it again',
  message_in_work: 'A worker has this message just now; look again in a moment',
  message_settled: 'What became of this message is settled: it is neither sent again nor given up',
  message_worthless: 'Nobody needs this message any more: its code is expired, used or superseded',
  backup_elsewhere: 'This store is backed up by its own tools: mongodump',
  version_outdated: 'If-Match does not name the present version; read it again',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  store_unavailable: 'Temporarily unavailable',
  internal: 'Internal error',
};

/** What a failed call is answered. */
export const adminErrorSchema = z
  .strictObject({
    error: z.string().describe('Stable; made for programs.'),
    message: z.string().describe('For people; may change.'),
    request_id: z.string().describe('Under which the server has logged it.'),
    details: z.array(z.string()).optional().describe('Each thing that is wrong, by its field.'),
  })
  .meta({ id: 'AdminError' });

/** An error as the Admin API tells it. */
export function adminError(problem: Problem, requestId: string): z.output<typeof adminErrorSchema> {
  return {
    error: problem.code,
    message: TEXTS[problem.code] ?? 'Something about the request is wrong',
    request_id: requestId,
    ...(problem instanceof BodyFault ? { details: [...problem.lines] } : {}),
  };
}
