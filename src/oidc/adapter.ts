import { type Adapter, type AdapterPayload, errors, Provider } from 'oidc-provider';
import type { Clock } from '../ports/clock.ts';
import type { Artifact } from '../ports/store/artifacts.ts';
import type { Store } from '../ports/store.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import type { Caller } from '../services/caller.ts';
import type { Audit } from '../services/trail/audit.ts';
import { digestOf, type Vault } from '../services/vault.ts';
import { GRANT_CONTEXT } from './grants/context.ts';
import type { SessionLives } from './sessions/life.ts';
import { isRotation, type Rotation } from './tokens/rotation.ts';

export interface AdapterDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly limits: AbuseLimits;
  readonly rotation: Rotation;
  readonly lives: SessionLives;
}

/** Models that are looked for by account; what hangs on a grant is found by the grant. */
const LISTED_BY_ACCOUNT = new Set(['Session', 'Grant']);

/** Whose an artifact is. An interaction is somebody's when they have proven who they are and not gone on with it yet. */
function ownerOf(model: string, { accountId, result }: AdapterPayload): string | null {
  if (model === 'Interaction') return result?.login?.accountId ?? null;
  return LISTED_BY_ACCOUNT.has(model) ? (accountId ?? null) : null;
}

/** Models whose artifacts die with their grant and are not made without it. */
const BOUND_TO_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/**
 * The engine's persistence. Two things here are not in its contract but in ours (requirements §0, fact 2):
 * ids are digests and payloads are sealed, so that nothing in the store can be presented; and everything that is good
 * for one use is used up by one conditional write whose loser gets an error, because the engine only looks at `consumed` in memory.
 */
export class ArtifactAdapter implements Adapter {
  readonly #model: string;
  readonly #deps: AdapterDeps;

  constructor(model: string, deps: AdapterDeps) {
    this.#model = model;
    this.#deps = deps;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const artifact = this.#artifactOf(id, payload, expiresIn);
    if (this.#model === 'Session') return this.#deps.lives.saveSession(artifact, payload);
    if (this.#model === 'Grant') return this.#deps.lives.saveGrant(artifact);
    if (this.#model === 'PushedAuthorizationRequest') await this.#admit();
    const predecessor = this.#model === 'RefreshToken' ? Provider.ctx?.oidc.entities.RotatedRefreshToken : undefined;
    if (predecessor !== undefined && isRotation(payload)) {
      await this.#deps.rotation.rotate(predecessor.jti, id, artifact);
      return;
    }
    // The engine and the journey both write an interaction whole; once it was gone on with, neither brings it back.
    if (this.#model === 'Interaction') {
      if (await this.#deps.store.artifacts.save(artifact, { unlessUsed: true })) return;
      throw new errors.SessionNotFound('interaction session was used already');
    }
    const options =
      BOUND_TO_GRANT.has(this.#model) && artifact.grantId !== null ? { requireGrant: 'Grant' } : undefined;
    if (!(await this.#deps.store.artifacts.save(artifact, options))) {
      throw new errors.InvalidGrant('grant was revoked');
    }
  }

  /** A client without a secret may be anybody: what it pushes is bounded like what it asks for. */
  async #admit(): Promise<void> {
    const ctx = Provider.ctx;
    if (ctx?.oidc.client?.clientAuthMethod !== 'none') return;
    await this.#deps.limits.admitInteraction(ctx.state.caller as Caller);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#payloadOf(await this.#deps.store.artifacts.find(this.#model, digestOf(id), this.#now()), id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#payloadOf(await this.#deps.store.artifacts.findByUid(this.#model, digestOf(uid), this.#now()));
  }

  /** Device flow is off (docs/architecture.md): nothing has a user code. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    // A refresh token is used up together with the birth of its successor, see rotation.ts.
    if (this.#model === 'RefreshToken') return;
    const digest = digestOf(id);
    if (await this.#deps.store.artifacts.consume(this.#model, digest, this.#now())) return;
    await this.#punishReuse(digest);
  }

  async destroy(id: string): Promise<void> {
    const { artifacts } = this.#deps.store;
    const digest = digestOf(id);
    // The engine ends an interaction at the moment it goes on with its result: only one request may.
    // What is left of it is found by nobody any more and goes with its expiry.
    if (this.#model === 'Interaction') {
      if (await artifacts.consume(this.#model, digest, this.#now())) return;
      throw new errors.SessionNotFound('interaction session was used already');
    }
    if (this.#model === 'Session') return this.#deps.lives.removeSession(id);
    await artifacts.remove(this.#model, digest);
    if (this.#model === 'Grant') await artifacts.remove(GRANT_CONTEXT, digest);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#deps.store.artifacts.removeByGrant(this.#model, digestOf(grantId));
  }

  async #punishReuse(digest: string): Promise<never> {
    const { artifacts } = this.#deps.store;
    if (this.#model !== 'AuthorizationCode') throw new errors.InvalidRequest('already used');
    const used = await artifacts.find(this.#model, digest, this.#now());
    await this.#deps.rotation.revokeGrant(used);
    throw new errors.InvalidGrant('authorization code already consumed');
  }

  #artifactOf(id: string, payload: AdapterPayload, expiresIn?: number): Artifact {
    const digest = digestOf(id);
    const now = this.#now();
    // A session is also found by its uid, so its id stays inside the sealed payload; all others are found by their id.
    const { jti, ...rest } = payload;
    const kept = this.#model === 'Session' ? payload : rest;
    return {
      model: this.#model,
      id: digest,
      payload: this.#deps.vault.seal(JSON.stringify(kept), `${this.#model}:${digest}`),
      grantId: payload.grantId === undefined ? null : digestOf(payload.grantId),
      accountId: ownerOf(this.#model, payload),
      clientId: payload.clientId ?? null,
      uid: payload.uid === undefined ? null : digestOf(payload.uid),
      createdAt: now,
      expiresAt: expiresIn === undefined ? null : now + expiresIn * 1000,
      consumedAt: null,
      successor: null,
    };
  }

  #payloadOf(artifact: Artifact | null, id?: string): AdapterPayload | undefined {
    if (artifact === null || (this.#model === 'Interaction' && artifact.consumedAt !== null)) return undefined;
    const text = this.#deps.vault.open(artifact.payload, `${this.#model}:${artifact.id}`);
    if (text === null) return undefined;
    const payload = JSON.parse(text) as AdapterPayload;
    if (id !== undefined) payload.jti = id;
    if (artifact.consumedAt !== null && !this.#tolerated(artifact)) {
      payload.consumed = Math.floor(artifact.consumedAt / 1000);
      if (atTokenEndpoint()) this.#deps.rotation.reportReuse(artifact);
    }
    return payload;
  }

  /** Within the tolerance the token endpoint goes on and is given the one successor there is. */
  #tolerated(artifact: Artifact): boolean {
    return this.#model === 'RefreshToken' && atTokenEndpoint() && this.#deps.rotation.inTolerance(artifact);
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}

const atTokenEndpoint = (): boolean => Provider.ctx?.oidc.route === 'token';
