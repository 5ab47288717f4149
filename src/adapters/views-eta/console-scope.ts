import { inOneLine } from '../../domain/plain-text.ts';
import type { ConsoleFrame } from '../../ports/views/admin-frame.ts';
import type { ShownProblem } from '../../ports/views/forms.ts';
import { type Charts, charts } from './charts/index.ts';
import { eventName, isGraveEvent } from './event-names.ts';
import { targetLink } from './links.ts';
import { type Monogram, monogramOf } from './monogram.ts';
import type { Phrases } from './phrases.ts';
import { problemText } from './scope.ts';

/** What a template of the console finds in `it`. */
interface ConsoleScope<Model> extends Pick<Phrases, 't' | 'has'> {
  readonly model: Model;
  readonly frame: ConsoleFrame;
  asset(name: string): string;
  /** Where this server sends a browser; empty when the URL is not fit to be followed. */
  target(url: string | null): string;
  /** A problem in words, with the moment a new try makes sense. */
  problem(problem: ShownProblem): string;
  /** A name in a line of its own: without characters that turn or break the words around it. */
  plain(text: string): string;
  monogram(name: string): Monogram;
  /** `1 Mar 2026, 12:34 UTC`. @param iso ISO 8601 */
  date(iso: string): string;
  /** `1 Mar 2026`, in UTC. @param iso ISO 8601 */
  day(iso: string): string;
  readonly charts: Charts;
  eventName: typeof eventName;
  isGraveEvent: typeof isGraveEvent;
  /** The name of a country. @param code ISO 3166-1 alpha-2 */
  country(code: string): string;
  /** `12,345`. */
  number(value: number): string;
}

const countries = new Intl.DisplayNames('en', { type: 'region' });
const numbers = new Intl.NumberFormat('en');
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const hours = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

const day = (iso: string): string => days.format(Date.parse(iso));

/**
 * @param phrases of English
 * @param asset resolves the URL of a static file
 */
export const consoleScope = <Model>(
  frame: ConsoleFrame,
  model: Model,
  phrases: Phrases,
  asset: (name: string) => string,
): ConsoleScope<Model> => ({
  ...phrases,
  model,
  frame,
  asset,
  target: (url) => targetLink(url) ?? '',
  problem: (problem) => problemText(phrases, problem),
  plain: inOneLine,
  monogram: monogramOf,
  date: (iso) => `${day(iso)}, ${hours.format(Date.parse(iso))} UTC`,
  day,
  charts,
  eventName,
  isGraveEvent,
  country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  number: (value) => numbers.format(value),
});
