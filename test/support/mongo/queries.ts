import type { mongo } from 'mongoose';

/** What a command looks for in one collection, and in which order. */
export interface Query {
  readonly command: string;
  readonly collection: string;
  readonly filter: mongo.Document;
  readonly sort: mongo.Document;
}

/** The queries in a command; none for one that only inserts. */
export function queriesOf({ commandName: command, command: body }: mongo.CommandStartedEvent): Query[] {
  const collection = String(body[command]);
  const query = (filter: mongo.Document, sort: mongo.Document = {}): Query => ({
    command,
    collection,
    filter,
    sort: sort instanceof Map ? Object.fromEntries(sort) : sort,
  });
  if (command === 'find') return [query(body.filter, body.sort)];
  if (command === 'findAndModify') return [query(body.query, body.sort)];
  if (command === 'aggregate') return aggregated(query, body.pipeline);
  if (command === 'update') return body.updates.map(({ q }: mongo.Document) => query(q));
  if (command === 'delete') return body.deletes.map(({ q }: mongo.Document) => query(q));
  return [];
}

/** What an aggregation begins with, in which order, and what it looks up in other collections. */
const aggregated = (
  query: (filter: mongo.Document, sort?: mongo.Document) => Query,
  pipeline: readonly mongo.Document[],
): Query[] => [
  query(pipeline[0]?.$match, pipeline.find((stage) => '$sort' in stage)?.$sort),
  ...pipeline.flatMap(({ $lookup }) =>
    $lookup === undefined
      ? []
      : [{ command: 'aggregate', collection: $lookup.from, filter: { [$lookup.foreignField]: '' }, sort: {} }],
  ),
];

/** The same for all queries that differ in their values only. */
export const shapeOf = ({ command, collection, filter, sort }: Query): string =>
  `${command} ${collection} ${JSON.stringify(withoutValues(filter))} sort ${JSON.stringify(sort)}`;

function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutValues);
  if (value === null || typeof value !== 'object' || value instanceof Date) return '?';
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutValues(entry)]));
}

/**
 * The index that answers a query by going from its first entry that fits to its last, in the order that is asked for; null
 * when there is none. A rule of thumb for servers that do not explain themselves, stricter than theirs.
 */
export function servingIndex(query: Query, indexes: readonly mongo.IndexDescriptionInfo[]): string | null {
  const { $or: ways, ...rest } = query.filter;
  // Nothing but alternatives: the server goes one way after the other, and each needs an index of its own.
  if (ways !== undefined && Object.keys(rest).length === 0) {
    const serving = ways.map((filter: mongo.Document) => servingIndex({ ...query, filter }, indexes));
    return serving.includes(null) ? null : serving.join(' and ');
  }
  const serves = ({ key, partialFilterExpression }: mongo.IndexDescriptionInfo): boolean =>
    implies(query.filter, partialFilterExpression ?? {}) &&
    (begins(query, Object.keys(key)) || Object.keys(query.filter).length === 0) &&
    sorts(query, Object.entries(key));
  return indexes.find(serves)?.name ?? null;
}

/** The first key is compared, so that only a part of the index is read. */
const begins = ({ filter }: Query, [first = '']: readonly string[]): boolean => {
  const condition: unknown = filter[first];
  return condition !== undefined && (!isOperators(condition) || !('$ne' in condition));
};

/** Behind the keys that are fixed come the keys of the sort, all in its direction or all against it. */
function sorts({ filter, sort }: Query, keys: readonly [string, unknown][]): boolean {
  const wanted = Object.entries(sort);
  const fixed = keys.findIndex(([key]) => filter[key] === undefined || isOperators(filter[key]));
  const rest = keys.slice(fixed < 0 ? keys.length : fixed, (fixed < 0 ? keys.length : fixed) + wanted.length);
  const turns = wanted.map(([key, direction], index) =>
    rest[index]?.[0] === key ? Number(rest[index]?.[1]) * Number(direction) : 0,
  );
  return turns.every((turn) => turn === 1) || turns.every((turn) => turn === -1);
}

/** What the filter lets through is in a partial index: each of its conditions stands in the filter, or a stricter one. */
const implies = (filter: mongo.Document, partial: mongo.Document): boolean =>
  Object.entries(partial).every(([path, condition]: [string, unknown]) => {
    const asked: unknown = filter[path];
    if (!isOperators(condition)) return asked === condition;
    if ('$gt' in condition) return typeof asked === 'string' && asked > String(condition.$gt);
    return isOperators(asked) && asked.$gte instanceof Date && asked.$gte >= (condition.$gte as Date);
  });

const isOperators = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('$'));
