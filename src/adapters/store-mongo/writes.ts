import type { Model } from 'mongoose';
import { isDuplicate } from './unavailable.ts';

/**
 * Inserts unless the key is taken: the one way to be first.
 * @returns whether this one was
 */
export async function insertNew<Document>(model: Model<Document>, document: Document): Promise<boolean> {
  try {
    await new model(document).save();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Writes a document in the place of what is there under its key, if anything is. */
export async function put<Document extends { readonly _id: string }>(
  model: Model<Document>,
  document: Document,
): Promise<void> {
  const { _id } = document;
  await model.replaceOne({ _id }, document, { upsert: true });
}
