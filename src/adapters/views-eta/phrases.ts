import { inOneLine } from '../../domain/plain-text.ts';
import { type CountryList, createCountryList } from './countries.ts';

/** Values for the placeholders of a text. Numbers are written the way of the language. */
type Values = Readonly<Record<string, string | number>>;

/** A text, or one per plural form of the number `count` (Unicode CLDR plural rules). */
export type Phrase = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

/** All texts of one language, by key. */
export type Catalogue = ReadonlyMap<string, Phrase>;

/** A piece of a text: literal, or the value that filled the placeholder `slot`. */
interface Part {
  readonly text: string;
  readonly slot: string | null;
}

/** One language, ready to be spoken. */
export interface Phrases {
  /** BCP 47 tag of the language. */
  readonly locale: string;
  has(key: string): boolean;
  /** @throws Error when no language has the key */
  t(key: string, values?: Values): string;
  /** The same text in pieces, so that a template can set values off from the words around them. */
  parts(key: string, values?: Values): Part[];
  /** `in 2 minutes`, never too early: for waits. @param seconds ≥ 0 */
  when(seconds: number): string;
  /** `in 2 minutes`, to the nearest: for what runs out. @param seconds ≥ 0 */
  left(seconds: number): string;
  /** `2 minutes ago`. @param seconds ≥ 0 */
  ago(seconds: number): string;
  /** Date and time in UTC. @param iso ISO 8601; anything else comes back as it is */
  date(iso: string): string;
  /** The day in UTC, where the hour does not matter; of the same texts. */
  day(iso: string): string;
  readonly countries: CountryList;
}

/**
 * @param own texts of the language
 * @param base the language that has every text; speaks where `own` has none
 */
export function createPhrases(
  own: { readonly locale: string; readonly catalogue: Catalogue },
  base: { readonly locale: string; readonly catalogue: Catalogue },
): Phrases {
  const speakers = [own, base].map(({ locale, catalogue }) => ({
    catalogue,
    plural: new Intl.PluralRules(locale),
    number: new Intl.NumberFormat(locale),
  }));
  const parts = (key: string, values: Values = {}): Part[] => {
    const speaker = speakers.find(({ catalogue }) => catalogue.has(key));
    const phrase = speaker?.catalogue.get(key);
    if (speaker === undefined || phrase === undefined) throw new Error(`no text for ${key}`);
    const write = (value: string | number | undefined): string =>
      typeof value === 'number' ? speaker.number.format(value) : inOneLine(value ?? '');
    const text = typeof phrase === 'string' ? phrase : chosen(phrase, speaker.plural, values.count);
    return split(text).map((part) => (part.slot === null ? part : { ...part, text: write(values[part.slot]) }));
  };
  return {
    locale: own.locale,
    has: (key) => speakers.some(({ catalogue }) => catalogue.has(key)),
    t: (key, values) =>
      parts(key, values)
        .map((part) => part.text)
        .join(''),
    parts,
    ...times(own.locale),
    countries: createCountryList(own.locale),
  };
}

function chosen(phrase: Exclude<Phrase, string>, rules: Intl.PluralRules, count: string | number | undefined): string {
  const form = rules.select(Number(count ?? 0));
  return phrase[form] ?? phrase.other ?? '';
}

/** Splits at `{name}`; the pieces at odd places are the names. */
const split = (text: string): Part[] =>
  text
    .split(/\{([a-z_]+)\}/)
    .map((piece, index) => (index % 2 === 0 ? { text: piece, slot: null } : { text: '', slot: piece }))
    .filter((part) => part.text !== '' || part.slot !== null);

function times(locale: string): Pick<Phrases, 'when' | 'left' | 'ago' | 'date' | 'day'> {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const write = (format: Intl.DateTimeFormatOptions): ((iso: string) => string) => {
    const calendar = new Intl.DateTimeFormat(locale, { ...format, dateStyle: 'medium', timeZone: 'UTC' });
    return (iso) => (Number.isNaN(Date.parse(iso)) ? iso : calendar.format(Date.parse(iso)));
  };
  const say = (seconds: number, round: (value: number) => number): string => {
    if (seconds <= 90) return relative.format(Math.ceil(seconds), 'second');
    if (seconds < 2 * 3600) return relative.format(round(seconds / 60), 'minute');
    return relative.format(round(seconds / 3600), 'hour');
  };
  return {
    when: (seconds) => say(seconds, Math.ceil),
    left: (seconds) => say(seconds, Math.round),
    ago: (seconds) =>
      seconds <= 90 ? relative.format(-seconds, 'second') : relative.format(-Math.round(seconds / 60), 'minute'),
    date: write({ timeStyle: 'long' }),
    day: write({}),
  };
}
