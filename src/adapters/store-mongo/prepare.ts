import type { Connection } from 'mongoose';
import { atMost } from './comparisons.ts';
import { connect, type MongoOptions, shown } from './connection.ts';
import { fillFields } from './fill.ts';
import { type Models, modelsOf } from './models.ts';
import { isDuplicate } from './unavailable.ts';

/**
 * The version of what is written. It rises when an older program could no longer work with what a newer one writes;
 * a new field or index alone does not raise it, so that nodes of two versions can run side by side.
 */
export const SCHEMA_VERSION = 1;

/**
 * Makes a database fit for this program: refuses one from a newer version, builds what indexes are missing, notes the
 * version. Any number of nodes may do this at once.
 *
 * @throws Error with a message for the operator
 */
export async function prepareDatabase(options: MongoOptions): Promise<void> {
  const connection = await connect(options, 'patient');
  try {
    await prepare(connection, shown(options.url));
  } finally {
    await connection.close();
  }
}

async function prepare(connection: Connection, place: string): Promise<void> {
  const models = modelsOf(connection);
  const found = (await models.meta.findOne({ _id: 'schema' }).lean())?.version ?? 0;
  if (found > SCHEMA_VERSION) {
    throw new Error(
      `${place} was written by a newer version of Countersign (schema ${found}, this one knows ${SCHEMA_VERSION}). Update the program, or restore a backup made before the update.`,
    );
  }
  await ensureIndexes(models);
  await fillFields(models);
  await noteVersion(models);
}

/** Builds what is missing. The server takes a request for an index that is there or being built for granted. */
async function ensureIndexes(models: Models): Promise<void> {
  await Promise.all(Object.values(models).map((model) => model.createIndexes()));
}

async function noteVersion({ meta }: Models): Promise<void> {
  try {
    const older = { _id: 'schema', version: atMost(SCHEMA_VERSION) } as const;
    await meta.updateOne(older, { $set: { version: SCHEMA_VERSION } }, { upsert: true });
  } catch (error) {
    // Another node has noted the same, or a newer one, in between.
    if (!isDuplicate(error)) throw error;
  }
}
