import type { Context } from 'koa';
import { Problem } from '../../domain/errors.ts';

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

async function readText(ctx: Context, limit: number): Promise<string> {
  if ((ctx.request.length ?? 0) > limit) throw tooLarge(ctx);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of received(ctx)) {
    size += chunk.length;
    if (size > limit) throw tooLarge(ctx);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/** A client that goes away in the middle of its own body is no fault of ours. */
async function* received(ctx: Context): AsyncGenerator<Buffer> {
  try {
    yield* ctx.req.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new Problem('request_invalid', { cause });
  }
}

/** The rest of the body is not read, so the connection cannot be used again. */
function tooLarge(ctx: Context): Problem {
  ctx.set('connection', 'close');
  return new Problem('payload_too_large');
}
