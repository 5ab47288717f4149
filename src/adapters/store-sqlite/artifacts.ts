import type { Artifact, ArtifactStore, RotationResult, SaveConditions } from '../../ports/store/artifacts.ts';
import type { SqliteDatabase } from './database.ts';

interface ArtifactRow {
  readonly model: string;
  readonly id: string;
  readonly payload: string;
  readonly grant_id: string | null;
  readonly account_id: string | null;
  readonly client_id: string | null;
  readonly uid: string | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly consumed_at: number | null;
  readonly successor: string | null;
}

interface Handle {
  readonly model: string;
  readonly id: string;
}

interface Rotation {
  readonly predecessorId: string;
  readonly successor: Artifact;
  readonly sealedSuccessor: string;
  readonly now: number;
  readonly grantModel: string;
}

export function createArtifactStore(database: SqliteDatabase): ArtifactStore {
  const sql = prepareArtifacts(database);

  const save = (artifact: Artifact, { requireGrant: grantModel, unlessUsed = false }: SaveConditions): boolean => {
    const { grantId, model, createdAt } = artifact;
    const bound = grantModel !== undefined && grantId !== null && model !== grantModel;
    // An artifact made after its grant had expired is refused whether or not the grant was deleted meanwhile.
    if (bound && sql.find.get({ model: grantModel, id: grantId, now: createdAt }) === undefined) return false;
    return sql[unlessUsed ? 'saveUnlessUsed' : 'save'].run(toRow(artifact)).changes === 1;
  };

  const rotate = ({ predecessorId, successor, sealedSuccessor, now, grantModel }: Rotation): RotationResult => {
    const predecessor = { model: successor.model, id: predecessorId, now };
    const grant = { grantModel, grantId: successor.grantId };
    if (sql.replace.run({ ...predecessor, ...grant, sealedSuccessor }).changes === 0) {
      return { rotated: false, predecessor: decoded(sql.find.get(predecessor)) };
    }
    sql.save.run(toRow(successor));
    return { rotated: true };
  };

  return {
    save: (artifact, conditions = {}) => database.write(() => save(artifact, conditions)),
    saveWithGrant: (artifact, grant) =>
      database.write(() => {
        for (const made of [artifact, grant]) sql.save.run(toRow(made));
      }),
    find: (model, id, now) => database.read(() => decoded(sql.find.get({ model, id, now }))),
    findByUid: (model, uid, now) => database.read(() => decoded(sql.findByUid.get({ model, uid, now }))),
    consume: (model, id, now) => database.write(() => sql.consume.run({ model, id, now }).changes === 1),
    rotate: (predecessorId, successor, sealedSuccessor, now, { requireGrant }) =>
      database.write(() => rotate({ predecessorId, successor, sealedSuccessor, now, grantModel: requireGrant })),
    remove: (model, id) => database.write(() => void sql.remove.run({ model, id })),
    removeByGrant: (model, grantId) => database.write(() => void sql.removeByGrant.run({ model, grantId })),
    listByAccount: (model, accountId, now, limit) =>
      database.read(() => sql.listByAccount.all({ model, accountId, now, limit }).map(toArtifact)),
  };
}

const UPSERT = `INSERT INTO artifacts (
    model, id, payload, grant_id, account_id, client_id, uid, created_at, expires_at, consumed_at, successor
  ) VALUES (
    @model, @id, @payload, @grant_id, @account_id, @client_id, @uid, @created_at, @expires_at, @consumed_at, @successor
  ) ON CONFLICT (id, model) DO UPDATE SET payload = @payload, grant_id = @grant_id, account_id = @account_id,
    client_id = @client_id, uid = @uid, created_at = @created_at, expires_at = @expires_at,
    consumed_at = @consumed_at, successor = @successor`;

function prepareArtifacts(database: SqliteDatabase) {
  const live = '(expires_at IS NULL OR expires_at > @now)';
  return {
    ...prepareReads(database, live),
    save: database.prepare<ArtifactRow>(UPSERT),
    saveUnlessUsed: database.prepare<ArtifactRow>(`${UPSERT} WHERE artifacts.consumed_at IS NULL`),
    consume: database.prepare<Handle & { now: number }>(
      `UPDATE artifacts SET consumed_at = @now WHERE id = @id AND model = @model AND consumed_at IS NULL AND ${live}`,
    ),
    replace: database.prepare<
      Handle & { now: number; sealedSuccessor: string; grantModel: string; grantId: string | null }
    >(
      `UPDATE artifacts SET consumed_at = @now, successor = @sealedSuccessor
       WHERE id = @id AND model = @model AND consumed_at IS NULL AND ${live}
         AND EXISTS (SELECT 1 FROM artifacts WHERE id = @grantId AND model = @grantModel AND ${live})`,
    ),
    remove: database.prepare<Handle>('DELETE FROM artifacts WHERE id = @id AND model = @model'),
    removeByGrant: database.prepare<{ model: string; grantId: string }>(
      'DELETE FROM artifacts WHERE grant_id = @grantId AND model = @model',
    ),
  };
}

function prepareReads(database: SqliteDatabase, live: string) {
  return {
    find: database.prepare<Handle & { now: number }, ArtifactRow>(
      `SELECT * FROM artifacts WHERE id = @id AND model = @model AND ${live}`,
    ),
    // Two sessions may carry one uid while the engine moves it to a new id; the newer one is meant.
    findByUid: database.prepare<{ model: string; uid: string; now: number }, ArtifactRow>(
      `SELECT * FROM artifacts WHERE uid = +@uid AND model = +@model AND ${live}
       ORDER BY created_at DESC, seq DESC LIMIT 1`,
    ),
    listByAccount: database.prepare<{ model: string; accountId: string; now: number; limit: number }, ArtifactRow>(
      `SELECT * FROM artifacts WHERE account_id = +@accountId AND model = +@model AND ${live}
       ORDER BY created_at DESC, seq DESC LIMIT @limit`,
    ),
  };
}

const toRow = (artifact: Artifact): ArtifactRow => ({
  model: artifact.model,
  id: artifact.id,
  payload: artifact.payload,
  grant_id: artifact.grantId,
  account_id: artifact.accountId,
  client_id: artifact.clientId,
  uid: artifact.uid,
  created_at: artifact.createdAt,
  expires_at: artifact.expiresAt,
  consumed_at: artifact.consumedAt,
  successor: artifact.successor,
});

const toArtifact = (row: ArtifactRow): Artifact => ({
  model: row.model,
  id: row.id,
  payload: row.payload,
  grantId: row.grant_id,
  accountId: row.account_id,
  clientId: row.client_id,
  uid: row.uid,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  consumedAt: row.consumed_at,
  successor: row.successor,
});

const decoded = (row: ArtifactRow | undefined): Artifact | null => (row === undefined ? null : toArtifact(row));
