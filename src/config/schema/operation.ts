import { z } from 'zod';
import { isMailbox, isSmtpUrl, whole } from './fields.ts';

/** What the server runs as; some defaults differ, and production refuses what is unsafe. */
export type Environment = 'development' | 'production';

/** Where everything is kept. */
export const storeSection = z
  .strictObject({
    url: z
      .string()
      .regex(/^[a-z][a-z0-9+]*:.+/, 'expected a URL such as sqlite:./data/countersign.db')
      .default('sqlite:./data/countersign.db')
      .describe(
        'The store: `sqlite:<file>` for one server, `mongodb://…` or `mongodb+srv://…` for any number of them.',
      ),
    trustedNetwork: z
      .boolean()
      .default(false)
      .describe(
        'Lets production use a MongoDB on other machines without credentials or TLS: nobody else is on the network between.',
      ),
  })
  .prefault({})
  .describe('Store');

/** How mail leaves. */
export const mailSection = (environment: Environment) =>
  z
    .strictObject({
      url: z
        .string()
        .refine(isSmtpUrl, 'expected smtp://[user:password@]host[:port] or smtps://…, without path or query')
        .nullable()
        .default(null)
        .meta({
          alias: 'SMTP_URL',
          description: 'The SMTP server. Without one, mail stays in the dev inbox; production refuses that.',
        }),
      from: z
        .string()
        .refine(isMailbox, 'expected an address, or a name and an address: Example <login@example.com>')
        .default('Countersign <no-reply@localhost>')
        .describe('Sender of every mail.'),
      tls: z
        .enum(['required', 'opportunistic', 'none'])
        .default(environment === 'production' ? 'required' : 'opportunistic')
        .describe(
          'TLS to the SMTP server: `required` checks the certificate and never falls back (R-74), `opportunistic` takes what is offered, `none` does not ask.',
        ),
      timeoutSeconds: whole(10, 1, 20, 'Seconds to wait for the SMTP server at each step; a delivery gets twice that.'),
    })
    .prefault({})
    .describe('Mail');

export const logSection = z
  .strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('What is worth a log line.'),
  })
  .prefault({})
  .describe('Log');

/** The outbox and its worker. */
export const deliverySection = z
  .strictObject({
    inServer: z
      .boolean()
      .default(true)
      .describe('Whether servers deliver; without it, `countersign worker` does, which needs MongoDB.'),
    healthPort: z
      .int()
      .min(0)
      .max(65_535)
      .nullable()
      .default(null)
      .describe(
        'Port on which `countersign worker` answers `/health/live` and `/health/ready`; none: it does not listen.',
      ),
    concurrency: whole(8, 1, 64, 'Messages handed over at the same time.'),
    leaseSeconds: whole(30, 5, 50, 'Seconds after which the message of a worker that died is taken over (R-77).'),
    pollMilliseconds: whole(1000, 50, 10_000, 'How often the outbox is looked at when nothing called the worker.'),
    retryFirstSeconds: whole(2, 1, 60, 'Seconds before the first retry; every further wait doubles.'),
    retryCapSeconds: whole(60, 1, 600, 'Longest wait before a retry, in seconds.'),
  })
  .refine((section) => section.retryCapSeconds >= section.retryFirstSeconds, {
    path: ['retryCapSeconds'],
    error: 'must not be smaller than delivery.retryFirstSeconds',
  })
  .prefault({})
  .describe('Delivery');

/** What a request may be, and how the process ends. */
export const limitsSection = (environment: Environment) =>
  z
    .strictObject({
      bodyBytes: whole(65_536, 1024, 65_536, 'Largest request body in bytes (R-22).'),
      headerBytes: whole(16_384, 4096, 16_384, 'Largest request head in bytes (R-22).'),
      parameters: whole(50, 10, 50, 'Most parameters of a query or a form (R-22).'),
      headersTimeoutSeconds: whole(10, 1, 10, 'Seconds a client may take to send the head of a request (R-22).'),
      requestTimeoutSeconds: whole(30, 1, 30, 'Seconds a client may take to send a whole request (R-22).'),
      shutdownSeconds: whole(30, 1, 30, 'Seconds that running requests get to finish at shutdown (R-80).'),
      drainSeconds: whole(
        environment === 'production' ? 5 : 0,
        0,
        60,
        'Seconds of still accepting requests at shutdown while readiness already says 503, so that balancers notice (R-80).',
      ),
    })
    .refine((section) => section.headersTimeoutSeconds <= section.requestTimeoutSeconds, {
      path: ['headersTimeoutSeconds'],
      error: 'must not be larger than limits.requestTimeoutSeconds',
    })
    .prefault({})
    .describe('Limits');

export const eventsSection = z
  .strictObject({
    keepDays: whole(90, 1, 3650, 'Days an audit event is kept.'),
    keepTallyDays: whole(
      400,
      180,
      3650,
      'Days for which the statistics know how often something happened; of nobody what they did.',
    ),
  })
  .prefault({})
  .describe('Audit events');

export const purgeSection = z
  .strictObject({
    intervalSeconds: whole(60, 1, 900, 'Seconds between two collections of what has expired (R-21).'),
    batch: whole(100, 1, 100_000, 'Records of a kind one collection deletes at a time.'),
  })
  .prefault({})
  .describe('Purge');
