import { createHash } from 'node:crypto';
import { type Ground, type Shades, shadesOn } from '../../domain/accent.ts';
import { isColour } from '../../domain/message-content.ts';
import type { Asset } from './assets.ts';

/** The grounds of `views/public/tokens.css`, which a test holds against them. */
export const GROUNDS: Readonly<Record<'light' | 'dark', Ground>> = {
  light: { surface: '#ffffff', under: ['#f5f4f0', '#f8f7f4'], onAccent: '#ffffff', away: '#000000' },
  dark: { surface: '#151b19', under: ['#0c1110', '#1b2320'], onAccent: '#0c1110', away: '#ffffff' },
};

/** One accent in both schemes; null for what is no colour: nothing else may get into a style. */
export const shadesOf = (colour: string | null): Readonly<Record<'light' | 'dark', Shades>> | null =>
  colour === null || !isColour(colour)
    ? null
    : { light: shadesOn(colour, GROUNDS.light), dark: shadesOn(colour, GROUNDS.dark) };

/**
 * The accent of a client as a style sheet of ours: pages may have no style of their own.
 *
 * @returns null for what is no colour
 */
export function accentSheet(colour: string): Asset | null {
  const shades = shadesOf(colour);
  if (shades === null) return null;
  const css = `${rule(shades.light)}\n@media (prefers-color-scheme: dark) {\n${rule(shades.dark)}\n}\n`;
  const hash = createHash('sha256').update(css).digest('base64url').slice(0, 16);
  const url = `/assets/accent/${colour.slice(1).toLowerCase()}.css?v=${hash}`;
  return { body: Buffer.from(css), type: 'text/css; charset=utf-8', etag: `"${hash}"`, url };
}

const rule = ({ accent, hover, onAccent, tint, fill, fillHover, onFill }: Shades): string => {
  const values = {
    accent,
    'accent-hover': hover,
    'on-accent': onAccent,
    'accent-tint': tint,
    focus: accent,
    fill,
    'fill-hover': fillHover,
    'on-fill': onFill,
  };
  const declarations = Object.entries(values).map(([name, value]) => `--${name}: ${value};`);
  return `:root { ${declarations.join(' ')} }`;
};
