import { Problem } from '../domain/errors.ts';
import type { Channel, Identifier } from '../domain/identifier.ts';
import { parseIdentifier } from '../domain/parse-identifier.ts';
import { type Country, callingCodeOf, likelyCountry, readableNumber } from '../domain/phone.ts';

/** What may be given in a field for an address or a number, and where whoever gives it probably is. */
export interface FieldFacts {
  readonly channels: readonly Channel[];
  /** Whose numbers may be given; empty where none may. */
  readonly countries: readonly Country[];
  /** BCP 47 tags, best first. */
  readonly languages: readonly string[];
}

/** Fields of the submitted form. */
interface Given {
  readonly identifier?: string | undefined;
  readonly country?: string | undefined;
}

/** As people write it. */
export const readable = ({ channel, value }: Identifier): string => (channel === 'sms' ? readableNumber(value) : value);

/** The country that was chosen, else the likely one. */
const countryOf = ({ countries, languages }: FieldFacts, { country }: Given): Country | null =>
  countries.find((listed) => listed === country) ?? likelyCountry(languages, countries);

/** The field, with what was given in it. */
export const identifierField = (facts: FieldFacts, given: Given) => ({
  identifier: (given.identifier ?? '').slice(0, 320),
  channels: facts.channels,
  countries: facts.countries.map((code) => ({ code, callingCode: callingCodeOf(code) })),
  country: countryOf(facts, given),
});

/** @throws Problem `identifier_invalid` for what is none, or of a channel that is not offered */
export function takeIdentifier(facts: FieldFacts, given: Given): Identifier {
  const identifier = parseIdentifier(given.identifier, countryOf(facts, given));
  if (!facts.channels.includes(identifier.channel)) throw new Problem('identifier_invalid');
  return identifier;
}
