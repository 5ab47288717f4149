import { createClock, createLog, createRandom } from '../../src/adapters/system/index.ts';
import type { Organization } from '../../src/domain/organization.ts';
import type { AdminActor } from '../../src/services/administration/admin-actor.ts';
import { createOrganizations, type Organizations } from '../../src/services/people/organizations.ts';
import { createAudit } from '../../src/services/trail/audit.ts';
import { accountWith } from './account.ts';
import type { Browser } from './browser.ts';
import type { SignedIn, SignInOptions, Suite } from './journey.ts';
import type { RelyingParty } from './relying-party.ts';
import type { TestServerOptions } from './server.ts';

/** Who changes organizations in tests. */
export const ADMINISTRATOR: AdminActor = {
  name: 'administrator',
  caller: { network: '192.0.2.7', requestId: 'request' },
  owns: true,
};

const CALLBACK = 'https://team.example.test/callback';

const client = (id: string, settings: Readonly<Record<string, unknown>>) => ({
  id,
  secret: `${id}-secret`,
  redirectUris: [CALLBACK],
  firstParty: true,
  scopes: ['openid', 'email', 'offline_access'],
  keepSignedIn: true,
  mailProof: 'code',
  ...settings,
});

/** A server with applications that each want something else of organizations. */
export const withOrganizations = (): TestServerOptions => ({
  settings: {
    clients: [
      client('solo', {}),
      client('either', { organizations: 'optional' }),
      client('team', { organizations: 'required' }),
      client('foreign', { organizations: 'required', firstParty: false }),
      client('signed', { organizations: 'optional', accessTokenFormat: 'jwt' }),
    ],
  },
});

/** The use cases over the store of a running server, as its administration has them. */
export function organizationsOf({ server }: Suite): Organizations {
  const world = { store: server.server.store, clock: createClock(), random: createRandom() };
  return createOrganizations({ ...world, audit: createAudit({ ...world, log: createLog({ level: 'silent' }) }) });
}

/** Signing in at one of these. */
export const forTeam = (clientId: string, parameters: SignInOptions['parameters'] = {}): SignInOptions => ({
  clientId,
  redirectUri: CALLBACK,
  parameters: { scope: 'openid email', ...parameters },
});

/** One of these applications. */
export const partyOf = (suite: Suite, clientId: string): Promise<RelyingParty> => suite.party(clientId, CALLBACK);

export const visitorOf = (suite: Suite): Browser =>
  suite.browser({ stopAt: [new URL(CALLBACK).origin, suite.server.application] });

export const comesBack = (suite: Suite, browser: Browser, started: SignedIn['started'], clientId: string) =>
  suite.finish(browser, started, clientId, CALLBACK);

/** Somebody who has an account. */
export interface Colleague {
  readonly browser: Browser;
  readonly address: string;
  readonly sub: string;
}

/** Somebody new, signed in where nobody asks about organizations. */
export async function colleague(suite: Suite): Promise<Colleague> {
  const [browser, address] = [visitorOf(suite), suite.address()];
  await suite.signIn(browser, address, forTeam('solo'));
  return { browser, address, sub: (await accountWith(suite, address)).id };
}

/** An organization with these people in it. */
export async function organizationOf(
  suite: Suite,
  name: string,
  members: Readonly<Record<string, readonly string[]>> = {},
): Promise<Organization> {
  const organizations = organizationsOf(suite);
  const organization = await organizations.create(name, ADMINISTRATOR);
  for (const [sub, roles] of Object.entries(members)) {
    await organizations.putMember(organization.id, sub, roles, ADMINISTRATOR);
  }
  return organization;
}
