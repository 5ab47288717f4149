import { z } from 'zod';
import { type Country, isCountry } from '../../domain/phone.ts';
import { isSenderId, parseSmsUrl, SmsUrlError } from '../../domain/sms-provider.ts';
import { whole } from './fields.ts';
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

const url = z
  .string()
  .superRefine((text, context) => {
    try {
      parseSmsUrl(text);
    } catch (error) {
      if (!(error instanceof SmsUrlError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  })
  .nullable()
  .default(null)
  .describe(
    'The SMS provider: `webhook+https://user:secret@host/path`, `twilio://SID:TOKEN@FROM` or `sns://REGION`. Without one, development keeps text messages in the dev inbox.',
  );

/** How text messages leave (docs/sms.md). */
const provider = (environment: Environment) => ({
  url,
  senderId: z
    .string()
    .refine(isSenderId, 'expected at most 11 letters, digits and dashes, one of them a letter')
    .nullable()
    .default(null)
    .describe(
      'What phones show as the sender, at most 11 characters, where provider and country allow it. Twilio has it in its URL.',
    ),
  timeoutSeconds: whole(
    3,
    1,
    10,
    'Seconds to wait for the SMS provider (R-63); one with credentials to fetch gets twice that.',
  ),
  privateNetwork: z
    .boolean()
    .default(environment === 'development')
    .describe('The provider may be on this machine or in a private network (R-63).'),
});

/** Codes by text message: how, where to, with which words. */
export const smsSection = (environment: Environment) =>
  z
    .strictObject({
      ...provider(environment),
      countries: z
        .array(country)
        .max(250)
        .prefault(environment === 'production' ? [] : IN_DEVELOPMENT)
        .meta({
          defaultText: environment === 'production' ? 'none' : 'some to try it with',
          description: 'Countries whose numbers are sent text messages. None: nobody signs in by phone (R-18).',
        }),
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
    .refine(({ url, senderId }) => senderId === null || url?.startsWith('twilio:') !== true, {
      path: ['senderId'],
      error: 'the sender of Twilio is what stands behind the @ of SMS_URL',
    })
    .prefault({})
    .describe('Text messages');
