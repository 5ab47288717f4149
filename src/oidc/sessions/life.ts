import { AsyncLocalStorage } from 'node:async_hooks';
import { type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { type BrowserName, browserName } from '../../domain/browser-name.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Artifact } from '../../ports/store/artifacts.ts';
import type { Store } from '../../ports/store.ts';
import type { Caller } from '../../services/caller.ts';
import { digestOf, type Vault } from '../../services/vault.ts';

/** Lasts from a sign-in to its end; its id is the `uid` of the session, which stays when the session's id changes. */
export const LIFE = 'SessionLife';

/** What a life remembers of its sign-in, sealed. */
export interface LifeRecord {
  /** Milliseconds since the epoch. */
  readonly signedInAt: number;
  /** Null for a sign-in over an API that has not said which it was. */
  readonly browser: BrowserName | null;
  readonly network: string | null;
  /** The `uid` of a session that no browser has, for it is kept nowhere else; not there for those of browsers. */
  readonly uid?: string;
}

/** Where a grant is made when no request of a browser makes it (api-sessions.ts). */
export interface GrantPlace {
  readonly lifeId: string;
  /** The life when it begins with the grant; null when it has begun before. */
  readonly begins: Artifact | null;
}

const place = new AsyncLocalStorage<GrantPlace>();

/** Makes the grants in it under this life; a life that has ended refuses them like those of a browser. */
export const grantIn = <T>(where: GrantPlace, make: () => Promise<T>): Promise<T> => place.run(where, make);

/**
 * The engine reads a session when a request begins and writes it whole when the request is over; without a condition an
 * end in between would be undone. So a sign-in begins a life, and session and grants are only written while it lasts:
 * whoever ends it first and removes what hangs on it afterwards has removed everything.
 */
export interface SessionLives {
  /** Writes a session, unless it has ended meanwhile. */
  saveSession(session: Artifact, payload: AdapterPayload): Promise<void>;
  /**
   * Writes a grant under the life of the session it is made in.
   * @throws errors.AccessDenied when that has ended
   */
  saveGrant(grant: Artifact): Promise<void>;
  /** Removes a session under this id, and ends its life unless it only goes on under another id. */
  removeSession(id: string): Promise<void>;
}

export interface LifeDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  /** How long a sign-in lasts. */
  readonly sessionSeconds: number;
}

/** What a session's life is called; nothing but the session knows the `uid` it is made from. */
export const lifeId = (uid: string): string => digestOf(uid);

export const lifeContext = (id: string): string => `${LIFE}:${id}`;

export function createSessionLives(deps: LifeDeps): SessionLives {
  const { artifacts } = deps.store;
  const begin = createBeginning(deps);
  return {
    async saveSession(session, payload) {
      if (payload.accountId === undefined || session.uid === null) {
        // The engine makes a session for every cookie whose session has ended; there is nothing to remember yet.
        if (payload.state !== undefined) await artifacts.save(session);
        return;
      }
      await begin((life) => artifacts.save(life));
      await artifacts.save({ ...session, grantId: session.uid }, { requireGrant: LIFE });
    },
    async saveGrant(grant) {
      const where = place.getStore();
      if (where !== undefined) return saveIn(deps.store, where, grant);
      const session = Provider.ctx?.oidc.session;
      if (session === undefined) {
        await artifacts.save(grant);
        return;
      }
      const bound = { ...grant, grantId: lifeId(session.uid) };
      if (await begin((life) => artifacts.saveWithGrant(bound, life))) return;
      await saveWhileLasts(deps.store, bound);
    },
    async removeSession(id) {
      const session = Provider.ctx?.oidc.session;
      if (session?.jti === id) {
        const uid = lifeId(session.uid);
        // The life goes first: from then on no other request can write the session again.
        await artifacts.remove(LIFE, uid);
        await artifacts.removeByGrant('Session', uid);
      }
      await artifacts.remove('Session', digestOf(id));
    },
  };
}

async function saveIn(
  { artifacts }: Pick<Store, 'artifacts'>,
  { lifeId: id, begins }: GrantPlace,
  grant: Artifact,
): Promise<void> {
  const bound = { ...grant, grantId: id };
  if (begins === null) await saveWhileLasts({ artifacts }, bound);
  else await artifacts.saveWithGrant(bound, begins);
}

async function saveWhileLasts({ artifacts }: Pick<Store, 'artifacts'>, made: Artifact): Promise<void> {
  if (!(await artifacts.save(made, { requireGrant: LIFE }))) throw new errors.AccessDenied('session has ended');
}

/** A life as it is kept: absolute from its sign-in on. */
export function lifeOf(
  { vault, clock, sessionSeconds }: Omit<LifeDeps, 'store'>,
  uid: string,
  record: LifeRecord,
  owner: Pick<Artifact, 'accountId' | 'clientId'>,
): Artifact {
  const id = lifeId(uid);
  return {
    ...owner,
    model: LIFE,
    id,
    payload: vault.seal(JSON.stringify(record), lifeContext(id)),
    grantId: null,
    uid: null,
    createdAt: clock.now(),
    expiresAt: record.signedInAt + sessionSeconds * 1000,
    consumedAt: null,
    successor: null,
  };
}

/** Writes a new life, alone or with what is made in it. */
type WriteLife = (life: Artifact) => Promise<unknown>;

/**
 * Begins the life of a session in the request that goes on with a sign-in, and only once in it: what has ended stays so.
 * The answer is whether this call has begun it.
 */
function createBeginning(deps: LifeDeps): (write: WriteLife) => Promise<boolean> {
  const begun = new WeakMap<object, Promise<unknown>>();
  const lifeIn = (ctx: KoaContextWithOIDC): Artifact => {
    const { uid, accountId = null, loginTs = 0 } = ctx.oidc.session ?? { uid: '' };
    const caller = ctx.state.caller as Caller | undefined;
    const record: LifeRecord = {
      signedInAt: loginTs * 1000,
      browser: browserName(ctx.get('user-agent')),
      network: caller?.network ?? null,
    };
    return lifeOf(deps, uid, record, { accountId, clientId: ctx.oidc.client?.clientId ?? null });
  };
  return async (write) => {
    const { ctx } = Provider;
    if (ctx === undefined || !signsInNow(ctx)) return false;
    const before = begun.get(ctx.oidc);
    const beginning = before ?? write(lifeIn(ctx));
    begun.set(ctx.oidc, beginning);
    await beginning;
    return before === undefined;
  };
}

/** What the journey adds to a result that only repeats the sign-in of a session: it begins nothing. */
export const RESUMED = { resumed: true } as const;

/** True in the request that goes on with a proof; that of a later consent carries the sign-in along. */
function signsInNow({ oidc: { result } }: KoaContextWithOIDC): boolean {
  return result?.login !== undefined && result.login.resumed !== true && result.consent === undefined;
}
