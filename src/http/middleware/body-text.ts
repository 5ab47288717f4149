import type { Context } from 'koa';
import { Problem } from '../../domain/errors.ts';

/**
 * The body of a request as text, of a bounded size.
 *
 * @param limit in bytes
 * @throws Problem `payload_too_large`; `request_invalid` when its sender goes away
 */
export async function readText(ctx: Context, limit: number): Promise<string> {
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
