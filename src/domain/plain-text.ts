/** Control characters write lines and headers of their own; marks of direction turn the words around them. */
const DISTURBING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/u;

/** True for a text that stays in its line and its direction, wherever it is put. */
export const isOneLine = (text: string): boolean => !DISTURBING.test(text);

/** A text in one line, whatever it was: for values that nobody has checked. */
export const inOneLine = (text: string): string => text.replace(new RegExp(DISTURBING, 'gu'), ' ').trim();
