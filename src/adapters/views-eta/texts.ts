import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { lookupTag } from '../../domain/language-tag.ts';
import { type Catalogue, createPhrases, type Phrases } from './phrases.ts';

/** The language every text exists in; it stands in where another one has a gap. */
const BASE_LOCALE = 'en';

/** The locale files of an installation. */
export interface Texts {
  /** BCP 47 tags there is a file for. */
  readonly locales: readonly string[];
  /** RFC 4647 §3.4. @param wanted BCP 47 tags, best first */
  lookup(wanted: readonly string[]): string;
  /** @param locale any BCP 47 tag; the nearest language speaks */
  speak(locale: string): Phrases;
}

const file = z.record(
  z.string(),
  z.union([z.string(), z.partialRecord(z.enum(['zero', 'one', 'two', 'few', 'many', 'other']), z.string())]),
);

/**
 * Reads every `<tag>.json` of a folder once.
 *
 * @throws Error when the base language is missing or a file has another shape
 */
export function loadTexts(directory: string): Texts {
  const catalogues = new Map<string, Catalogue>();
  for (const name of readdirSync(directory).sort()) {
    if (!name.endsWith('.json')) continue;
    const content: unknown = JSON.parse(readFileSync(join(directory, name), 'utf8'));
    catalogues.set(basename(name, '.json'), new Map(Object.entries(file.parse(content))));
  }
  const base = catalogues.get(BASE_LOCALE);
  if (base === undefined) throw new Error(`${BASE_LOCALE}.json is missing in ${directory}`);
  const phrases = new Map(
    [...catalogues].map(([locale, catalogue]) => [
      locale,
      createPhrases({ locale, catalogue }, { locale: BASE_LOCALE, catalogue: base }),
    ]),
  );
  const inBase = createPhrases({ locale: BASE_LOCALE, catalogue: base }, { locale: BASE_LOCALE, catalogue: base });
  const locales = [...catalogues.keys()];
  const lookup = (wanted: readonly string[]): string => lookupTag(locales, wanted) ?? BASE_LOCALE;
  return { locales, lookup, speak: (locale) => phrases.get(lookup([locale])) ?? inBase };
}
