import type { Model } from 'mongoose';
import type { Artifact, ArtifactStore, RotationResult, SaveConditions } from '../../ports/store/artifacts.ts';
import { above } from './comparisons.ts';
import { type ArtifactDocument, artifactKey, toArtifact, toArtifactDocument } from './documents/artifact.ts';
import { isDuplicate } from './unavailable.ts';
import { insertNew, put } from './writes.ts';

type Artifacts = Model<ArtifactDocument>;

/**
 * Nothing that belongs to a grant survives the grant, though artifact and grant are two documents. Who makes an artifact
 * writes it first and looks at the grant afterwards; who revokes removes the grant first and the artifacts afterwards.
 * So of the two at least one sees the other: either the grant is seen to be gone, and the maker removes what it wrote,
 * or the grant was still there after the artifact was, and the revocation that follows removes both.
 */
export function createArtifactStore(model: Artifacts): ArtifactStore {
  const newest = { createdAt: -1, _id: -1 } as const;
  return {
    save: (artifact, conditions = {}) => save(model, artifact, conditions),
    // In this order: while the grant is not there yet, whoever ends it has not looked for the artifact for the last time.
    saveWithGrant: (artifact, grant) => saveInOrder(model, [artifact, grant]),
    find: (name, id, now) => find(model, artifactKey(name, id), now),
    async findByUid(name, uid, now) {
      const query = model.findOne({ uid, model: name, expiresAt: above(new Date(now)) });
      return decoded(await query.sort(newest).lean<ArtifactDocument>());
    },
    consume: (name, id, now) => useUp(model, artifactKey(name, id), now, {}),
    rotate: (predecessorId, successor, sealedSuccessor, now, { requireGrant }) =>
      rotate(model, { predecessorId, successor, sealedSuccessor, now, grantModel: requireGrant }),
    async remove(name, id) {
      await model.deleteOne({ _id: artifactKey(name, id) });
    },
    async removeByGrant(name, grantId) {
      await model.deleteMany({ grantId, model: name });
    },
    async listByAccount(name, accountId, now, limit) {
      const query = model.find({ accountId, model: name, expiresAt: above(new Date(now)) });
      return (await query.sort(newest).limit(limit).lean<ArtifactDocument[]>()).map(toArtifact);
    },
  };
}

const decoded = (stored: ArtifactDocument | null): Artifact | null => (stored === null ? null : toArtifact(stored));

async function find(model: Artifacts, key: string, now: number): Promise<Artifact | null> {
  const artifact = decoded(await model.findOne({ _id: key }).lean<ArtifactDocument>());
  return artifact === null || (artifact.expiresAt !== null && artifact.expiresAt <= now) ? null : artifact;
}

/** @returns whether this caller was the one */
async function useUp(
  model: Artifacts,
  key: string,
  now: number,
  changes: { readonly successor?: string },
): Promise<boolean> {
  const at = new Date(now);
  const { modifiedCount } = await model.updateOne(
    { _id: key, consumedAt: null, expiresAt: above(at) },
    { $set: { ...changes, consumedAt: at } },
  );
  return modifiedCount === 1;
}

async function save(
  model: Artifacts,
  artifact: Artifact,
  { requireGrant: grantModel, unlessUsed = false }: SaveConditions,
): Promise<boolean> {
  const stored = toArtifactDocument(artifact);
  const { grantId } = artifact;
  if (grantModel === undefined || grantId === null || artifact.model === grantModel) {
    return replace(model, stored, unlessUsed);
  }
  // An artifact made after its grant had expired is refused whether or not the grant was deleted meanwhile.
  const granted = async (): Promise<boolean> =>
    (await find(model, artifactKey(grantModel, grantId), artifact.createdAt)) !== null;
  if (!(await insertNew(model, stored))) {
    // It is there already. What a revocation has left in place is not to be replaced either.
    if (!(await granted())) return false;
    if (!(await replace(model, stored, unlessUsed))) return false;
  }
  if (await granted()) return true;
  await model.deleteOne({ _id: stored._id });
  return false;
}

/** @returns false when what is there was used up and is to stay so */
async function replace(model: Artifacts, stored: ArtifactDocument, unlessUsed: boolean): Promise<boolean> {
  if (!unlessUsed) {
    await put(model, stored);
    return true;
  }
  const unused = { _id: stored._id, consumedAt: null };
  try {
    await model.replaceOne(unused, stored, { upsert: true });
    return true;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // Something is there after all: used up, or written by somebody else at this moment.
    const { matchedCount } = await model.replaceOne(unused, stored);
    return matchedCount === 1;
  }
}

/** In one command. */
async function saveInOrder(model: Artifacts, artifacts: readonly Artifact[]): Promise<void> {
  const steps = artifacts.map(toArtifactDocument).map((replacement) => ({
    replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
  }));
  await model.bulkWrite(steps, { ordered: true });
}

interface Rotation {
  readonly predecessorId: string;
  readonly successor: Artifact;
  readonly sealedSuccessor: string;
  readonly now: number;
  readonly grantModel: string;
}

/**
 * The successor is written first: until the one conditional write on the predecessor names it, nobody knows its id, and a
 * crash leaves an orphan that nobody ever presents. The other way round a crash would leave a predecessor that names a
 * successor which is not there, and somebody signed out (R-42). The grant is looked at between the two, for `save`'s reason.
 */
async function rotate(model: Artifacts, rotation: Rotation): Promise<RotationResult> {
  const { predecessorId, successor, sealedSuccessor, now, grantModel } = rotation;
  const stored = toArtifactDocument(successor);
  const predecessor = artifactKey(successor.model, predecessorId);
  if (!(await insertNew(model, stored))) throw new Error('an artifact of this id is there already');
  const granted =
    successor.grantId !== null && (await find(model, artifactKey(grantModel, successor.grantId), now)) !== null;
  if (granted && (await useUp(model, predecessor, now, { successor: sealedSuccessor }))) return { rotated: true };
  // Only after a certain no: had the write failed instead, it could have succeeded unheard, and the successor be in use.
  await model.deleteOne({ _id: stored._id });
  return { rotated: false, predecessor: await find(model, predecessor, now) };
}
