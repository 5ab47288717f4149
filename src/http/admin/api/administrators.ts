import { z } from 'zod';
import { ADMIN_ROLES } from '../../../domain/administration.ts';
import type { Administrators, ListedAdministrator } from '../../../services/administration/administrators.ts';
import { moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

interface Deps {
  readonly administrators: Administrators;
}

const role = z
  .enum(ADMIN_ROLES)
  .describe(
    '`viewer` looks, `editor` changes what is administered, `owner` changes who administers and by which keys.',
  );

const emailField = z.string().max(320).describe('An e-mail address.');

const administrator = z
  .strictObject({
    email: z.string(),
    role,
    declared: z.boolean().describe('Named by the configuration: changed and removed only there.'),
    account_id: z.string().nullable().describe('The only account that will do; null for those of the configuration.'),
    invited_at: moment.nullable(),
    invited_by: z.string().nullable().describe('As the audit trail names actors.'),
    accepted_at: moment.nullable().describe('When they were at the console first.'),
    version: z.int().nullable().describe('Rises with each change of the role.'),
  })
  .meta({ id: 'Administrator' });

const shown = ({ email, role: held, invited }: ListedAdministrator): z.input<typeof administrator> => ({
  email,
  role: held,
  declared: invited === null,
  account_id: invited?.accountId ?? null,
  invited_at: invited?.invitedAt ?? null,
  invited_by: invited?.invitedBy ?? null,
  accepted_at: invited?.acceptedAt ?? null,
  version: invited?.version ?? null,
});

const EXAMPLE = {
  email: 'ada@example.org',
  role: 'editor',
  declared: false,
  account_id: 'p0b5v0tTYbV4tYc2nP8sHg',
  invited_at: 1_763_640_000_000,
  invited_by: 'key:ADMIN_API_KEY',
  accepted_at: null,
  version: 1,
} as const;

const parameters = { account_id: 'The `account_id` of the administrator.' };
const params = { account_id: EXAMPLE.account_id };
const UNKNOWN = 'Nobody with this account was invited to administer';
const NO_ADDRESS = 'This is no e-mail address';

const listAdministrators = ({ administrators }: Deps): AdminOperation =>
  adminOperation({
    id: 'listAdministrators',
    group: 'Administrators',
    method: 'get',
    path: '/administrators',
    summary: 'List administrators',
    description: 'All of them: those of the configuration first, then by address.',
    scope: 'read',
    body: null,
    success: {
      status: 200,
      description: 'The administrators',
      schema: z.strictObject({ administrators: z.array(administrator) }),
    },
    examples: [{ summary: 'One', body: null, answer: { administrators: [EXAMPLE] } }],
    handle: async () => ({ administrators: (await administrators.list()).map(shown) }),
  });

const inviteAdministrator = ({ administrators }: Deps): AdminOperation =>
  adminOperation({
    id: 'inviteAdministrator',
    group: 'Administrators',
    method: 'post',
    path: '/administrators',
    summary: 'Invite somebody to administer',
    description:
      'They get a mail that leads to the console, and an account if they have none. Only that account will do: a later ' +
      'one with the same address is somebody else.',
    scope: 'write',
    body: z.strictObject({ email: emailField, role }),
    success: { status: 201, description: 'The administrator', schema: administrator },
    failures: { 409: 'They are an administrator already', 422: NO_ADDRESS },
    examples: [{ summary: 'An editor', body: { email: EXAMPLE.email, role: 'editor' }, answer: EXAMPLE }],
    handle: async ({ body: { email, role: wanted }, actor }) =>
      shown(await administrators.invite(email, wanted, actor)),
  });

const changeAdministrator = ({ administrators }: Deps): AdminOperation =>
  adminOperation({
    id: 'changeAdministrator',
    group: 'Administrators',
    method: 'put',
    path: '/administrators/{account_id}',
    summary: 'Change the role of an administrator',
    description: 'It counts from their next request on. The last owner stays one.',
    scope: 'write',
    parameters,
    body: z.strictObject({ role, version: z.int().min(1).describe('Of the administrator as they were read.') }),
    success: { status: 200, description: 'The administrator', schema: administrator },
    failures: {
      404: UNKNOWN,
      409: 'They have changed since they were read, are the last owner, or stand in the configuration',
    },
    examples: [
      {
        summary: 'Only to look',
        body: { role: 'viewer', version: 1 },
        params,
        answer: { ...EXAMPLE, role: 'viewer', version: 2 },
      },
    ],
    async handle({ params: { account_id = '' }, body, actor }) {
      const { email } = await administrators.find(account_id);
      return shown(await administrators.setRole(email, body.role, actor, body.version));
    },
  });

const removeAdministrator = ({ administrators }: Deps): AdminOperation =>
  adminOperation({
    id: 'removeAdministrator',
    group: 'Administrators',
    method: 'delete',
    path: '/administrators/{account_id}',
    summary: 'Remove an administrator',
    description:
      'The console is closed to them from their next request on; their account stays. The last owner stays one.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'No administrator any more', schema: null },
    failures: { 404: UNKNOWN, 409: 'They are the last owner, or stand in the configuration' },
    examples: [{ summary: 'By account', body: null, params, answer: null }],
    async handle({ params: { account_id = '' }, actor }) {
      const { email } = await administrators.find(account_id);
      await administrators.remove(email, actor);
      return null;
    },
  });

/** Who may administer in the console. */
export const administratorOperations = (deps: Deps): AdminOperation[] =>
  [listAdministrators, inviteAdministrator, changeAdministrator, removeAdministrator].map((operation) =>
    operation(deps),
  );
