import type { Context } from 'koa';
import type { Client, Permission } from '../../domain/client.ts';
import { Problem } from '../../domain/errors.ts';
import type { ClientTokens } from '../../oidc/tokens/client-tokens.ts';
import type { CallerFailures } from '../../services/budgets/caller-failures.ts';
import type { Clients } from '../../services/clients/clients.ts';
import type { Audit } from '../../services/trail/audit.ts';
import { callerOf } from '../middleware/request-context.ts';

/** Finds out which client calls. */
export interface CallerTokens {
  /**
   * The client whose access token the request carries (RFC 6750 §2.1). Its record decides what it may do, as far as its token
   * goes: what was taken from the client is gone at once, and a token that was asked for with less can do less.
   *
   * @throws Problem `caller_unknown`, `permission_missing`; `too_many_requests` when a network fails too often
   */
  authenticate(ctx: Context, permission: Permission): Promise<Client>;
}

export function createCallerTokens(deps: {
  tokens: ClientTokens;
  clients: Clients;
  failures: CallerFailures;
  audit: Audit;
}): CallerTokens {
  const refuse = async (ctx: Context, reason: string, clientId?: string): Promise<never> => {
    await deps.failures.count(callerOf(ctx));
    deps.audit.record({ type: 'client.authentication_failed', clientId, caller: callerOf(ctx), reason });
    // Whoever has shown nothing is not told what is wrong with it (RFC 6750 §3.1).
    ctx.set('www-authenticate', bearerOf(ctx) === null ? 'Bearer' : 'Bearer error="invalid_token"');
    throw new Problem('caller_unknown');
  };
  return {
    async authenticate(ctx, permission) {
      const bearer = bearerOf(ctx);
      if (bearer === null) return refuse(ctx, 'api: no token');
      const token = await deps.tokens.verify(bearer);
      if (token === null) return refuse(ctx, 'api: no valid token of a client');
      const client = await deps.clients.find(token.clientId);
      if (client === null) return refuse(ctx, 'api: the client is gone or disabled', token.clientId);
      if (client.permissions.includes(permission) && token.scopes.has(permission)) return client;
      deps.audit.record({
        type: 'client.authentication_failed',
        clientId: client.id,
        caller: callerOf(ctx),
        reason: `api: no permission ${permission}`,
      });
      ctx.set('www-authenticate', `Bearer error="insufficient_scope", scope="${permission}"`);
      throw new Problem('permission_missing');
    },
  };
}

/** What stands behind `Authorization: Bearer` (RFC 6750 §2.1, RFC 7235 §2.1); null when nothing does. */
export const bearerOf = (ctx: Context): string | null =>
  /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(ctx.get('authorization'))?.[1] ?? null;
