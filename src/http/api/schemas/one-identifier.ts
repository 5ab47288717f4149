import { z } from 'zod';
import { type Identifier, parseEmail } from '../../../domain/identifier.ts';
import { parsePhone } from '../../../domain/phone.ts';
import { email, phoneNumber } from './sign-in-request.ts';

const fields = { email: email.optional(), phone_number: phoneNumber.optional() };

type OneIdentifier = z.output<z.ZodObject<typeof fields>>;

const isOne = (given: OneIdentifier): boolean => (given.email === undefined) !== (given.phone_number === undefined);

const EITHER = { error: 'expected either email or phone_number' };

/** One address or one number, and nothing else. */
export const oneIdentifier = z.strictObject(fields).refine(isOne, EITHER);

/** The same together with what else is asked for. */
export const oneIdentifierWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ ...fields, ...shape }).refine((given) => isOne(given as OneIdentifier), EITHER);

/** The same where fields that are not listed are ignored (contracts.md §5.2). */
export const oneIdentifierAmongOthers = z
  .object(fields)
  .refine(isOne, { error: 'expected either email or phone_number; the person adds the other one' });

/** @throws Problem `identifier_invalid` */
export const identifierIn = (given: OneIdentifier): Identifier =>
  given.email === undefined ? parsePhone(given.phone_number, null) : parseEmail(given.email);
