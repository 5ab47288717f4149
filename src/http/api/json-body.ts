import type { Context } from 'koa';
import type { z } from 'zod';
import { Problem } from '../../domain/errors.ts';
import { readText } from '../middleware/body-text.ts';

/** Deeper than anything this API takes; a parser's recursion is not to be anybody's lever. */
const DEEPEST = 20;

/** Names that no request has a use for: prototypes, and operators of query languages. */
const FORBIDDEN = /^(?:__proto__|constructor|prototype|\$.*|_bsontype)$/;

/** Faults that are told at once, and how much of each: an answer is not to be as long as its question. */
const MOST_LINES = 10;
const LONGEST_LINE = 200;

/** What a request body is wrong about: one line for each fault, for its developer; no value is repeated in it. */
export class BodyFault extends Problem {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super('request_invalid');
    this.lines = lines;
  }
}

/**
 * The JSON body of a request, as its schema says. Nothing that the schema does not name gets any further.
 *
 * @param bodyBytes the largest body, in bytes
 * @throws Problem `media_type_not_supported`, `payload_too_large`
 * @throws BodyFault for anything the schema does not allow
 */
export async function readJson<Schema extends z.ZodType>(
  ctx: Context,
  schema: Schema,
  bodyBytes: number,
): Promise<z.output<Schema>> {
  if (!ctx.is('application/json')) throw new Problem('media_type_not_supported');
  const value = parse(await readText(ctx, bodyBytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BodyFault(['expected an object']);
  const hostile = hostileName(value, 1);
  if (hostile !== null) throw new BodyFault([hostile]);
  return checked(schema, value);
}

/**
 * A value as its schema says.
 *
 * @throws BodyFault for anything the schema does not allow
 */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BodyFault(parsed.error.issues.slice(0, MOST_LINES).map(({ path, message }) => line(path, message)));
}

/**
 * What is said of a query before anybody reads it: names that are none have no place there either.
 *
 * @throws BodyFault
 */
export function refuseHostileQuery(ctx: Context): void {
  for (const name of new URLSearchParams(ctx.querystring).keys()) {
    if (name.split(/[[\].]+/).some((part) => FORBIDDEN.test(part))) throw new BodyFault(['a name that is not allowed']);
  }
}

const line = (path: readonly PropertyKey[], message: string): string =>
  (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`).slice(0, LONGEST_LINE);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BodyFault(['expected JSON']);
  }
}

/** What is wrong with the shape of a value before anybody looks at its meaning; null when nothing is. */
function hostileName(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > DEEPEST) return `nested deeper than ${DEEPEST} levels`;
  for (const [name, inner] of Object.entries(value)) {
    if (FORBIDDEN.test(name)) return 'a name that is not allowed';
    const fault = hostileName(inner, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}
