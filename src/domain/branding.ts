import { lookupTag } from './language-tag.ts';

/** What a client says in its own words, in one language; null says what the installation says. Plain text. */
export interface BrandingTexts {
  /** Over the first page of a sign-in, ≤ 80 characters. */
  readonly heading: string | null;
  /** Under the heading, ≤ 300 characters. */
  readonly intro: string | null;
  /** At the beginning of its mails, ≤ 500 characters. */
  readonly mailIntro: string | null;
}

/** How a client looks to the people who sign in to it, beside its name and logo. */
export interface Branding {
  /** `#rrggbb`; null takes the colour of the installation. */
  readonly accent: string | null;
  /** By BCP 47 tag. */
  readonly texts: Readonly<Record<string, BrandingTexts>>;
}

/** How a client looks that has said nothing about it. */
export const PLAIN_BRANDING: Branding = { accent: null, texts: {} };

/** Longest texts, in characters: what still fits on a phone. */
export const LONGEST_BRANDING_TEXTS: Readonly<Record<keyof BrandingTexts, number>> = {
  heading: 80,
  intro: 300,
  mailIntro: 500,
};

/** Most languages of one client. */
export const MOST_BRANDING_LOCALES = 20;

const SILENT: BrandingTexts = { heading: null, intro: null, mailIntro: null };

/**
 * What a client says in its own words to somebody, text by text: in their language, else in that of the installation.
 *
 * @param locale BCP 47 tag of what somebody reads
 * @param usual that of the installation
 */
export function textsIn({ texts }: Branding, locale: string, usual: string): BrandingTexts {
  const said = (tag: string): BrandingTexts => texts[lookupTag(Object.keys(texts), [tag]) ?? ''] ?? SILENT;
  const [first, second] = [said(locale), said(usual)];
  return {
    heading: first.heading ?? second.heading,
    intro: first.intro ?? second.intro,
    mailIntro: first.mailIntro ?? second.mailIntro,
  };
}
