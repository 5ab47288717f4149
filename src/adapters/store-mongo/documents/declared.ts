import { Schema, type SchemaDefinition } from 'mongoose';

/** What has to be there. An empty text would count as missing; none of ours may be empty. */
export const text = { type: String, required: true } as const;
export const whole = { type: Number, required: true } as const;
export const flag = { type: Boolean, required: true } as const;
export const moment = { type: Date, required: true } as const;
/** What may be null, and is stored as null. */
export const textOrNull = { type: String, default: null } as const;
export const wholeOrNull = { type: Number, default: null } as const;
export const momentOrNull = { type: Date, default: null } as const;

export const oneWordOf = (...words: string[]) => ({ type: String, required: true, enum: words });

/**
 * A collection's schema: exactly these fields, in documents and in filters alike; no hidden version or id fields.
 * Indexes are built by `prepareDatabase` only, never by the mere use of a model.
 */
export const declared = <Document>(collection: string, fields: SchemaDefinition): Schema<Document> =>
  new Schema<Document>(fields as SchemaDefinition<Document>, { ...ALL, collection });

/** The schema of a document inside another one. */
export const nested = (fields: SchemaDefinition) => new Schema(fields, { ...ALL, _id: false });

const ALL = {
  autoCreate: false,
  autoIndex: false,
  id: false,
  minimize: false,
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
} as const;

/**
 * How long TTL deletion waits after a record's own end. It works by the clock of the database, the rules by the clock
 * of the caller, and only picks up what a purge has left.
 */
export const LEFT_BEHIND_SECONDS = 2 * 86_400;

/** Stands for "never": the last moment a Date can hold, so that "still alive" is one comparison and never a choice. */
const NEVER = new Date(8_640_000_000_000_000);

export const endOf = (expiresAt: number | null): Date => (expiresAt === null ? NEVER : new Date(expiresAt));

export const toEnd = (stored: Date): number | null => (stored.getTime() === NEVER.getTime() ? null : stored.getTime());

export const momentOf = (at: number | null): Date | null => (at === null ? null : new Date(at));

export const toMoment = (stored: Date | null): number | null => stored?.getTime() ?? null;
