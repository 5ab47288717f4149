import { Mongoose, mongo } from 'mongoose';

/** Every document of a database, byte by byte, as a copy of its disk would show it. */
export async function databaseDump(url: string): Promise<Buffer> {
  const connection = await new Mongoose().createConnection(url, { serverSelectionTimeoutMS: 10_000 }).asPromise();
  const collections = (await connection.db?.collections()) ?? [];
  const documents = await Promise.all(collections.map((collection) => collection.find({}).toArray()));
  await connection.close();
  return Buffer.concat(documents.flat().map((document) => mongo.BSON.serialize(document)));
}
