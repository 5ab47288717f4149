import type { Provider } from 'oidc-provider';
import type { GrantContexts } from '../grants/context.ts';

/** What belongs to a code that came of a ticket. */
export interface TicketCode {
  /** Where it was sent; the engine wants it named again. */
  readonly redirectUri: string;
  /** Whether its person has no account yet, and gets one by the exchange. */
  readonly isNew: boolean;
}

/** Codes that may be exchanged without naming the redirect URI: of sign-ins that their client began over an API. */
export interface TicketCodes {
  /** @returns null for every other code: of a browser's own sign-in, of another client, unknown, expired */
  find(code: string, clientId: string): Promise<TicketCode | null>;
}

export const createTicketCodes = (provider: Provider, grantContexts: GrantContexts): TicketCodes => ({
  async find(value, clientId) {
    const code = await provider.AuthorizationCode.find(value);
    if (code === undefined || code.clientId !== clientId || code.codeChallenge !== undefined) return null;
    const context = await grantContexts.find(code.grantId);
    if (context?.byTicket !== true || code.redirectUri === undefined) return null;
    return { redirectUri: code.redirectUri, isNew: context.isNew };
  },
});
