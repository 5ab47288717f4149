import { type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import type { Artifact } from '../../ports/store/artifacts.ts';
import type { Store } from '../../ports/store.ts';
import type { Audit, Happening } from '../../services/trail/audit.ts';
import { digestOf, type Vault } from '../../services/vault.ts';
import { UNDER_GRANT } from '../grants/context.ts';

export interface Rotation {
  /**
   * Uses up the predecessor and saves its successor in one write. Loses against a parallel rotation: within the
   * tolerance the answer carries the successor that won, later the whole family is revoked.
   *
   * @throws errors.InvalidGrant when the predecessor was used before, or its grant is gone
   */
  rotate(predecessor: string, successor: string, artifact: Artifact): Promise<void>;
  inTolerance(artifact: Artifact): boolean;
  /** Ends the grant of a reused artifact and everything that hangs on it. */
  revokeGrant(reused: Artifact | null): Promise<void>;
  /** Leaves a trace of an artifact that was presented after its one use. */
  reportReuse(reused: Artifact): void;
}

/** Requests whose new refresh token was not saved, because the old one already has a successor: that one is answered. */
const replays = new WeakMap<object, string>();

/** The refresh token to answer instead of the one the engine just made up, or undefined. */
export const replayedSuccessor = (ctx: KoaContextWithOIDC): string | undefined => replays.get(ctx.oidc);

/** The engine counts rotations in the successor only, which tells it from a first refresh token. */
export const isRotation = (payload: AdapterPayload): boolean =>
  typeof payload.rotations === 'number' && payload.rotations > 0;

export function createRotation(deps: {
  store: Store;
  vault: Vault;
  clock: Clock;
  audit: Audit;
  /** How long a lost response may be asked for again. */
  toleranceSeconds: number;
}): Rotation {
  const { artifacts } = deps.store;
  const toleranceMs = deps.toleranceSeconds * 1000;

  const rotation: Rotation = {
    inTolerance: ({ consumedAt }) => consumedAt !== null && deps.clock.now() - consumedAt <= toleranceMs,

    async rotate(predecessor, successor, artifact) {
      const sealed = deps.vault.sealFor(predecessor, successor);
      const id = digestOf(predecessor);
      const result = await artifacts.rotate(id, artifact, sealed, deps.clock.now(), { requireGrant: 'Grant' });
      if (result.rotated) return;
      const first = successorOf(deps.vault, predecessor, result.predecessor);
      if (first !== null && result.predecessor !== null && rotation.inTolerance(result.predecessor)) {
        const ctx = Provider.ctx;
        if (ctx !== undefined) replays.set(ctx.oidc, first);
        return;
      }
      if (result.predecessor?.consumedAt != null) await rotation.revokeGrant(result.predecessor);
      throw new errors.InvalidGrant('refresh token already used');
    },

    reportReuse: (reused) => deps.audit.record(traceOf(reused, deps.vault)),

    async revokeGrant(reused) {
      if (reused?.grantId == null) return;
      rotation.reportReuse(reused);
      // The grant goes first: from then on nothing new can be made under it.
      await artifacts.remove('Grant', reused.grantId);
      for (const model of UNDER_GRANT) await artifacts.removeByGrant(model, reused.grantId);
    },
  };
  return rotation;
}

const traceOf = ({ model, id, payload, clientId }: Artifact, vault: Vault): Happening => ({
  type: 'token.reused',
  accountId: accountIn(vault.open(payload, `${model}:${id}`)),
  clientId: clientId ?? undefined,
  reason: model === 'RefreshToken' ? 'refresh token' : 'authorization code',
});

const accountIn = (payload: string | null): string | undefined =>
  payload === null ? undefined : (JSON.parse(payload) as AdapterPayload).accountId;

const successorOf = (vault: Vault, token: string, predecessor: Artifact | null): string | null =>
  predecessor?.successor == null ? null : vault.openFor(token, predecessor.successor);
