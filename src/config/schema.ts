import { z } from 'zod';
import { adminSection } from './schema/admin.ts';
import { backchannelSection } from './schema/backchannel.ts';
import { installationFields } from './schema/installation.ts';
import {
  deliverySection,
  type Environment,
  eventsSection,
  limitsSection,
  logSection,
  mailSection,
  purgeSection,
  storeSection,
} from './schema/operation.ts';
import { registrationSection } from './schema/registration.ts';
import {
  budgetsSection,
  challengeSection,
  interactionSection,
  secondFactorSection,
  sessionSection,
  tokensSection,
} from './schema/sign-in.ts';
import { smsSection } from './schema/sms.ts';

export type { ClientDeclaration } from './schema/client.ts';
export type { Environment } from './schema/operation.ts';

const settings = (environment: Environment) =>
  z.strictObject({
    ...installationFields,
    host: z
      .string()
      .min(1)
      .default(environment === 'production' ? '0.0.0.0' : '127.0.0.1')
      .describe('Address to listen on.'),
    demo: z
      .boolean()
      .default(environment === 'development')
      .describe('Demo clients with well-known secrets and a demo application on PORT+1; production refuses it.'),
    store: storeSection,
    mail: mailSection(environment),
    sms: smsSection(environment),
    log: logSection,
    challenge: challengeSection,
    budgets: budgetsSection,
    interaction: interactionSection,
    session: sessionSection,
    backchannelLogout: backchannelSection(environment),
    secondFactor: secondFactorSection,
    tokens: tokensSection,
    delivery: deliverySection,
    limits: limitsSection(environment),
    events: eventsSection,
    purge: purgeSection,
    admin: adminSection,
    registration: registrationSection,
  });

/**
 * Every option of the server: its type, bounds, default and description. Documentation, JSON Schema and the names of
 * environment variables are made from this.
 *
 * @param environment some defaults depend on it
 */
export const configSchema = (environment: Environment) =>
  settings(environment)
    .refine((config) => config.mail.timeoutSeconds * 2 < config.delivery.leaseSeconds, {
      path: ['mail', 'timeoutSeconds'],
      // A worker that waits longer than its lease would see its message sent by another one too.
      error: 'twice this must be less than delivery.leaseSeconds',
    })
    .refine((config) => config.sms.timeoutSeconds * 2 < config.delivery.leaseSeconds, {
      path: ['sms', 'timeoutSeconds'],
      error: 'twice this must be less than delivery.leaseSeconds',
    })
    .refine((config) => config.delivery.inServer || !config.store.url.startsWith('sqlite:'), {
      path: ['delivery', 'inServer'],
      error: 'with SQLite nobody else could deliver: one process holds the file',
    })
    .refine((config) => !config.demo || config.port < 65_535, {
      path: ['port'],
      error: 'the demo application needs PORT+1; take a smaller port or set DEMO=false',
    })
    .transform((config) => ({ ...config, environment, issuer: config.issuer ?? `http://localhost:${config.port}` }));

/** The configuration after loading: complete, checked, with every default in its place. */
export type Config = z.output<ReturnType<typeof configSchema>>;

/** Whether there is a dev inbox: development keeps what has no way out, channel by channel; production never does. */
export const keepsMessages = ({ environment, mail, sms }: Config): boolean =>
  environment === 'development' && (mail.url === null || sms.url === null);
