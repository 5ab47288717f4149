/** What stands for an application without a logo: up to two initials and one of the tints of the style sheet. */
export interface Monogram {
  readonly letters: string;
  readonly tint: number;
}

const TINTS = 6;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The same name has the same monogram everywhere. */
export function monogramOf(name: string): Monogram {
  const words = name.slice(0, 256).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const letters = words.slice(0, 2).map((word) => [...graphemes.segment(word)][0]?.segment ?? '');
  let sum = 0;
  for (const char of name.slice(0, 256)) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return { letters: letters.join('').toLocaleUpperCase('en'), tint: sum % TINTS };
}
