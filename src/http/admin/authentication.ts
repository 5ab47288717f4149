import type { Context } from 'koa';
import { type AdminScope, covers } from '../../domain/administration.ts';
import { Problem } from '../../domain/errors.ts';
import type { AdminActor } from '../../services/admin-actor.ts';
import type { AdminKeys } from '../../services/admin-keys.ts';
import type { Audit } from '../../services/audit.ts';
import type { CallerFailures } from '../../services/caller-failures.ts';
import { bearerOf } from '../api/caller-token.ts';
import { callerOf } from '../middleware/request-context.ts';

/** Finds out who administers. */
export interface AdminAuthentication {
  /**
   * Whoever holds the key that the request carries (RFC 6750 §2.1). Nothing else opens this door: no cookie, no token of
   * a client or a person.
   *
   * @throws Problem `caller_unknown`, `permission_missing`; `too_many_requests` when a network fails too often
   */
  authenticate(ctx: Context, scope: AdminScope): Promise<AdminActor>;
}

export function createAdminAuthentication(deps: {
  adminKeys: Pick<AdminKeys, 'recognise'>;
  failures: CallerFailures;
  audit: Audit;
}): AdminAuthentication {
  return {
    async authenticate(ctx, scope) {
      const caller = callerOf(ctx);
      const bearer = bearerOf(ctx);
      const key = bearer === null ? null : await deps.adminKeys.recognise(bearer);
      if (key === null) {
        await deps.failures.count(caller);
        deps.audit.record({
          type: 'administrator.refused',
          caller,
          reason: bearer === null ? 'no key' : 'no valid key',
        });
        ctx.set('www-authenticate', bearer === null ? 'Bearer' : 'Bearer error="invalid_token"');
        throw new Problem('caller_unknown');
      }
      if (covers(key.scope, scope)) return { name: `key:${key.name}`, caller };
      deps.audit.record({ type: 'administrator.refused', caller, reason: `key:${key.name} may not ${scope}` });
      ctx.set('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
      throw new Problem('permission_missing');
    },
  };
}
