import { isColour } from './message-content.ts';

/** A colour for what is filled, and the one that can be read on it. */
export interface Accent {
  readonly fill: string;
  readonly ink: string;
}

/** What pages are made of in one of the two schemes, light or dark; colours as `#rrggbb`. */
export interface Ground {
  /** What lies right under most things. */
  readonly surface: string;
  /** Everything that a text in the accent may stand on, the surface among it. */
  readonly under: readonly string[];
  /** What stands on something filled with the accent. */
  readonly onAccent: string;
  /** Where an accent that cannot be read goes until it can: to black on light grounds, to white on dark ones. */
  readonly away: '#000000' | '#ffffff';
}

/** One accent as a scheme can use it. */
export interface Shades {
  /** For texts, lines and small things that are filled. */
  readonly accent: string;
  /** The same under a pointer. */
  readonly hover: string;
  readonly onAccent: string;
  /** For buttons: the colour itself, wherever it can be told from what lies under it, with an ink of its own. */
  readonly fill: string;
  readonly fillHover: string;
  readonly onFill: string;
  /** A breath of it, for what is marked. */
  readonly tint: string;
}

/** WCAG 2.2, 1.4.3: contrast of text with what it stands on, level AA. */
export const READABLE = 4.5;

/** Contrast by which an area is seen as one; what it says is read by the contrast of its ink. */
const TOLD_APART = 1.4;

const [BLACK, DARK, LIGHT] = ['#000000', '#111111', '#ffffff'];

/** How much of a colour makes a tint, and how far it goes under a pointer. */
const TINT = 0.1;
const HOVER = 0.15;

/** Steps in which a colour that cannot be read is moved. */
const STEPS = 50;

/** @returns null for what is no colour: nothing else may get into a style */
export function accentOf(colour: string | null): Accent | null {
  if (colour === null || !isColour(colour)) return null;
  const fill = colour.toLowerCase();
  const better = contrast(fill, LIGHT) >= contrast(fill, DARK) ? LIGHT : DARK;
  // Between white and the softer black there is a band of greys on which only black can be read.
  return { fill, ink: contrast(fill, better) >= READABLE ? better : BLACK };
}

/**
 * An accent that can be read on a ground, and on which can be read: the colour itself where that is so already, else the
 * nearest one on the way to black or white.
 *
 * @param colour `#rrggbb`
 */
export function shadesOn(colour: string, { surface, under, onAccent, away }: Ground): Shades {
  const tint = mixed(surface, colour, TINT);
  const others = [...under, surface, tint, onAccent];
  const isReadable = (candidate: string): boolean => others.every((other) => contrast(candidate, other) >= READABLE);
  const candidates = Array.from({ length: STEPS + 1 }, (_, step) => mixed(colour, away, step / STEPS));
  const accent = candidates.find(isReadable) ?? away;
  const hover = mixed(accent, away, HOVER);
  const shades = { accent, hover, onAccent, tint };
  const own = accentOf(colour);
  if (own === null || contrast(own.fill, surface) < TOLD_APART) {
    return { ...shades, fill: accent, fillHover: hover, onFill: onAccent };
  }
  // Away from its ink, so that what can be read on it stays so under a pointer.
  const fillHover = mixed(own.fill, own.ink === LIGHT ? BLACK : LIGHT, HOVER);
  return { ...shades, fill: own.fill, fillHover, onFill: own.ink };
}

/** WCAG 2.2, contrast ratio: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

const CHANNELS = [1, 3, 5];
const channelsOf = (colour: string): number[] => CHANNELS.map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** @param share of the other one, 0 to 1 */
function mixed(one: string, other: string, share: number): string {
  const added = channelsOf(other);
  const channels = channelsOf(one).map((value, at) => Math.round(value + ((added[at] ?? 0) - value) * share));
  return `#${channels.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const linear = (channel: number): number => {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
