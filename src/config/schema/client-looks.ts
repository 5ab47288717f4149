import { z } from 'zod';
import { LONGEST_BRANDING_TEXTS, MOST_BRANDING_LOCALES, PLAIN_BRANDING } from '../../domain/branding.ts';
import { isColour, saysSomething } from '../../domain/message-content.ts';
import { isOneLine } from '../../domain/plain-text.ts';
import { isLanguageTag } from './fields.ts';

const words = (longest: number, description: string) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine(saysSomething, 'expected something to read')
    .refine(isOneLine, 'line breaks, control characters and marks of direction are not allowed')
    .nullable()
    .default(null)
    .describe(description);

const texts = z.strictObject({
  heading: words(LONGEST_BRANDING_TEXTS.heading, 'Over the first page of a sign-in.'),
  intro: words(LONGEST_BRANDING_TEXTS.intro, 'Under the heading.'),
  mailIntro: words(LONGEST_BRANDING_TEXTS.mailIntro, 'At the beginning of its mails.'),
});

/** How a client looks to people, beside its name and logo. */
export const brandingField = z
  .strictObject({
    accent: z
      .string()
      .refine(isColour, 'expected #rrggbb')
      .toLowerCase()
      .nullable()
      .default(null)
      .describe('Colour of buttons and links, `#rrggbb`; made lighter or darker where it could not be read.'),
    texts: z
      .record(z.string(), texts)
      .superRefine((byLocale, context) => {
        const locales = Object.keys(byLocale);
        if (locales.length > MOST_BRANDING_LOCALES) {
          context.addIssue({ code: 'custom', message: `at most ${MOST_BRANDING_LOCALES} languages` });
        }
        for (const locale of locales.filter((tag) => !isLanguageTag(tag))) {
          context.addIssue({ code: 'custom', path: [locale], message: 'expected a language tag (BCP 47)' });
        }
      })
      .default({})
      .describe('Its own words, by language tag: `heading`, `intro`, `mailIntro`. Plain text.'),
  })
  .default(PLAIN_BRANDING)
  .describe('How it looks on sign-in pages and in mails.');
