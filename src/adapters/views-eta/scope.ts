import type { ShownProblem } from '../../ports/views/forms.ts';
import type { PageFrame, Pages } from '../../ports/views.ts';
import { accentSheet } from './accent-sheet.ts';
import { errorKind } from './error-kind.ts';
import { clientLink, targetLink } from './links.ts';
import { type Monogram, monogramOf } from './monogram.ts';
import type { Phrases } from './phrases.ts';

/** What a page template finds in `it`. */
export interface PageScope<Model> extends Phrases {
  readonly model: Model;
  readonly service: string;
  readonly development: boolean;
  /** `ltr` or `rtl`, as the locale file says. */
  readonly direction: string;
  /** Who the page speaks for: the application where one is known, else this service. */
  readonly name: string;
  readonly monogram: Monogram;
  /** Addresses of the application that are fit to be linked; null where there is none. */
  readonly client: {
    readonly logo: string | null;
    readonly site: { readonly href: string; readonly host: string } | null;
    readonly policy: string | null;
    readonly terms: string | null;
    /** URL of the style sheet with its accent. */
    readonly accent: string | null;
    readonly heading: string | null;
    readonly intro: string | null;
  } | null;
  /** URL of a file of `views/public`, with its content hash. @throws Error when there is no such file */
  asset(name: string): string;
  /** Where this server sends a person; empty when the URL is not fit to be followed. */
  target(url: string | null): string;
  /** A problem in words, with the moment a new try makes sense. */
  problem(problem: ShownProblem): string;
  errorKind: typeof errorKind;
}

/** @param asset resolves the URL of a static file */
export function pageScope<Name extends keyof Pages>(
  frame: PageFrame,
  model: Pages[Name],
  phrases: Phrases,
  asset: (name: string) => string,
): PageScope<Pages[Name]> {
  const name = frame.client?.name ?? frame.service;
  return {
    ...phrases,
    model,
    service: frame.service,
    development: frame.development,
    direction: phrases.t('locale.direction'),
    name,
    monogram: monogramOf(name),
    client: clientOf(frame),
    asset,
    target: (url) => targetLink(url) ?? '',
    problem: (problem) => problemText(phrases, problem),
    errorKind,
  };
}

function clientOf({ client, development }: PageFrame): PageScope<unknown>['client'] {
  if (client === null) return null;
  const site = clientLink(client.clientUri, development);
  return {
    logo: clientLink(client.logoUri, development),
    site: site === null ? null : { href: site, host: new URL(site).host },
    policy: clientLink(client.policyUri, development),
    terms: clientLink(client.tosUri, development),
    accent: client.accent === null ? null : (accentSheet(client.accent)?.url ?? null),
    heading: client.heading,
    intro: client.intro,
  };
}

/** A problem in words, with the moment a new try makes sense. */
export function problemText(phrases: Phrases, problem: ShownProblem): string {
  const text = phrases.t(`problem.${problem.code}`, problem.params);
  if (problem.retryAfter === null) return text;
  return `${text} ${phrases.t('problem.retry', { when: phrases.when(problem.retryAfter) })}`;
}
