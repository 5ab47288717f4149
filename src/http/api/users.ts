import { z } from 'zod';
import { type Account, primaryOf } from '../../domain/account.ts';
import type { Accounts } from '../../services/people/accounts.ts';
import { type Operation, operation } from './operation.ts';
import { identifierIn, oneIdentifierAmongOthers } from './schemas/one-identifier.ts';

const moment = z.int().describe('Milliseconds since the epoch.');

const user = z
  .object({
    user_id: z.string().describe('The `sub` of every token of this person.'),
    status: z.enum(['Active', 'Disabled']),
    created_at: moment,
    updated_at: moment,
    email: z.object({ value: z.string(), email_verified: z.boolean() }).optional(),
    phone_number: z.object({ value: z.string(), phone_number_verified: z.boolean() }).optional(),
  })
  .meta({ id: 'User' });

/** People whom clients make known before they come (contracts.md §5.2). */
export const userOperations = (deps: { accounts: Pick<Accounts, 'prepare'> }): Operation[] => [
  operation({
    id: 'createUser',
    group: 'People',
    method: 'post',
    path: '/users',
    // At the root the path belongs to another dialect (contracts.md §0.1).
    mounts: ['/cis/v1'],
    summary: 'Create a user',
    description:
      'Makes an account for somebody who has not been here yet. Their address or number counts as unverified until ' +
      'they prove it by their first sign-in, which also ends every session that was begun in the account before. ' +
      'Fields that are not listed are ignored.',
    envelope: 'hosted',
    permission: 'users:write',
    // One of them: whoever proves one of two would be in an account that the other may get into, too.
    body: oneIdentifierAmongOthers,
    success: { status: 201, description: 'The user', schema: z.object({ result: user }) },
    failures: { 409: 'A user with this address or number exists' },
    examples: [
      {
        summary: 'By e-mail address',
        body: { email: 'ada@example.org' },
        answer: {
          result: {
            user_id: 'p0b5v0tTYbV4tYc2nP8sHg',
            status: 'Active',
            created_at: 1_763_640_000_000,
            updated_at: 1_763_640_000_000,
            email: { value: 'ada@example.org', email_verified: false },
          },
        },
      },
    ],
    async handle({ body, client, caller }) {
      const account = await deps.accounts.prepare(identifierIn(body), { clientId: client.id, caller });
      return { result: shown(account) };
    },
  }),
];

function shown(account: Account): z.input<typeof user> {
  const [email, phone] = [primaryOf(account, 'email'), primaryOf(account, 'sms')];
  return {
    user_id: account.id,
    status: account.status === 'active' ? 'Active' : 'Disabled',
    created_at: account.createdAt,
    updated_at: account.createdAt,
    ...(email === undefined ? {} : { email: { value: email.value, email_verified: email.verifiedAt !== null } }),
    ...(phone === undefined
      ? {}
      : { phone_number: { value: phone.value, phone_number_verified: phone.verifiedAt !== null } }),
  };
}
