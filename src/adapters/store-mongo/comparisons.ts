import { type QueryFilter, trusted } from 'mongoose';

/**
 * The operators that filters are made of. The connection obeys no other one (`sanitizeFilter`): should an object ever
 * arrive where a string is expected, it is compared as a value and refused, never read as `{ $gt: '' }`.
 */
export const above = <Value>(value: Value) => trusted({ $gt: value });
export const atLeast = <Value>(value: Value) => trusted({ $gte: value });
export const below = <Value>(value: Value) => trusted({ $lt: value });
export const atMost = <Value>(value: Value) => trusted({ $lte: value });
export const between = <Value>(first: Value, last: Value) => trusted({ $gte: first, $lte: last });
export const oneOf = <Value>(values: readonly Value[]) => trusted({ $in: [...values] });
/** One field of a document below another one of it. Names are ours: nothing that came from outside belongs in here. */
export const belowField = (field: string, other: string) => trusted({ $lt: [`$${field}`, `$${other}`] });
export const otherThan = <Value>(value: Value) => trusted({ $ne: value });

/** An element of an array that is all of this. */
export const anElement = <Element>(fields: Element) => trusted({ $elemMatch: fields });

/** Behind a record in a list that is newest first: a bound that an index can begin at, and which of the same millisecond. */
export const olderThan = <Document>(field: keyof Document & string, at: Date, id: string): QueryFilter<Document> => {
  const behind = { [field]: atMost(at), $or: [{ [field]: below(at) }, { _id: below(id) }] };
  return behind as QueryFilter<Document>;
};
