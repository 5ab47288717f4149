import type { Challenge } from '../../domain/challenge.ts';
import type { Client } from '../../domain/client.ts';
import { Problem } from '../../domain/errors.ts';
import { resultUrl, ticketScopes } from '../../interaction/ticket-request.ts';
import type { Tickets } from '../../services/tickets.ts';

/** What a client may say of the answer to a proof when it has it checked. */
export interface ProofWish {
  readonly responseType: 'code' | 'id_token';
  /** Goes into the ID token (OpenID Connect Core §3.1.2.1). */
  readonly nonce: string | null;
}

/** Where somebody goes on who has proven an identifier over an API. */
export interface ProofOnward {
  /** The `result` of a hosted sign-in: it enters the ordinary `/auth` with the proof (contracts.md §4.2). */
  result(client: Client, proven: Challenge, wish: ProofWish): Promise<string>;
  /** Behind the button of a link: the same, or between backends the redirect URI with a code to be authenticated (§5.2). */
  afterLink(client: Client, proven: Challenge): Promise<string>;
}

const PLAIN: ProofWish = { responseType: 'code', nonce: null };

export function createProofOnward(deps: { issuer: string; tickets: Tickets }): ProofOnward {
  const issue = async (client: Client, proven: Challenge, wish: ProofWish) =>
    deps.tickets.issue(proven, { ...wish, scopes: ticketScopes(client, proven.intent?.resource ?? null) });
  const onward: ProofOnward = {
    async result(client, proven, wish) {
      const { ticket, handle } = await issue(client, proven, wish);
      return resultUrl(deps.issuer, ticket, handle);
    },
    async afterLink(client, proven) {
      if (proven.intent?.integration === 'hosted') return onward.result(client, proven, PLAIN);
      const { redirectUri = null, state = null } = proven.intent ?? {};
      if (redirectUri === null) throw new Problem('redirect_uri_unknown');
      const { handle } = await issue(client, proven, PLAIN);
      const url = new URL(redirectUri);
      url.searchParams.set('code', handle);
      if (state !== null) url.searchParams.set('state', state);
      return url.href;
    },
  };
  return onward;
}
