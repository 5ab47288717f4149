import { Problem } from './errors.ts';
import { type Identifier, parseEmail } from './identifier.ts';
import { type Country, parsePhone } from './phone.ts';

/**
 * Parses what was given in a field that takes an address or a number. An `@` means an address; nothing else is guessed.
 *
 * @param country where a number without a country code is; null when only international numbers are understood
 * @throws Problem `identifier_invalid`
 */
export function parseIdentifier(input: unknown, country: Country | null): Identifier {
  if (typeof input !== 'string') throw new Problem('identifier_invalid');
  return input.includes('@') ? parseEmail(input) : parsePhone(input, country);
}
