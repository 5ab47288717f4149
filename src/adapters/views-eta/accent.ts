import { isColour } from '../../domain/message-content.ts';

/** A colour for what is filled, and the one that can be read on it. */
export interface Accent {
  readonly fill: string;
  readonly ink: string;
}

const [DARK, LIGHT] = ['#111111', '#ffffff'];

/** @returns null for what is no colour: nothing else may get into a style */
export function accentOf(colour: string | null): Accent | null {
  if (colour === null || !isColour(colour)) return null;
  const fill = colour.toLowerCase();
  return { fill, ink: contrast(fill, LIGHT) >= contrast(fill, DARK) ? LIGHT : DARK };
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const linear = (channel: number): number => {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
