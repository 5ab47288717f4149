import { z } from 'zod';
import { clientsField } from './client.ts';
import { isLanguageTag, isNetwork, isOrigin, whole } from './fields.ts';

const issuerField = z
  .string()
  .refine(
    isOrigin,
    'expected an origin such as https://login.example.com: no path, query, fragment or slash at the end',
  )
  .optional()
  .meta({
    defaultText: 'http://localhost:PORT',
    description:
      'The public origin of this server, byte for byte as clients know it. All links are built from it, never from request headers (R-11).',
  });

const secretField = z.array(z.string().min(1)).default([]).meta({
  defaultText: 'generated in development',
  description:
    'Secrets from which all keys are derived, newest first; an older one stays in the list for as long as something made with it may live. Production needs at least one of 32 bytes.',
});

const trustedProxiesField = z
  .array(z.string().refine(isNetwork, 'expected an IP address or a network such as 10.0.0.0/8'))
  .default([])
  .describe('Proxies whose X-Forwarded-For is believed; it decides whose budget a request counts against (R-16).');

const localeField = z
  .string()
  .refine(isLanguageTag, 'expected a language tag such as en or pt-BR (BCP 47)')
  .default('en')
  .describe('Language for people whose own is not offered.');

/** What the installation is called, where it is reached, and who may use it. */
export const installationFields = {
  service: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .default('Countersign')
    .describe('Name of this installation on pages and in mails.'),
  port: whole(3000, 0, 65_535, 'Port to listen on; 0 takes a free one.'),
  issuer: issuerField,
  secret: secretField,
  dataDirectory: z.string().min(1).default('./data').describe('Where development keeps its generated secret.'),
  trustedProxies: trustedProxiesField,
  locale: localeField,
  signUp: z.enum(['open', 'closed']).default('open').describe('`closed`: only people who have an account can sign in.'),
  clients: clientsField,
};
