import { z } from 'zod';
import type { People } from '../../../services/people/people.ts';
import { identifierIn, oneIdentifier } from '../../api/schemas/one-identifier.ts';
import { accountSchema, attributesSchema, EXAMPLE_ACCOUNT, shownAccount } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

interface Deps {
  readonly people: People;
}

const parameters = { account_id: 'The `id` of the account.' };
const UNKNOWN = 'There is no such account';
const TOLD_TOO_OFTEN = 'Its person was told of changes too often, or there were too many wrong keys; see `Retry-After`';
const NO_IDENTIFIER = 'This is no address and no number';
const answered = (description: string) => ({ status: 200, description, schema: accountSchema }) as const;
const example = (summary: string, more: object = {}) => ({
  summary,
  body: null,
  params: { account_id: EXAMPLE_ACCOUNT.id },
  answer: { ...EXAMPLE_ACCOUNT, ...more },
});

const readAccount = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'readAccount',
    group: 'Accounts',
    method: 'get',
    path: '/accounts/{account_id}',
    summary: 'Read an account',
    description: 'With all that it is known by.',
    scope: 'read',
    parameters,
    body: null,
    success: answered('The account'),
    failures: { 404: UNKNOWN },
    examples: [example('By id')],
    handle: async ({ params }) => shownAccount(await people.find(params.account_id ?? '')),
  });

const createAccount = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'createAccount',
    group: 'Accounts',
    method: 'post',
    path: '/accounts',
    summary: 'Create an account',
    description:
      'For somebody who has not been here yet. Their address or number counts as unverified until they prove it by ' +
      'their first sign-in.',
    scope: 'write',
    body: oneIdentifier,
    success: { status: 201, description: 'The account', schema: accountSchema },
    failures: { 409: 'An account with this address or number exists', 422: NO_IDENTIFIER },
    examples: [{ summary: 'By e-mail address', body: { email: 'ada@example.org' }, answer: EXAMPLE_ACCOUNT }],
    handle: async ({ body, actor }) => shownAccount(await people.create(identifierIn(body), actor)),
  });

const disableAccount = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'disableAccount',
    group: 'Accounts',
    method: 'post',
    path: '/accounts/{account_id}/disable',
    summary: 'Disable an account',
    description:
      'Its sessions, refresh tokens and opaque access tokens are dead at once, applications are told, and nobody signs ' +
      'in to it any more. May be repeated.',
    scope: 'write',
    parameters,
    body: null,
    success: answered('The account'),
    failures: { 404: UNKNOWN },
    examples: [example('Somebody who has left', { status: 'disabled', version: 2 })],
    handle: async ({ params, actor }) =>
      shownAccount(await people.setStatus(params.account_id ?? '', 'disabled', actor)),
  });

const enableAccount = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'enableAccount',
    group: 'Accounts',
    method: 'post',
    path: '/accounts/{account_id}/enable',
    summary: 'Enable an account',
    description: 'They may sign in again, as the same person; what lived before stays dead.',
    scope: 'write',
    parameters,
    body: null,
    success: answered('The account'),
    failures: { 404: UNKNOWN },
    examples: [example('Somebody who is back', { version: 3 })],
    handle: async ({ params, actor }) => shownAccount(await people.setStatus(params.account_id ?? '', 'active', actor)),
  });

const deleteAccount = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'deleteAccount',
    group: 'Accounts',
    method: 'delete',
    path: '/accounts/{account_id}',
    summary: 'Delete an account',
    description:
      'With its sessions, tokens and memberships. Its person is told. The `id` is never given to anybody again; the ' +
      'address or number is free.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'Gone', schema: null },
    failures: { 404: UNKNOWN, 429: TOLD_TOO_OFTEN },
    examples: [{ summary: 'By id', body: null, params: { account_id: EXAMPLE_ACCOUNT.id }, answer: null }],
    async handle({ params, actor }) {
      await people.remove(params.account_id ?? '', actor);
      return null;
    },
  });

const setAttributes = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'setAttributes',
    group: 'Accounts',
    method: 'put',
    path: '/accounts/{account_id}/attributes',
    summary: 'Set the attributes of an account',
    description: 'Replaces all of them. They are in tokens from the next one on, where the scope `profile` is granted.',
    scope: 'write',
    parameters,
    body: z.strictObject({
      version: z.int().min(1).describe('Of the account as it was read.'),
      attributes: attributesSchema,
    }),
    success: answered('The account'),
    failures: { 404: UNKNOWN, 409: 'The account has changed since it was read' },
    examples: [
      {
        ...example('A name', { version: 2 }),
        body: { version: 1, attributes: { name: 'Ada Lovelace' } },
      },
    ],
    handle: async ({ params, body: { attributes, version }, actor }) =>
      shownAccount(await people.setAttributes(params.account_id ?? '', attributes, version, actor)),
  });

const removeIdentifier = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'removeIdentifier',
    group: 'Accounts',
    method: 'post',
    path: '/accounts/{account_id}/identifiers/remove',
    summary: 'Remove an address or a number that somebody has lost',
    description:
      'Never the last one. Its person is told, there and wherever else they are reached. First make sure who is asking: ' +
      'from then on one factor less keeps others out.',
    scope: 'write',
    parameters,
    body: oneIdentifier,
    success: answered('The account'),
    failures: {
      404: 'There is no such account, or it does not have this',
      422: 'It is the last one, or no address and no number',
      429: TOLD_TOO_OFTEN,
    },
    examples: [{ ...example('A lost phone', { version: 2 }), body: { phone_number: '+4915112345678' } }],
    handle: async ({ params, body, actor }) =>
      shownAccount(await people.removeIdentifier(params.account_id ?? '', identifierIn(body), actor)),
  });

const liftHold = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'liftHold',
    group: 'Accounts',
    method: 'post',
    path: '/accounts/{account_id}/lift-hold',
    summary: 'End what is held of an account',
    description:
      'What was changed with one factor counts from now on. First make sure who is asking: the hold keeps those out who ' +
      'have got hold of one factor only.',
    scope: 'write',
    parameters,
    body: null,
    success: answered('The account'),
    failures: { 404: UNKNOWN },
    examples: [example('After a call', { version: 2 })],
    handle: async ({ params, actor }) => shownAccount(await people.liftHold(params.account_id ?? '', actor)),
  });

/** What is done with an account as a whole. */
export const accountOperations = (deps: Deps): AdminOperation[] =>
  [
    readAccount,
    createAccount,
    disableAccount,
    enableAccount,
    deleteAccount,
    setAttributes,
    removeIdentifier,
    liftHold,
  ].map((operation) => operation(deps));
