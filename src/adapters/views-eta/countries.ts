/** A country as a list shows it. */
interface NamedCountry {
  readonly code: string;
  /** Its name in the language of the page, and what its numbers begin with: `Germany (+49)`. */
  readonly label: string;
}

/** Names countries in a language, in the order of that language. */
export type CountryList = (
  countries: readonly { readonly code: string; readonly callingCode: string }[],
) => NamedCountry[];

/** @param locale BCP 47 tag */
export function createCountryList(locale: string): CountryList {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const { compare } = new Intl.Collator(locale);
  return (countries) =>
    countries
      .map(({ code, callingCode }) => ({ code, label: `${names.of(code) ?? code} (+${callingCode})` }))
      .sort((one, other) => compare(one.label, other.label));
}
