import type { Context } from 'koa';
import { type AdminScope, covers } from '../../../domain/administration.ts';
import { Problem } from '../../../domain/errors.ts';
import type { AdminActor } from '../../../services/administration/admin-actor.ts';
import type { AdminKeys } from '../../../services/administration/admin-keys.ts';
import type { OperatorTokens } from '../../../services/administration/operator-tokens.ts';
import type { CallerFailures } from '../../../services/budgets/caller-failures.ts';
import type { Audit } from '../../../services/trail/audit.ts';
import { bearerOf } from '../../api/caller-token.ts';
import { callerOf } from '../../middleware/request-context.ts';

/** Finds out who administers. */
export interface AdminAuthentication {
  /**
   * Whoever holds the key that the request carries (RFC 6750 §2.1), or the `SECRET` that an operator token was made of.
   * Nothing else opens this door: no cookie, no token of a client or a person.
   *
   * @throws Problem `caller_unknown`, `permission_missing`; `too_many_requests` when a network fails too often
   */
  authenticate(ctx: Context, scope: AdminScope): Promise<AdminActor>;
}

interface Holder {
  /** For the audit trail. */
  readonly name: string;
  readonly scope: AdminScope;
}

export function createAdminAuthentication(deps: {
  adminKeys: Pick<AdminKeys, 'recognise'>;
  operatorTokens: Pick<OperatorTokens, 'recognise'>;
  failures: CallerFailures;
  audit: Audit;
}): AdminAuthentication {
  const holderOf = async (ctx: Context, bearer: string): Promise<Holder | null> => {
    const operator = deps.operatorTokens.recognise(bearer, { method: ctx.method, path: ctx.originalUrl });
    if (operator !== null) return { name: `cli:${operator.user}`, scope: 'write' };
    const key = await deps.adminKeys.recognise(bearer);
    return key === null ? null : { name: `key:${key.name}`, scope: key.scope };
  };
  return {
    async authenticate(ctx, scope) {
      const caller = callerOf(ctx);
      const bearer = bearerOf(ctx);
      const holder = bearer === null ? null : await holderOf(ctx, bearer);
      if (holder === null) {
        await deps.failures.count(caller);
        deps.audit.record({
          type: 'administrator.refused',
          caller,
          reason: bearer === null ? 'no key' : 'no valid key',
        });
        ctx.set('www-authenticate', bearer === null ? 'Bearer' : 'Bearer error="invalid_token"');
        throw new Problem('caller_unknown');
      }
      if (covers(holder.scope, scope)) return { name: holder.name, caller, owns: covers(holder.scope, 'write') };
      deps.audit.record({ type: 'administrator.refused', caller, reason: `${holder.name} may not ${scope}` });
      ctx.set('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
      throw new Problem('permission_missing');
    },
  };
}
