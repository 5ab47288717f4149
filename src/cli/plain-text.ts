/** What a terminal would act on instead of showing it: control characters, and those that turn the direction of text. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text of somebody else that can be shown on a terminal: one line, and nothing in it does anything. */
export const plain = (text: string): string => text.replace(ACTIVE, '\uFFFD');

/** JSON that can be shown on a terminal, and is the same to whoever parses it. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).split('\n').map(plainLine).join('\n');

/** The same for a line of JSON that is there already: in it, such characters stand in strings only. */
export const plainLine = (json: string): string =>
  json.replace(ACTIVE, (one) =>
    one.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
