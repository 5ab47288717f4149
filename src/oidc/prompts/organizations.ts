import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { OrganizationChoice } from '../../domain/organization.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { Organizations } from '../../services/people/organizations.ts';
import type { GrantContexts } from '../grants/context.ts';
import { contextOf } from '../tickets/check.ts';

/** Under this name the journey's answer to the question stands in the result of an interaction. */
export const CHOSEN_ORGANIZATION = 'organization';

/** What somebody answered, and who it was: another account of the same browser has not answered yet. */
export interface ChosenOrganization {
  readonly accountId: string;
  readonly id: string;
}

export interface RequestOrganizationsDeps {
  readonly clients: Clients;
  readonly organizations: Organizations;
  readonly grantContexts: GrantContexts;
}

/** For which organization an authorization request is answered. */
export interface RequestOrganizations {
  /** Decided once in a request. @returns `none` as long as nobody is signed in */
  of(ctx: KoaContextWithOIDC): Promise<OrganizationChoice>;
}

/** The id of what was decided; undefined as long as it is open, or refused. */
export const settledOrganization = (choice: OrganizationChoice): string | null | undefined => {
  if (choice.kind === 'none') return null;
  return choice.kind === 'taken' ? choice.membership.organization.id : undefined;
};

export function createRequestOrganizations(deps: RequestOrganizationsDeps): RequestOrganizations {
  const decided = new WeakMap<object, Promise<OrganizationChoice>>();
  return {
    of(ctx) {
      const { oidc } = ctx;
      const known = decided.get(oidc);
      if (known !== undefined) return known;
      const deciding = decide(ctx, deps);
      decided.set(oidc, deciding);
      return deciding;
    },
  };
}

type Request = KoaContextWithOIDC['oidc'];

/**
 * What the request names counts before what the person chose just now, and that before what they chose for this application
 * earlier in this session. Somebody who may turn out to be somebody else is asked again.
 */
async function decide(ctx: KoaContextWithOIDC, deps: RequestOrganizationsDeps): Promise<OrganizationChoice> {
  const { oidc } = ctx;
  const { params, session, client } = oidc;
  const accountId = session?.accountId;
  const record = client === undefined ? null : await deps.clients.find(client.clientId);
  if (record === null || accountId === undefined) return { kind: 'none' };
  const { organizations: policy } = record;
  const choose = (named: string | null): Promise<OrganizationChoice> =>
    deps.organizations.choose(policy, accountId, named);
  const named = typeof params?.org_id === 'string' ? params.org_id : contextOf(ctx)?.organizationId;
  if (named != null) return choose(named);
  if (policy === 'none') return { kind: 'none' };
  const before = chosenNow(oidc, accountId) ?? (asksWho(oidc) ? null : await chosenBefore(oidc, deps));
  const kept = before === null ? null : await choose(before);
  return kept?.kind === 'taken' ? kept : choose(null);
}

function chosenNow({ result }: Request, accountId: string): string | null {
  const chosen = result?.[CHOSEN_ORGANIZATION] as ChosenOrganization | undefined;
  return chosen?.accountId === accountId ? chosen.id : null;
}

const asksWho = ({ prompts }: Request): boolean => prompts.has('login') || prompts.has('select_account');

async function chosenBefore({ session, client }: Request, { grantContexts }: RequestOrganizationsDeps) {
  const context = await grantContexts.find(session?.grantIdFor(client?.clientId ?? ''));
  return context?.organizationId ?? null;
}

/** Asks for which organization somebody is here, after the sign-in and before the consent. */
export function askForOrganization(policy: interactionPolicy.DefaultPolicy, { of }: RequestOrganizations): void {
  const check = new interactionPolicy.Check(
    'organization_open',
    'End-User has to choose an organization',
    'interaction_required',
    async (ctx) => {
      const { kind } = await of(ctx);
      // Only said to whoever has signed in: nobody else learns which organizations there are, or who is in them.
      if (kind === 'refused') throw new errors.AccessDenied('not a member of this organization');
      return kind === 'open' || kind === 'missing';
    },
  );
  const prompt = new interactionPolicy.Prompt({ name: 'organization', requestable: false }, check);
  policy.add(
    prompt,
    [...policy].findIndex(({ name }) => name === 'consent'),
  );
}
