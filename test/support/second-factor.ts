import type { Browser } from './browser.ts';
import { enterCode, type SignedIn, type SignInOptions, type Suite } from './journey.ts';
import type { Started } from './relying-party.ts';
import type { TestServerOptions } from './server.ts';

export const ONE = 'urn:countersign:acr:1fa';
export const TWO = 'urn:countersign:acr:2fa';

/** Asks for a second factor in the request itself. */
export const STEP_UP = { acr_values: TWO } as const;

const CALLBACK = 'https://bank.example.test/callback';

const client = (id: string, policy: Readonly<Record<string, unknown>>) => ({
  id,
  secret: `${id}-secret`,
  redirectUris: [CALLBACK],
  firstParty: true,
  scopes: ['openid', 'email', 'phone', 'offline_access'],
  keepSignedIn: true,
  mailProof: 'code',
  ...policy,
});

/** A server with applications that each want something else of a second factor. */
export const withPolicies = (options: TestServerOptions = {}): TestServerOptions => ({
  ...options,
  settings: {
    clients: [
      client('strict', { secondFactor: 'always' }),
      client('lenient', { secondFactor: 'always', rememberDevices: true }),
      client('asking', {}),
      client('trusting', { trustLoginHint: true }),
      client('linked', { secondFactor: 'always', mailProof: 'link' }),
      client('mail-only', { channels: ['email'] }),
    ],
    ...options.settings,
  },
});

/** Signing in at one of these. */
export const at = (clientId: string, parameters: SignInOptions['parameters'] = {}): SignInOptions => ({
  clientId,
  redirectUri: CALLBACK,
  parameters: { scope: 'openid email phone', ...parameters },
});

/** A browser that stops at these applications, too. */
export const visitor = (suite: Suite): Browser =>
  suite.browser({ stopAt: [new URL(CALLBACK).origin, suite.server.application] });

/** Somebody whose account has an address and a number. */
export interface Person {
  readonly browser: Browser;
  readonly address: string;
  readonly number: string;
  readonly sub: string;
}

/** Signs somebody new in with an address, and has them add a number. */
export async function enrolled(suite: Suite, clientId = 'strict'): Promise<Person> {
  const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
  const { tokens } = await enroll(suite, browser, { address, number, clientId });
  return { browser, address, number, sub: tokens.claims()?.sub ?? '' };
}

/** The whole way of somebody new to an application that wants two factors. */
async function enroll(
  suite: Suite,
  browser: Browser,
  { address, number, clientId = 'strict' }: { address: string; number: string; clientId?: string },
): Promise<SignedIn> {
  const started = await suite.begin(browser, at(clientId));
  await enterCode(browser, await suite.askForCode(browser, address));
  await enterCode(browser, await suite.askForCode(browser, number));
  return finishAt(suite, browser, started, clientId);
}

/** The code exchange at one of these applications. */
export const finishAt = (suite: Suite, browser: Browser, started: Started, clientId: string): Promise<SignedIn> =>
  suite.finish(browser, started, clientId, CALLBACK);

/** Does something that makes a message go out. @returns the code in it */
export async function codeAfter(suite: Suite, to: string, action: () => Promise<unknown>): Promise<string> {
  const before = (await suite.server.inbox(to)).length;
  await action();
  return suite.server.code(to, before + 1);
}

/** Proves the first factor of a person who has two; the second code is on its way then. @returns that code */
export async function proveFirst(suite: Suite, browser: Browser, { address, number }: Person): Promise<string> {
  const code = await suite.askForCode(browser, address);
  return codeAfter(suite, number, () => enterCode(browser, code));
}
