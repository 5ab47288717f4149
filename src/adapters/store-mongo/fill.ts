import type { Model } from 'mongoose';
import { clientNeedle } from '../../domain/client-search.ts';
import { maskOfClaim } from './documents/account.ts';
import type { Models } from './models.ts';

/** Documents that are filled by one command. */
const BATCH = 500;

/**
 * Gives what a version before has written the fields that it did not know, a batch at a time. Any number of nodes may do this
 * at once, and again at each start: what a node of that version writes meanwhile is found from the next start on.
 */
export async function fillFields({ claims, clients }: Models): Promise<void> {
  await fill(claims, { masked: null }, ({ _id }) => ({ masked: maskOfClaim(_id) }));
  await fill(clients, { needle: null }, ({ _id, name }) => ({ needle: clientNeedle({ id: _id, name }) }));
}

async function fill<Document extends { readonly _id: string }>(
  model: Model<Document>,
  lacking: Readonly<Record<string, null>>,
  lacked: (document: Document) => object,
): Promise<void> {
  for (;;) {
    const found = await model.find(lacking).limit(BATCH).lean<Document[]>();
    if (found.length === 0) return;
    // The condition stands in the update, too: what was written anew in between is newer than what was read.
    await model.bulkWrite(
      found.map((document) => ({
        updateOne: { filter: { _id: document._id, ...lacking }, update: { $set: lacked(document) } },
      })),
      { ordered: false, throwOnValidationError: true },
    );
  }
}
