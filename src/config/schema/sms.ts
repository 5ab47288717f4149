import { z } from 'zod';
import { type Country, isCountry } from '../../domain/phone.ts';
import type { Environment } from './operation.ts';

/** Where the demo can be tried with a number of one's own; nothing leaves the machine there. */
const IN_DEVELOPMENT =
  'AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GG GR HR HU IE IM IN IS IT JE JP LI LT LU LV MT MX NL NO NZ PL PT RO SE SI SK US'
    .split(' ')
    .filter(isCountry);

const country = z
  .string()
  .refine(isCountry, 'expected a country such as DE (ISO 3166-1 alpha-2)')
  .transform((code) => code as Country);

/** Codes by text message: where to, with which words. */
export const smsSection = (environment: Environment) =>
  z
    .strictObject({
      countries: z
        .array(country)
        .max(250)
        .default(environment === 'production' ? [] : IN_DEVELOPMENT)
        .describe('Countries whose numbers are sent text messages. None: nobody signs in by phone (R-18).'),
      text: z
        .string()
        .max(140)
        .refine((text) => text.includes('{otp}'), 'expected a text with {otp} in it')
        .nullable()
        .default(null)
        .describe(
          'Text of an SMS instead of the one of its language, with {otp} and {app}; a client may have its own.',
        ),
    })
    .prefault({})
    .describe('Text messages');
