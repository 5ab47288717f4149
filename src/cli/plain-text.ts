/** What a terminal would act on instead of showing it: control characters, and those that turn the direction of text. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text of somebody else that can be shown on a terminal: one line, and nothing in it does anything. */
export const plain = (text: string): string => text.replace(ACTIVE, '\uFFFD');

/** JSON that can be shown on a terminal, and is the same to whoever parses it. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (one) =>
    one === '\n' ? one : [...Array(one.length).keys()].map((at) => escaped(one.charCodeAt(at))).join(''),
  );

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
