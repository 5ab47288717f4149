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
