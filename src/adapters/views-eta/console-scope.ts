import type { ConsoleFrame } from '../../ports/views/admin-frame.ts';
import type { ShownProblem } from '../../ports/views/forms.ts';
import { targetLink } from './links.ts';
import { type Monogram, monogramOf } from './monogram.ts';
import { type Phrases, presentable } from './phrases.ts';
import { problemText } from './scope.ts';

/** What a template of the console finds in `it`. */
interface ConsoleScope<Model> extends Pick<Phrases, 't' | 'has' | 'date' | 'day' | 'when' | 'left'> {
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
  /** `12,345`. */
  number(value: number): string;
}

const numbers = new Intl.NumberFormat('en');

/** @param asset resolves the URL of a static file */
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
  plain: presentable,
  monogram: monogramOf,
  number: (value) => numbers.format(value),
});
