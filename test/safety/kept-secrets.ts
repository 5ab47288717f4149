import { createHash } from 'node:crypto';

/** Secrets that were seen outside, to be looked for inside. */
export interface SeenSecrets {
  add(kind: string, ...values: (string | null | undefined)[]): void;
  readonly kinds: ReadonlySet<string>;
  /** Which of them stand in the bytes, in whatever notation: `refresh token as hex`. */
  foundIn(bytes: Buffer): string[];
}

/** A notation, and how to tell a value in it from a longer run of the same characters. */
const NOTATIONS: readonly (readonly [string, (value: string) => string])[] = [
  ['it is', (value) => value],
  ['base64', (value) => Buffer.from(value).toString('base64').replace(/=+$/, '')],
  ['base64url', (value) => Buffer.from(value).toString('base64url')],
  ['hex', (value) => Buffer.from(value).toString('hex')],
  ['HEX', (value) => Buffer.from(value).toString('hex').toUpperCase()],
  ['a URL has it', encodeURIComponent],
  ['JSON has it', (value) => JSON.stringify(value).slice(1, -1)],
  ['it is backwards', (value) => [...value].reverse().join('')],
];

/** Anybody can undo a plain digest of six digits: it is the code itself. */
const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) =>
  (['hex', 'base64', 'base64url'] as const).map(
    (form) => [`${name} ${form}`, (value: string) => createHash(name).update(value).digest(form).slice(0, 40)] as const,
  ),
);

export function createSeenSecrets(): SeenSecrets {
  const seen = new Map<string, string>();
  return {
    add(kind, ...values) {
      for (const value of values) if (value != null && value !== '') seen.set(value, kind);
    },
    get kinds() {
      return new Set(seen.values());
    },
    foundIn(bytes) {
      const text = bytes.toString('latin1');
      return [...seen].flatMap(([value, kind]) => {
        const notations = kind === 'code' ? [...NOTATIONS, ...DIGESTS] : NOTATIONS;
        const found = notations.find(([, write]) => stands(text, write(value)));
        return found === undefined ? [] : [`${kind} as ${found[0]}`];
      });
    },
  };
}

/** Digits only count where they stand alone: any six of them are somewhere in a timestamp. */
function stands(text: string, value: string): boolean {
  if (!/^\d+$/.test(value)) return text.includes(value);
  return new RegExp(`(?<![0-9A-Za-z_-])${value}(?![0-9A-Za-z_-])`).test(text);
}
