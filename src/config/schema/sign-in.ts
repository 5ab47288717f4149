import { z } from 'zod';
import { LEAST_PUBLISH_SECONDS, LONGEST_TOKEN_SECONDS } from '../../domain/signing-key.ts';
import { budgetRules, whole } from './fields.ts';

const DAY = 86_400;

/** One-time codes: how long, how often, how many (requirements §0.1, R-01 to R-05). */
export const challengeSection = z
  .strictObject({
    codeLength: whole(6, 6, 10, 'Digits in a code (R-01).'),
    lifetimeSeconds: whole(300, 60, 600, 'Seconds a code works; a resend never extends it (R-02).'),
    maxAttempts: whole(5, 3, 10, 'Guesses a code survives; a resend never resets them (R-04).'),
    resendSeconds: whole(60, 30, 600, 'Seconds before the first resend; every further wait doubles.'),
    resendCapSeconds: whole(120, 30, 600, 'Longest wait before a resend, in seconds.'),
    maxSends: whole(5, 1, 10, 'Messages one challenge may send, the first included.'),
    openPerSlot: whole(
      3,
      1,
      3,
      'Codes of one address at one client that may be open at the same time in different browsers; the oldest gives way (R-05).',
    ),
  })
  .refine((section) => section.resendCapSeconds >= section.resendSeconds, {
    path: ['resendCapSeconds'],
    error: 'must not be smaller than challenge.resendSeconds',
  })
  .prefault({})
  .describe('One-time codes');

/** What may happen how often, before the answer is 429. */
export const budgetsSection = z
  .strictObject({
    sendsPerIdentifier: budgetRules(
      [
        { limit: 5, windowSeconds: 600 },
        { limit: 20, windowSeconds: DAY },
      ],
      'Mails to one address over all clients, resends included (R-15, R-20).',
    ),
    sendsPerNumber: budgetRules(
      [
        { limit: 3, windowSeconds: 600 },
        { limit: 10, windowSeconds: DAY },
      ],
      'Text messages to one number over all clients, resends included (R-15).',
    ),
    sendsByOtherChannel: budgetRules(
      [
        { limit: 3, windowSeconds: 600 },
        { limit: 5, windowSeconds: DAY },
      ],
      'Messages by the other channel of an account that one address or number can ask for, and that it can get; apart from those to itself, whose budgets would tell what belongs together (R-24).',
    ),
    sendsPerPrefix: budgetRules(
      [{ limit: 100, windowSeconds: DAY }],
      'Text messages to one block of numbers: a number without its last four digits (R-18).',
    ),
    unansweredPerPrefix: budgetRules(
      [{ limit: 20, windowSeconds: DAY }],
      'Text messages to one block of numbers from which no code comes back; a right code gives ten of them back (R-18).',
    ),
    sendsPerCountry: budgetRules(
      [{ limit: 1000, windowSeconds: DAY }],
      'Text messages to the numbers of one country (R-18).',
    ),
    sendsPerNetwork: budgetRules(
      [{ limit: 30, windowSeconds: 3600 }],
      'Messages asked for from one network: an IPv4 address or an IPv6 /64 (R-16).',
    ),
    sendsPerClient: budgetRules(
      [
        { limit: 600, windowSeconds: 60 },
        { limit: 50_000, windowSeconds: DAY },
      ],
      'Messages one client may cause (R-14).',
    ),
    failuresPerIdentifier: budgetRules(
      [{ limit: 10, windowSeconds: 3600 }],
      'Wrong codes for one address or number, whatever the network and the client (R-13).',
    ),
    consecutiveFailures: whole(
      100,
      10,
      100,
      'Wrong codes for one address or number in a row, within 30 days, before codes stop working for it (NIST SP 800-63B).',
    ),
    failuresPerClient: budgetRules(
      [{ limit: 1000, windowSeconds: 600 }],
      'Wrong codes at one client; a bound against spraying many addresses (R-14).',
    ),
    interactionsPerNetwork: budgetRules(
      [{ limit: 30, windowSeconds: 60 }],
      'Sign-ins one network may start; each writes a record before anybody is known (R-21).',
    ),
    callerFailuresPerNetwork: budgetRules(
      [{ limit: 100, windowSeconds: 600 }],
      'Calls of the REST API from one network whose token is none, before they are answered 429 instead of 401 (R-45).',
    ),
    noticesPerAccount: budgetRules(
      [{ limit: 20, windowSeconds: DAY }],
      'Changes to one account that its owner is told of (R-32); more of them have to wait.',
    ),
  })
  .prefault({})
  .describe('Budgets');

/** One visit of a browser to the sign-in pages. */
export const interactionSection = z
  .strictObject({
    lifetimeSeconds: whole(900, 60, 900, 'Seconds a started sign-in stays open (R-21).'),
  })
  .prefault({})
  .describe('Interactions');

/** The signed-in presence of a browser. */
export const sessionSection = z
  .strictObject({
    lifetimeSeconds: whole(14 * DAY, 300, 30 * DAY, 'Seconds a browser stays signed in.'),
  })
  .prefault({})
  .describe('Sessions');

/** The second factor (docs/assurance.md). */
export const secondFactorSection = z
  .strictObject({
    rememberDays: whole(
      30,
      0,
      90,
      'Days a browser may skip the second factor at clients with `rememberDevices`; 0 remembers none.',
    ),
    holdHours: whole(
      72,
      0,
      720,
      'Hours for which nothing counts as a second factor that somebody with only one of two factors has changed at `/account`; 0 holds nothing.',
    ),
  })
  .prefault({})
  .describe('Second factor');

/** Lifetimes of what the authorization server issues (RFC 6749, RFC 9700). */
export const tokensSection = z
  .strictObject({
    accessTokenSeconds: whole(3600, 60, LONGEST_TOKEN_SECONDS, 'Seconds an access token works.'),
    idTokenSeconds: whole(3600, 60, LONGEST_TOKEN_SECONDS, 'Seconds an ID token is valid.'),
    clientCredentialsSeconds: whole(
      3600,
      60,
      LONGEST_TOKEN_SECONDS,
      'Seconds an access token of the client credentials grant works.',
    ),
    refreshTokenSeconds: whole(14 * DAY, 300, 30 * DAY, 'Seconds a refresh token works when it is not used.'),
    refreshTokenAbsoluteSeconds: whole(
      30 * DAY,
      300,
      30 * DAY,
      'Seconds after which a chain of refresh tokens ends, however often it was rotated.',
    ),
    authorizationCodeSeconds: whole(60, 10, 60, 'Seconds an authorization code works (RFC 6749 §4.1.2).'),
    refreshReuseSeconds: whole(
      10,
      0,
      10,
      'Seconds in which a rotated refresh token is answered with its successor again, for a lost answer or parallel tabs; later its grant is revoked.',
    ),
    keyPublishSeconds: whole(
      3600,
      LEAST_PUBLISH_SECONDS,
      7 * DAY,
      'Seconds a new signing key is published before it signs (R-71).',
    ),
    keyRotationDays: z
      .int()
      .min(1)
      .max(3650)
      .nullable()
      .default(null)
      .describe('Days after which the server replaces its signing keys by itself; null: when an administrator does.'),
  })
  .refine((section) => section.refreshTokenSeconds <= section.refreshTokenAbsoluteSeconds, {
    path: ['refreshTokenSeconds'],
    error: 'must not be larger than tokens.refreshTokenAbsoluteSeconds',
  })
  .prefault({})
  .describe('Tokens');
