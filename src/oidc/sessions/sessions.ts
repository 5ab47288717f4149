import type { Clock } from '../../ports/clock.ts';
import type { Artifact } from '../../ports/store/artifacts.ts';
import type { Store } from '../../ports/store.ts';
import type { EndedPart, LogoutNotices } from '../../services/logout-notices.ts';
import type { Session, Sessions } from '../../services/sessions.ts';
import type { Audit } from '../../services/trail/audit.ts';
import type { Vault } from '../../services/vault.ts';
import { UNDER_GRANT } from '../grants/context.ts';
import { PROOF } from './api-sessions.ts';
import { LIFE, type LifeRecord, lifeContext } from './life.ts';

interface Deps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly logoutNotices: LogoutNotices;
}

/** What is kept of a session besides its grants. */
const UNDER_LIFE = ['Session', PROOF] as const;

/** Which sessions are meant, by the id of their life. */
type Concerned = (lifeId: string | null) => boolean;

export function createSessions(deps: Deps): Sessions {
  const record = (accountId: string, reason: string, caller: Parameters<Sessions['endAll']>[1]): void =>
    deps.audit.record({ type: 'session.ended', accountId, caller, reason });
  return {
    async list(accountId) {
      const lives = await listAll(deps, LIFE, accountId);
      return lives.map((life) => shown(deps.vault, life)).sort((left, right) => right.signedInAt - left.signedInAt);
    },
    async end(accountId, sessionId, caller) {
      const ended = await endWhere(deps, accountId, (id) => id === sessionId);
      if (ended) record(accountId, 'one session', caller);
      return ended;
    },
    async endByClient(clientId, sessionId, caller) {
      const life = await deps.store.artifacts.find(LIFE, sessionId, deps.clock.now());
      if (life?.accountId == null || !(await takesPart(deps, life, clientId))) return false;
      const ended = await endWhere(deps, life.accountId, (id) => id === sessionId);
      const { accountId } = life;
      if (ended) deps.audit.record({ type: 'session.ended', accountId, clientId, caller, reason: 'by its client' });
      return ended;
    },
    async endOthers(accountId, keptId, caller) {
      await endWhere(deps, accountId, (id) => id !== keptId);
      await callOff(deps, accountId);
      record(accountId, 'all other sessions', caller);
    },
    async endAll(accountId, caller) {
      await endWhere(deps, accountId, () => true);
      await callOff(deps, accountId);
      record(accountId, 'all sessions', caller);
    },
  };
}

/** Whether a client has something in a session: it began there, or a grant was made in it. */
async function takesPart(deps: Deps, { id, accountId, clientId }: Artifact, asking: string): Promise<boolean> {
  if (clientId === asking || accountId === null) return clientId === asking;
  const grants = await listAll(deps, 'Grant', accountId);
  return grants.some((grant) => grant.grantId === id && grant.clientId === asking);
}

/**
 * Once its life is gone, no request can write a session or a grant of it (session-life.ts); once a grant is gone, none can
 * make anything under it (adapter.ts). So what is removed after the lives is all there will ever be, without a
 * transaction. It is removed before them, too: an end that is broken off leaves a session that is still listed. Clients are
 * told when all is done; after an end that was broken off, those whose grants the next one finds.
 *
 * @returns whether there was anything to end
 */
async function endWhere(deps: Deps, accountId: string, concerned: Concerned): Promise<boolean> {
  const lives = (await listAll(deps, LIFE, accountId)).filter(({ id }) => concerned(id));
  const before = await sweep(deps, accountId, lives, concerned);
  for (const { id } of lives) await deps.store.artifacts.remove(LIFE, id);
  const after = await sweep(deps, accountId, lives, concerned);
  for (const part of partsOf(lives, [...before, ...after])) deps.logoutNotices.tell({ ...part, accountId });
  return lives.length + before.length + after.length > 0;
}

/** Each client of each session once. */
function partsOf(lives: readonly Artifact[], grants: readonly Artifact[]): Omit<EndedPart, 'accountId'>[] {
  const known = new Map<string, Omit<EndedPart, 'accountId'>>();
  const add = (sessionId: string | null, clientId: string | null): void => {
    if (sessionId !== null && clientId !== null) known.set(`${sessionId} ${clientId}`, { sessionId, clientId });
  };
  for (const { id, clientId } of lives) add(id, clientId);
  for (const { grantId, clientId } of grants) add(grantId, clientId);
  return [...known.values()];
}

/** @returns the grants that were there */
async function sweep(
  deps: Deps,
  accountId: string,
  lives: readonly Artifact[],
  concerned: Concerned,
): Promise<Artifact[]> {
  const { artifacts } = deps.store;
  for (const { id } of lives) {
    for (const model of UNDER_LIFE) await artifacts.removeByGrant(model, id);
  }
  const grants = (await listAll(deps, 'Grant', accountId)).filter(({ grantId }) => concerned(grantId));
  for (const { id } of grants) {
    await artifacts.remove('Grant', id);
    for (const model of UNDER_GRANT) await artifacts.removeByGrant(model, id);
  }
  return grants;
}

/** Sign-ins that were proven before and that nobody has gone on with yet: they would be new sessions afterwards. */
async function callOff(deps: Deps, accountId: string): Promise<void> {
  for (const { id } of await listAll(deps, 'Interaction', accountId)) {
    await deps.store.artifacts.remove('Interaction', id);
  }
}

async function listAll({ store, clock }: Deps, model: string, accountId: string): Promise<Artifact[]> {
  for (let limit = 100; ; limit *= 4) {
    const found = await store.artifacts.listByAccount(model, accountId, clock.now(), limit);
    if (found.length < limit) return found;
  }
}

function shown(vault: Vault, { id, payload, clientId, createdAt }: Artifact): Session {
  const text = vault.open(payload, lifeContext(id));
  const record = text === null ? null : (JSON.parse(text) as LifeRecord);
  return {
    id,
    signedInAt: record?.signedInAt ?? createdAt,
    browser: record?.browser ?? null,
    network: record?.network ?? null,
    clientId,
  };
}
