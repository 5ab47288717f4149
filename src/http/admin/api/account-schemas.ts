import { z } from 'zod';
import type { Account } from '../../../domain/account.ts';
import { attributeFault, PROFILE_CLAIMS } from '../../../domain/attributes.ts';
import { type Identifier, maskIdentifier } from '../../../domain/identifier.ts';

/** Milliseconds since the epoch. */
export const moment = z.int().describe('Milliseconds since the epoch.');

const claimsOf = Object.fromEntries(
  PROFILE_CLAIMS.map((name) => [
    name,
    z
      .string()
      .max(256)
      .superRefine((value, context) => {
        const fault = attributeFault(name, value);
        if (fault !== null) context.addIssue({ code: 'custom', message: fault });
      })
      .optional(),
  ]),
);

/** Standard claims that may be set (OpenID Connect Core §5.1). */
export const attributesSchema = z
  .strictObject(claimsOf)
  .describe('Standard claims of OpenID Connect; what is not there is removed.');

const summary = {
  id: z.string().describe('The `sub` of every token of this person.'),
  status: z.enum(['active', 'disabled']),
  identifiers: z.array(
    z.strictObject({
      channel: z.enum(['email', 'sms']),
      value: z.string(),
      verified_at: moment.nullable().describe('When it was proven here first, in milliseconds since the epoch.'),
      primary: z.boolean(),
    }),
  ),
  held_until: moment.nullable().describe('Until when changes made with one factor do not count.'),
  created_at: moment,
  version: z.int().describe('Rises with each change.'),
};

/** An account in a list: enough to recognise, and not to write to. */
export const accountSummary = z.strictObject(summary).meta({ id: 'AccountSummary' });

/** An account that was asked for. */
export const accountSchema = z
  .strictObject({ ...summary, attributes: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Account' });

const summaryOf = (account: Account, shown: (identifier: Identifier) => string): z.input<typeof accountSummary> => ({
  id: account.id,
  status: account.status,
  identifiers: account.identifiers.map((entry) => ({
    channel: entry.channel,
    value: shown(entry),
    verified_at: entry.verifiedAt,
    primary: entry.primary,
  })),
  held_until: account.held?.until ?? null,
  created_at: account.createdAt,
  version: account.version,
});

export const maskedAccount = (account: Account): z.input<typeof accountSummary> => summaryOf(account, maskIdentifier);

export const shownAccount = (account: Account): z.input<typeof accountSchema> => ({
  ...summaryOf(account, ({ value }) => value),
  attributes: { ...account.attributes },
});

/** Somebody whom every example is about. */
export const EXAMPLE_ACCOUNT: z.input<typeof accountSchema> = {
  id: 'p0b5v0tTYbV4tYc2nP8sHg',
  status: 'active',
  identifiers: [{ channel: 'email', value: 'ada@example.org', verified_at: 1_763_640_000_000, primary: true }],
  held_until: null,
  created_at: 1_763_640_000_000,
  version: 1,
  attributes: { name: 'Ada Lovelace' },
};

/** The same as a list shows them. */
export const EXAMPLE_SUMMARY: z.input<typeof accountSummary> = {
  id: 'p0b5v0tTYbV4tYc2nP8sHg',
  status: 'active',
  identifiers: [{ channel: 'email', value: 'a•••@e•••.org', verified_at: 1_763_640_000_000, primary: true }],
  held_until: null,
  created_at: 1_763_640_000_000,
  version: 1,
};
