import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { Random } from '../ports/random.ts';

/** A key that derives codes; challenges remember its id (requirements 0.2). */
export interface Pepper {
  readonly id: string;
  readonly key: KeyObject;
}

/** Signs cookies and checks them; what Koa and the engine take in place of a list of keys. */
export interface CookieSigner {
  sign(data: string): string;
  /** Which key made the signature, the newest being 0; -1 when none did. */
  index(data: string, signature: string): number;
  verify(data: string, signature: string): boolean;
}

/**
 * Everything that is made from `SECRET`. The list is ordered newest first: the newest makes, all of them read, so that a
 * rotation is to put a new secret in front and to drop the last one when what it protected has ended.
 */
export interface Vault {
  /** Newest first, never empty. */
  readonly peppers: readonly [Pepper, ...Pepper[]];
  /** The pepper with this id, or undefined when its secret was dropped from the list. */
  pepper(id: string): Pepper | undefined;
  readonly cookies: CookieSigner;
  /** Encrypts and authenticates (AES-256-GCM) text for the store; `context` must be named again to open it. */
  seal(text: string, context: string): string;
  /** Whether the newest secret sealed it. */
  isFresh(sealed: string): boolean;
  /** @returns null when it was not sealed by any secret of the list, was altered, or belongs to another context */
  open(sealed: string, context: string): string | null;
  /** Seals under a key that only the holder of `token` can derive: not even the secret of the server opens it. */
  sealFor(token: string, text: string): string;
  openFor(token: string, sealed: string): string | null;
  /** Proof that this server made something: a keyed digest over labelled fields, base64url. */
  sign(label: string, ...fields: string[]): string;
  verify(given: string, label: string, ...fields: string[]): boolean;
  /** A keyed hash that stands for an identifier where it must not be readable: budgets, cookies. */
  fingerprint(value: string): string;
}

/** A digest of a value with ≥ 128 bits of entropy, safe to store in its place. Survives a change of `SECRET`. */
export const digestOf = (value: string): string => hash('sha256', value, 'base64url');

// Key objects are made once: making them from bytes for each use costs more than the use.
const derive = (secret: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'countersign', purpose, 32)));

interface KeyRing {
  readonly id: string;
  readonly sealing: KeyObject;
  readonly signing: KeyObject;
}

/**
 * @param secrets `SECRET`, newest first, each ≥ 32 bytes of entropy
 * @throws TypeError when the list is empty
 */
export function createVault(secrets: readonly string[], random: Random): Vault {
  const [newest, ...older] = secrets.map(pepperOf);
  const rings = secrets.map((secret) => ({
    id: keyId(derive(secret, 'seal')),
    sealing: derive(secret, 'seal'),
    signing: derive(secret, 'sign'),
  }));
  const [ring] = rings;
  if (newest === undefined || ring === undefined) throw new TypeError('SECRET must name at least one secret');
  const peppers: [Pepper, ...Pepper[]] = [newest, ...older];
  return {
    peppers,
    pepper: (id) => peppers.find((pepper) => pepper.id === id),
    cookies: createCookieSigner(secrets.map((secret) => derive(secret, 'cookie'))),
    seal: (text, context) => `${ring.id}.${encrypt(ring.sealing, random.bytes(12), text, context)}`,
    isFresh: (sealed) => sealed.startsWith(`${ring.id}.`),
    open: (sealed, context) => openWith(rings, sealed, context),
    sealFor: (token, text) => encrypt(derive(token, 'seal-for'), random.bytes(12), text, 'seal-for'),
    openFor: (token, sealed) => decrypt(derive(token, 'seal-for'), sealed, 'seal-for'),
    sign: (label, ...fields) => macOf(ring.signing, label, fields).toString('base64url'),
    verify: (given, label, ...fields) => rings.some(({ signing }) => equal(given, macOf(signing, label, fields))),
    fingerprint: (value) => macOf(ring.signing, 'fingerprint', [value]).subarray(0, 16).toString('base64url'),
  };
}

const keyId = (key: KeyObject): string => hash('sha256', key.export(), 'base64url').slice(0, 8);

function createCookieSigner(keys: readonly KeyObject[]): CookieSigner {
  const [newest] = keys;
  if (newest === undefined) throw new TypeError('no key to sign cookies with');
  const index = (data: string, signature: string): number =>
    keys.findIndex((key) => equal(signature, macOf(key, 'cookie', [data])));
  return {
    sign: (data) => macOf(newest, 'cookie', [data]).toString('base64url'),
    index,
    verify: (data, signature) => index(data, signature) >= 0,
  };
}

function pepperOf(secret: string): Pepper {
  const key = derive(secret, 'pepper');
  return { id: keyId(key), key };
}

function encrypt(key: KeyObject, iv: Buffer, text: string, context: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context, 'utf8'));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

function decrypt(key: KeyObject, sealed: string, context: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < 28) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(context, 'utf8')).setAuthTag(bytes.subarray(12, 28));
  try {
    return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return null;
  }
}

function openWith(rings: readonly KeyRing[], sealed: string, context: string): string | null {
  const dot = sealed.indexOf('.');
  const ring = rings.find(({ id }) => id === sealed.slice(0, dot));
  return ring === undefined ? null : decrypt(ring.sealing, sealed.slice(dot + 1), context);
}

/** Fields are length-prefixed, so that no two lists of fields give the same input. */
function macOf(key: KeyObject, label: string, fields: readonly string[]): Buffer {
  const input = [label, ...fields].map((field) => `${Buffer.byteLength(field)}:${field}`).join('');
  return createHmac('sha256', key).update(input, 'utf8').digest();
}

function equal(given: string, expected: Buffer): boolean {
  const bytes = Buffer.from(given, 'base64url');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
