import type { Clock } from '../ports/clock.ts';
import type { Artifact } from '../ports/store/artifacts.ts';
import type { Store } from '../ports/store.ts';
import type { Audit } from '../services/audit.ts';
import type { Caller } from '../services/caller.ts';
import type { Session, Sessions } from '../services/sessions.ts';
import type { Vault } from '../services/vault.ts';
import { LIFE, type LifeRecord, lifeContext } from './session-life.ts';

interface Deps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Audit;
}

/** As many as are read at a time. */
const PAGE = 100;

/** What is made under a grant and cannot be used without it. */
const UNDER_GRANT = ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const;

/**
 * The engine's sessions, listed and ended. The order makes an end complete without a transaction: once the life is gone,
 * no request can write the session or a grant of it (session-life.ts); once a grant is gone, none can make anything under
 * it (adapter.ts). So what is found after each of these removals is all there will ever be.
 */
export function createSessions(deps: Deps): Sessions {
  const { artifacts } = deps.store;
  const lives = (accountId: string): Promise<Artifact[]> =>
    artifacts.listByAccount(LIFE, accountId, deps.clock.now(), PAGE);
  const end = (id: string): Promise<void> => endLife(deps.store, id);
  const endWhere = async (accountId: string, kept: string | null): Promise<void> => {
    for (;;) {
      const found = (await lives(accountId)).map(({ id }) => id).filter((id) => id !== kept);
      if (found.length === 0) break;
      await Promise.all(found.map(end));
    }
    await endGrants(deps, accountId, ({ grantId }) => kept === null || grantId !== kept);
  };
  const record = (accountId: string, caller: Caller, reason: string): void =>
    deps.audit.record({ type: 'session.ended', accountId, caller, reason });

  return {
    list: async (accountId) =>
      (await lives(accountId))
        .map((life) => shown(deps.vault, life))
        .sort((left, right) => right.signedInAt - left.signedInAt),
    async end(accountId, sessionId, caller) {
      const life = await artifacts.find(LIFE, sessionId, deps.clock.now());
      if (life !== null && life.accountId !== accountId) return false;
      if (life !== null) await end(sessionId);
      // Also without a life: an end that was broken off goes on here.
      const grants = await endGrants(deps, accountId, ({ grantId }) => grantId === sessionId);
      if (life === null && grants === 0) return false;
      record(accountId, caller, 'one session');
      return true;
    },
    async endOthers(accountId, keptId, caller) {
      await endWhere(accountId, keptId);
      record(accountId, caller, 'all other sessions');
    },
    async endAll(accountId, caller) {
      await endWhere(accountId, null);
      record(accountId, caller, 'all sessions');
    },
  };
}

/** The life goes first: from then on nothing can be written under it. */
async function endLife({ artifacts }: Store, id: string): Promise<void> {
  await artifacts.remove(LIFE, id);
  await artifacts.removeByGrant('Session', id);
}

/** @returns how many there were */
async function endGrants(
  { store: { artifacts }, clock }: Deps,
  accountId: string,
  concerned: (grant: Artifact) => boolean,
): Promise<number> {
  let ended = 0;
  let limit = PAGE;
  for (;;) {
    const listed = await artifacts.listByAccount('Grant', accountId, clock.now(), limit);
    const grants = listed.filter(concerned);
    for (const { id } of grants) {
      await artifacts.remove('Grant', id);
      for (const model of UNDER_GRANT) await artifacts.removeByGrant(model, id);
    }
    ended += grants.length;
    if (listed.length < limit) return ended;
    // What is kept stays in front of what is not looked at yet.
    limit = listed.length - grants.length + PAGE;
  }
}

function shown(vault: Vault, { id, payload, clientId, createdAt }: Artifact): Session {
  const text = payload === '' ? null : vault.open(payload, lifeContext(id));
  const record = text === null ? null : (JSON.parse(text) as LifeRecord);
  return {
    id,
    signedInAt: record?.signedInAt ?? createdAt,
    browser: record?.browser ?? null,
    network: record?.network ?? null,
    clientId,
  };
}
