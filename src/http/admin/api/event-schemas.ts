import { z } from 'zod';
import type { AuditEvent } from '../../../domain/event.ts';
import type { EventConditions } from '../../../ports/store/events.ts';
import { moment } from './account-schemas.ts';

const textOrNull = z.string().nullable();

/** An event as it is answered. */
export const eventSchema = z
  .strictObject({
    id: z.string(),
    at: moment,
    type: z.string().describe('Stable: for instance `session.started`.'),
    account_id: textOrNull,
    client_id: textOrNull,
    identifier: textOrNull.describe('Masked.'),
    network: textOrNull.describe('IPv4 address, or the /64 of an IPv6 address; null when the server itself acted.'),
    request_id: textOrNull,
    reason: textOrNull.describe('For people; may change.'),
    actor: textOrNull.describe('Who administers: `key:…`, `console:…`, `cli:…`; null for everybody else.'),
    object: textOrNull.describe('What was changed, where it is neither an account nor a client: its kind and id.'),
    changes: z
      .array(z.strictObject({ field: z.string(), before: textOrNull, after: textOrNull }))
      .nullable()
      .describe(
        'What was changed, field by field: values as JSON, shortened, and masked where they would tell who somebody is.',
      ),
  })
  .meta({ id: 'Event' });

export const shownEvent = (entry: AuditEvent): z.input<typeof eventSchema> => ({
  id: entry.id,
  at: entry.at,
  type: entry.type,
  account_id: entry.accountId,
  client_id: entry.clientId,
  identifier: entry.identifier,
  network: entry.network,
  request_id: entry.requestId,
  reason: entry.reason,
  actor: entry.actor,
  object: entry.object,
  changes: entry.changes === null ? null : entry.changes.map((change) => ({ ...change })),
});

/** A moment in a query: milliseconds since the epoch. */
export const momentText = z
  .string()
  .regex(/^\d{1,15}$/, 'expected milliseconds since the epoch')
  .optional();

/** By what events can be narrowed: all conditions hold at once. */
export const conditionsQuery = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z_]+\.[a-z_]+$/, 'expected the type of an event')
    .max(64)
    .optional()
    .describe('Only events of this type.'),
  account_id: z.string().min(1).max(256).optional().describe('Only events of this account.'),
  client_id: z.string().min(1).max(256).optional().describe('Only events of this client.'),
  actor: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only what this administrator did, as `actor` of an event says it.'),
});

export const conditionsOf = ({
  type,
  account_id,
  client_id,
  actor,
}: z.output<typeof conditionsQuery>): EventConditions => ({
  ...(type === undefined ? {} : { type }),
  ...(account_id === undefined ? {} : { accountId: account_id }),
  ...(client_id === undefined ? {} : { clientId: client_id }),
  ...(actor === undefined ? {} : { actor }),
});

export const EXAMPLE_EVENT: z.input<typeof eventSchema> = {
  id: 'k3Zb9xW9pLr2Tn6VdKs8Yh',
  at: 1_763_640_000_000,
  type: 'account.disabled',
  account_id: 'p0b5v0tTYbV4tYc2nP8sHg',
  client_id: null,
  identifier: null,
  network: '192.0.2.7',
  request_id: 'dV3o0sYbV4tYc2nP8sHgp0',
  reason: null,
  actor: 'key:dV3o0sYbV4tYc2nP8sHgp0 (deployment)',
  object: null,
  changes: [{ field: 'status', before: '"active"', after: '"disabled"' }],
};
