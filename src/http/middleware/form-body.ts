import type { Context } from 'koa';
import { Problem } from '../../domain/errors.ts';
import { readText } from './body-text.ts';

/** Bounds of what is read from a request. */
export interface BodyLimits {
  readonly bodyBytes: number;
  readonly parameters: number;
}

/**
 * The fields of a submitted form, flat: each name once, each value one string.
 *
 * @throws Problem `request_invalid` for another content type, repeated or too many fields; `payload_too_large`
 */
export async function readForm(ctx: Context, limits: BodyLimits): Promise<Record<string, string>> {
  if (!ctx.is('application/x-www-form-urlencoded')) throw new Problem('request_invalid');
  const text = await readText(ctx, limits.bodyBytes);
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > limits.parameters || name in fields) throw new Problem('request_invalid');
    fields[name] = value;
  }
  return fields;
}
