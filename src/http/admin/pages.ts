import { z } from 'zod';

const MOST = 100;

/** What every list takes. */
export const pageQuery = z.strictObject({
  cursor: z.string().min(1).max(256).optional().describe('`next_cursor` of the page before.'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(MOST))
    .default(50)
    .describe(`How many at most, up to ${MOST}.`),
});

/** A page of a list in its answer. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('Null on the last page.'),
  });

/** A page as it is answered. @param found what came after the cursor, one more than `limit` where there is more */
export const paged = <Kept extends { readonly id: string }, Shown>(
  found: readonly Kept[],
  limit: number,
  shown: (kept: Kept) => Shown,
): { items: Shown[]; next_cursor: string | null } => {
  const items = found.slice(0, limit);
  return { items: items.map(shown), next_cursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
};
