import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** 128 bits: enough that ids can be neither guessed nor expected to collide (ASVS 11.5.1). */
const ID_BYTES = 16;

/** The generator of the operating system, by way of OpenSSL. */
export const createRandom = (): Random => ({
  bytes: (size) => randomBytes(size),
  id: () => randomBytes(ID_BYTES).toString('base64url'),
});
