import { schema as first } from './0001-first.ts';
import { schema as secondFactor } from './0002-second-factor.ts';
import { schema as backends } from './0003-backends.ts';
import { schema as unprovenIdentifiers } from './0004-unproven-identifiers.ts';
import { schema as adminKeys } from './0005-admin-keys.ts';
import { schema as administration } from './0006-administration.ts';

/**
 * Every step ever released, in order: the first leads from an empty file to schema 1. A released step is never edited,
 * only followed by another one.
 */
export const migrations: readonly string[] = [
  first,
  secondFactor,
  backends,
  unprovenIdentifiers,
  adminKeys,
  administration,
];
