import { z } from 'zod';
import { BodyFault } from '../../api/json-body.ts';

const MOST = 100;

/** What every list takes. */
export const pageQuery = z.strictObject({
  cursor: z.string().min(1).max(256).optional().describe('`next_cursor` of the page before.'),
  limit: z
    .string()
    .refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST, {
      error: `expected a whole number from 1 to ${MOST}`,
    })
    .transform(Number)
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

/** Where a page ends of a list that is newest first. */
export interface Position {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
}

/** @throws BodyFault for what is no cursor of ours */
export function positionOf(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [, at, id] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  if (id === undefined) throw new BodyFault(['cursor: expected the next_cursor of a page before']);
  return { at: Number(at), id };
}

export const cursorOf = (position: Position | null): string | null =>
  position === null ? null : `${position.at}.${position.id}`;
