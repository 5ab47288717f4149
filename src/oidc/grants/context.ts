import type { GrantContext } from '../../domain/grant-context.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import { digestOf, type Vault } from '../../services/vault.ts';

/** Its id is that of its grant, and it ends with it. */
export const GRANT_CONTEXT = 'GrantContext';

/** What is made under a grant, and goes with it. */
export const UNDER_GRANT = ['AccessToken', 'RefreshToken', 'AuthorizationCode', GRANT_CONTEXT] as const;

/** The ids of grants that have a context begin with this, so that nobody looks for one where there is none. */
const MARK = 'context.';

/** What sign-ins were for. A context is written once, with its grant, and read wherever tokens of the grant are made. */
export interface GrantContexts {
  /** An id for a grant that is to have a context. */
  grantId(): string;
  /**
   * Keeps the context of a grant that exists.
   *
   * @param seconds how long the grant lives
   * @returns false when the grant is gone
   */
  save(grantId: string, context: GrantContext, seconds: number): Promise<boolean>;
  /** Null for a grant without one, and where there is no grant. */
  find(grantId: string | undefined): Promise<GrantContext | null>;
}

export function createGrantContexts(deps: { store: Store; vault: Vault; clock: Clock; random: Random }): GrantContexts {
  const { artifacts } = deps.store;
  return {
    grantId: () => MARK + deps.random.bytes(32).toString('base64url'),
    save(grantId, context, seconds) {
      if (!grantId.startsWith(MARK)) throw new TypeError('this grant cannot have a context');
      const id = digestOf(grantId);
      const now = deps.clock.now();
      const artifact = {
        model: GRANT_CONTEXT,
        id,
        payload: deps.vault.seal(JSON.stringify(context), `${GRANT_CONTEXT}:${id}`),
        grantId: id,
        accountId: null,
        clientId: null,
        uid: null,
        createdAt: now,
        expiresAt: now + seconds * 1000,
        consumedAt: null,
        successor: null,
      };
      return artifacts.save(artifact, { requireGrant: 'Grant' });
    },
    async find(grantId) {
      if (grantId?.startsWith(MARK) !== true) return null;
      const id = digestOf(grantId);
      const found = await artifacts.find(GRANT_CONTEXT, id, deps.clock.now());
      const text = found === null ? null : deps.vault.open(found.payload, `${GRANT_CONTEXT}:${id}`);
      return text === null ? null : (JSON.parse(text) as GrantContext);
    },
  };
}
