import type { ListWays } from '../../../ports/views/admin-forms.ts';

/** How many things a page of a list shows. */
export const PAGE_SIZE = 25;

/**
 * Where a list goes on.
 *
 * @param path of the list
 * @param kept what stays as it is from page to page: a search, a filter
 * @param cursor of this page; undefined on the first one
 * @param next where the next page begins; null when this is the last
 */
export function listWays(
  path: string,
  kept: Readonly<Record<string, string | undefined>>,
  cursor: string | undefined,
  next: string | null,
): ListWays {
  return {
    first: cursor === undefined ? null : withQuery(path, kept),
    next: next === null ? null : withQuery(path, { ...kept, cursor: next }),
  };
}

/** A path with what is given of the query. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as [string, string]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
