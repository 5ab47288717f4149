import { errors } from 'oidc-provider';
import { combinedMethods, SINGLE_FACTOR, TWO_FACTORS } from '../../domain/assurance.ts';
import { browserName } from '../../domain/browser-name.ts';
import type { Channel } from '../../domain/identifier.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Artifact } from '../../ports/store/artifacts.ts';
import type { Store } from '../../ports/store.ts';
import type { Vault } from '../../services/vault.ts';
import { type GrantPlace, LIFE, type LifeRecord, lifeContext, lifeId, lifeOf } from './life.ts';

/** What was proven in a session, one artifact each: appended, so that two proofs at once lose nothing. */
export const PROOF = 'SessionProof';

/** A proof over an API. */
export interface ApiProof {
  /** What it counts as in `amr` (RFC 8176 §2). */
  readonly method: string;
  /** The channel that was proven to be the account's own; null when the client chose where the code went. */
  readonly channel: Channel | null;
}

/** A session that no browser has. Its id is what clients know it by; it cannot be presented in its place. */
export interface ApiSession {
  readonly id: string;
  readonly uid: string;
  readonly accountId: string;
  readonly clientId: string;
  /** When its sign-in was, seconds since the epoch: the `auth_time` of its tokens, also after a second proof. */
  readonly at: number;
  readonly endsAt: number;
  readonly amr: readonly string[];
  readonly acr: string;
  /** The life of one that begins; written with the first thing that is made in it. */
  readonly begins: Artifact | null;
}

/** Sessions of sign-ins over an API: the same lives that the browsers' have, listed and ended with them (session-life.ts). */
export interface ApiSessions {
  /** A new session, not yet written. */
  begin(owner: SessionOwner, proof: ApiProof, userAgent: string | null): ApiSession;
  /** The session if it lasts and has begun at this client over an API; null for any other. */
  find(id: string, clientId: string): Promise<ApiSession | null>;
  /**
   * Adds a proof to a session that has begun before.
   * @throws errors.AccessDenied when it has ended
   */
  join(session: ApiSession, proof: ApiProof): Promise<ApiSession>;
  /** Writes a session in which nothing is made yet. */
  keep(session: ApiSession): Promise<void>;
}

interface SessionOwner {
  readonly accountId: string;
  readonly clientId: string;
}

interface Deps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly sessionSeconds: number;
}

/** Where the grants of a session are made. */
export const placeOf = ({ id, begins }: ApiSession): GrantPlace => ({ lifeId: id, begins });

/**
 * What tokens say of the proofs of a session. Two factors are two channels of the account itself: a code that went wherever
 * the client wanted says nothing about either.
 */
function assuranceOf(proofs: readonly ApiProof[]): Pick<ApiSession, 'amr' | 'acr'> {
  const channels = new Set(proofs.flatMap(({ channel }) => channel ?? []));
  const methods = [...new Set(proofs.map(({ method }) => method))];
  const [, second] = channels;
  return second === undefined
    ? { amr: methods, acr: SINGLE_FACTOR }
    : { amr: combinedMethods(methods, second), acr: TWO_FACTORS };
}

export function createApiSessions(deps: Deps): ApiSessions {
  const { artifacts } = deps.store;
  const sessions: ApiSessions = {
    begin(owner, proof, userAgent) {
      const at = Math.floor(deps.clock.now() / 1000);
      const uid = deps.random.id();
      const browser = userAgent === null ? null : browserName(userAgent);
      const record = { signedInAt: at * 1000, browser, network: null, uid, proof };
      const life = lifeOf(deps, uid, record, owner);
      return { ...sessionOf(life, record, [proof], deps), ...owner, begins: life };
    },
    async find(id, clientId) {
      const life = await artifacts.find(LIFE, id, deps.clock.now());
      if (life === null || life.clientId !== clientId || life.accountId === null) return null;
      const record = recordIn(deps.vault, life);
      if (record === null) return null;
      const proofs = [record.proof, ...(await proofsOf(deps, life.accountId, id))];
      return { ...sessionOf(life, record, proofs, deps), accountId: life.accountId, clientId, begins: null };
    },
    async join(session, proof) {
      const saved = await artifacts.save(proofArtifact(deps, session, proof), { requireGrant: LIFE });
      if (!saved) throw new errors.AccessDenied('session has ended');
      const joined = await sessions.find(session.id, session.clientId);
      if (joined === null) throw new errors.AccessDenied('session has ended');
      return joined;
    },
    async keep({ begins }) {
      if (begins !== null) await artifacts.save(begins);
    },
  };
  return sessions;
}

/** The record of a session that began over an API. */
interface ApiRecord extends LifeRecord {
  readonly uid: string;
  readonly proof: ApiProof;
}

function sessionOf(
  { id }: Artifact,
  { uid, signedInAt }: ApiRecord,
  proofs: readonly ApiProof[],
  { sessionSeconds }: Deps,
): Omit<ApiSession, 'accountId' | 'clientId' | 'begins'> {
  const at = Math.floor(signedInAt / 1000);
  return { id, uid, at, endsAt: at + sessionSeconds, ...assuranceOf(proofs) };
}

/** @returns null for the session of a browser, and when its secret was dropped */
function recordIn(vault: Vault, { id, payload }: Artifact): ApiRecord | null {
  const text = vault.open(payload, lifeContext(id));
  const record = text === null ? null : (JSON.parse(text) as Partial<ApiRecord>);
  return record?.uid === undefined || lifeId(record.uid) !== id ? null : (record as ApiRecord);
}

const proofContext = (id: string): string => `${PROOF}:${id}`;

function proofArtifact({ vault, clock, random }: Deps, session: ApiSession, proof: ApiProof): Artifact {
  const id = random.id();
  return {
    model: PROOF,
    id,
    payload: vault.seal(JSON.stringify(proof), proofContext(id)),
    grantId: session.id,
    accountId: session.accountId,
    clientId: session.clientId,
    uid: null,
    createdAt: clock.now(),
    expiresAt: session.endsAt * 1000,
    consumedAt: null,
    successor: null,
  };
}

/** More second proofs than anybody has in one session. */
const MOST_PROOFS = 500;

async function proofsOf({ store, vault, clock }: Deps, accountId: string, lifeIdOf: string): Promise<ApiProof[]> {
  const kept = await store.artifacts.listByAccount(PROOF, accountId, clock.now(), MOST_PROOFS);
  return kept
    .filter(({ grantId }) => grantId === lifeIdOf)
    .flatMap(({ id, payload }) => {
      const text = vault.open(payload, proofContext(id));
      return text === null ? [] : [JSON.parse(text) as ApiProof];
    });
}
