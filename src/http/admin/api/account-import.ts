import { z } from 'zod';
import { PROFILE_CLAIMS } from '../../../domain/attributes.ts';
import { Problem } from '../../../domain/errors.ts';
import type { AccountImport, ImportOutcome } from '../../../services/people/account-import.ts';
import { IMPORT_REFUSALS, type ImportedPerson } from '../../../services/people/imported-person.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

/** As many as one request is answered for in time. */
const MOST = 500;

const text = z.string().max(2048);

/** One person; held against it one by one, so that a fault of one is no fault of the others. */
const person = z.strictObject({
  id: text.optional().describe('What their `sub` was; it stays that with `keep_ids`.'),
  email: text.optional(),
  email_verified: z.boolean().optional(),
  phone_number: text.optional().describe('With its country code.'),
  phone_number_verified: z.boolean().optional(),
  created_at: z
    .union([z.int().min(0), z.iso.datetime({ offset: true }).transform((value) => Date.parse(value))])
    .optional()
    .describe('Milliseconds since the epoch, or ISO 8601 with an offset.'),
  ...Object.fromEntries(PROFILE_CLAIMS.map((name) => [name, text.optional()])),
});

const batch = z.strictObject({
  accounts: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(MOST)
    .describe(
      `Up to ${MOST} people: \`email\`, \`phone_number\`, \`email_verified\`, \`phone_number_verified\`, \`id\`, \`created_at\` and standard claims.`,
    ),
  trust_verified: z
    .boolean()
    .default(false)
    .describe('What is verified there counts as proven here, but for addresses of administrators.'),
  keep_ids: z.boolean().default(false).describe('Their `id` becomes their `sub`; then everybody needs one.'),
  dry_run: z.boolean().default(false).describe('Write nothing, and say what would become of them.'),
});

const result = z
  .strictObject({
    outcome: z.enum(['created', 'existing', 'refused']),
    id: z.string().nullable().describe('Of the account; null when it was refused, or nothing was written.'),
    reason: z.enum(IMPORT_REFUSALS).nullable().describe('Why it was refused.'),
    detail: z.string().nullable().describe('The same for people; may change.'),
    left_out: z
      .array(z.enum(['email', 'phone_number']))
      .describe('What was not proven, and has no place beside another.'),
  })
  .meta({ id: 'ImportResult' });

type Shown = z.input<typeof result>;

const shown = (outcome: ImportOutcome, dryRun: boolean): Shown =>
  outcome.outcome === 'refused'
    ? refused(outcome.reason, outcome.detail)
    : {
        outcome: outcome.outcome,
        id: dryRun && outcome.outcome === 'created' ? null : outcome.id,
        reason: null,
        detail: null,
        left_out: [...outcome.leftOut],
      };

const refused = (reason: NonNullable<Shown['reason']>, detail: string): Shown => ({
  outcome: 'refused',
  id: null,
  reason,
  detail,
  left_out: [],
});

const LONGEST_FAULT = 300;

const faultText = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

/** A record as a person; what is wrong with its shape, for people, when it is none. */
function personOf(record: Readonly<Record<string, unknown>>): ImportedPerson | { readonly fault: string } {
  const parsed = person.safeParse(record);
  if (!parsed.success) return { fault: parsed.error.issues.map(faultText).join('; ').slice(0, LONGEST_FAULT) };
  const { id, email, email_verified, phone_number, phone_number_verified, created_at, ...claims } = parsed.data;
  return {
    id,
    email,
    emailVerified: email_verified,
    phoneNumber: phone_number,
    phoneNumberVerified: phone_number_verified,
    createdAt: created_at,
    attributes: claims as Readonly<Record<string, string>>,
  };
}

/** People of another system, some hundred at a time. */
export const accountImportOperations = ({
  accountImport,
}: {
  readonly accountImport: AccountImport;
}): AdminOperation[] => [
  adminOperation({
    id: 'importAccounts',
    group: 'Accounts',
    method: 'post',
    path: '/accounts/import',
    summary: 'Import accounts',
    description:
      'Each person is answered by an outcome of their own, in the order of the request. Who is here already stays as they ' +
      'are: the same call may be made again. What nobody has verified counts as unproven until its owner’s first sign-in; ' +
      'an unproven address or number has no place beside another one, and is left out.',
    scope: 'write',
    body: batch,
    success: { status: 200, description: 'What became of each', schema: z.strictObject({ results: z.array(result) }) },
    examples: [
      {
        summary: 'One who is new',
        body: {
          accounts: [{ email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' }],
          trust_verified: true,
        },
        answer: {
          results: [{ outcome: 'created', id: 'p0b5v0tTYbV4tYc2nP8sHg', reason: null, detail: null, left_out: [] }],
        },
      },
    ],
    async handle({ body: { accounts, trust_verified, keep_ids, dry_run }, actor }) {
      const people = accounts.map(personOf);
      const sound = people.filter((one): one is ImportedPerson => !('fault' in one));
      const terms = { trustVerified: trust_verified, keepIds: keep_ids, dryRun: dry_run };
      const outcomes = (await accountImport.run(sound, terms, actor)).values();
      return {
        results: people.map((one) => ('fault' in one ? refused('record_invalid', one.fault) : next(outcomes, dry_run))),
      };
    },
  }),
];

function next(outcomes: Iterator<ImportOutcome>, dryRun: boolean): Shown {
  const { value, done } = outcomes.next();
  if (done === true) throw new Problem('internal');
  return shown(value, dryRun);
}
