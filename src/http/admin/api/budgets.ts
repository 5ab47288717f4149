import { isIP } from 'node:net';
import { z } from 'zod';
import { networkOf } from '../../../domain/budget.ts';
import type { BudgetDesk, BudgetSubject, ShownBudget } from '../../../services/budgets/budget-desk.ts';
import { identifierIn } from '../../api/schemas/one-identifier.ts';
import { email, phoneNumber } from '../../api/schemas/sign-in-request.ts';
import { moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

interface Deps {
  readonly budgetDesk: BudgetDesk;
}

/** The address of a network of IPv6 as the audit trail shows it, and any address of either kind. */
export const addressOf = (text: string): string => text.replace(/\/64$/, '');

const subjectFields = {
  email: email.optional(),
  phone_number: phoneNumber.optional(),
  network: z
    .string()
    .max(64)
    .refine((text) => isIP(addressOf(text)) !== 0, 'expected an IP address')
    .optional()
    .describe('An IP address, or the /64 of an IPv6 address as the audit trail shows it.'),
  client_id: z.string().min(1).max(256).optional(),
  account_id: z.string().min(1).max(256).optional(),
};

type Subject = z.output<z.ZodObject<typeof subjectFields>>;

const ONE_SUBJECT = { error: 'expected one of email, phone_number, network, client_id and account_id' };

const isOneSubject = ({ email, phone_number, network, client_id, account_id }: Subject): boolean =>
  [email, phone_number, network, client_id, account_id].filter((value) => value !== undefined).length === 1;

/** Whose limits: exactly one of these. */
const budgetSubject = z.strictObject(subjectFields).refine(isOneSubject, ONE_SUBJECT);

const resetBody = z
  .strictObject({
    ...subjectFields,
    name: z.string().min(1).max(64).describe('Of the budget, as `find` and the audit trail name it.'),
  })
  .refine(isOneSubject, ONE_SUBJECT);

/** @throws Problem `identifier_invalid` */
export function budgetSubjectOf(given: Subject): BudgetSubject {
  if (given.network !== undefined) return { network: networkOf(addressOf(given.network)) };
  if (given.client_id !== undefined) return { clientId: given.client_id };
  if (given.account_id !== undefined) return { accountId: given.account_id };
  return { identifier: identifierIn(given) };
}

const budget = z
  .strictObject({
    name: z.string(),
    about: z.string().describe('What is counted; for people.'),
    limit: z.int(),
    window_seconds: z.int().describe('How long what is spent counts, from the first on.'),
    spent: z.int(),
    ends_at: moment
      .nullable()
      .describe('When it begins anew, in milliseconds since the epoch; null: nothing is spent.'),
  })
  .meta({ id: 'Budget' });

const show = ({ windowSeconds, endsAt, ...shown }: ShownBudget): z.input<typeof budget> => ({
  ...shown,
  window_seconds: windowSeconds,
  ends_at: endsAt,
});

const success = {
  status: 200,
  description: 'Their budgets',
  schema: z.strictObject({ budgets: z.array(budget) }),
} as const;

const EXAMPLE: z.input<typeof budget> = {
  name: 'sends.identifier.0',
  about: 'Mails to this address',
  limit: 5,
  window_seconds: 600,
  spent: 5,
  ends_at: 1_763_640_600_000,
};

const SOMEBODY = { email: 'ada@example.org' };

const findBudgets = ({ budgetDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'findBudgets',
    group: 'Budgets',
    method: 'post',
    path: '/budgets/find',
    summary: 'See the limits on somebody',
    description:
      'On an address, a number, a network, a client or an account: how much each allows and how much is spent. What ' +
      'browsers of earlier sign-ins have failed is counted for each of them apart, and not seen here.',
    scope: 'read',
    body: budgetSubject,
    success,
    failures: { 422: 'This is no address and no number' },
    examples: [{ summary: 'Somebody who gets no more mails', body: SOMEBODY, answer: { budgets: [EXAMPLE] } }],
    handle: async ({ body }) => ({ budgets: (await budgetDesk.read(budgetSubjectOf(body))).map(show) }),
  });

const resetBudget = ({ budgetDesk }: Deps): AdminOperation =>
  adminOperation({
    id: 'resetBudget',
    group: 'Budgets',
    method: 'post',
    path: '/budgets/reset',
    summary: 'Forget what somebody has spent',
    description:
      'Of one budget, which begins anew. First make sure who is asking: limits keep those out who guess codes. The block ' +
      'and the country of a number are shared with others.',
    scope: 'write',
    body: resetBody,
    success,
    failures: { 404: 'There is no such budget on somebody like this', 422: 'This is no address and no number' },
    examples: [
      {
        summary: 'Somebody who has asked too often',
        body: { ...SOMEBODY, name: EXAMPLE.name },
        answer: { budgets: [{ ...EXAMPLE, spent: 0, ends_at: null }] },
      },
    ],
    async handle({ body, actor }) {
      const subject = budgetSubjectOf(body);
      await budgetDesk.reset(subject, body.name, actor);
      return { budgets: (await budgetDesk.read(subject)).map(show) };
    },
  });

/** How much is left to somebody, and how they are let in again. */
export const budgetOperations = (deps: Deps): AdminOperation[] => [findBudgets(deps), resetBudget(deps)];
