import type { Model, QueryFilter } from 'mongoose';
import type { Administrator } from '../../domain/administration.ts';
import type { AdministratorStore, OwnershipTerms } from '../../ports/store/administrators.ts';
import { anElement, otherThan } from './comparisons.ts';
import { type RosterDocument, toAdministrator, toAdministratorDocument } from './documents/roster.ts';
import { insertNew } from './writes.ts';

const ROSTER = 'roster';

/**
 * One document, and one conditional write to it for each change: the condition sees who is an owner besides.
 */
export function createAdministratorStore(model: Model<RosterDocument>): AdministratorStore {
  const list = () => listOf(model);
  const find = async (email: string) => (await list()).find((one) => one.email === email) ?? null;
  return {
    list,
    find,
    create: async (administrator) => {
      if (await push(model, administrator)) return true;
      const document = { _id: ROSTER, administrators: [toAdministratorDocument(administrator)] };
      // Either there was no list yet, or they are on it; or somebody else has begun it just now.
      return (await insertNew(model, document)) || push(model, administrator);
    },
    async accept(email, accountId, at) {
      const { modifiedCount } = await model.updateOne(
        { _id: ROSTER, administrators: anElement({ email, accountId, acceptedAt: null }) },
        { $set: { 'administrators.$[one].acceptedAt': new Date(at) } },
        { arrayFilters: [{ 'one.email': email }] },
      );
      return modifiedCount === 1;
    },
    ...createOwnership(model, find),
  };
}

function createOwnership(
  model: Model<RosterDocument>,
  find: AdministratorStore['find'],
): Pick<AdministratorStore, 'setRole' | 'remove'> {
  return {
    async setRole({ email, role, version }, terms) {
      const them = { administrators: anElement({ email, version }) };
      const filter = { _id: ROSTER, ...them, ...(role === 'owner' ? {} : spared(email, terms)) };
      const after = await model
        .findOneAndUpdate(
          filter,
          { $set: { 'administrators.$[one].role': role }, $inc: { 'administrators.$[one].version': 1 } },
          { arrayFilters: [{ 'one.email': email }], returnDocument: 'after' },
        )
        .lean<RosterDocument>();
      const changed = after?.administrators.find((one) => one.email === email);
      if (changed !== undefined) return { changed: toAdministrator(changed) };
      return { refused: (await find(email))?.version === version ? 'last_owner' : 'outdated' };
    },
    async remove(email, terms) {
      const { modifiedCount } = await model.updateOne(
        { _id: ROSTER, 'administrators.email': email, ...spared(email, terms) },
        { $pull: { administrators: { email } } },
      );
      if (modifiedCount === 1) return 'removed';
      return (await find(email)) === null ? 'gone' : 'last_owner';
    },
  };
}

/** By the bytes of addresses, as the other store has them. */
async function listOf(model: Model<RosterDocument>): Promise<Administrator[]> {
  const stored = await model.findOne({ _id: ROSTER }).lean<RosterDocument>();
  return (stored?.administrators ?? [])
    .map(toAdministrator)
    .toSorted((one, other) => Buffer.compare(Buffer.from(one.email), Buffer.from(other.email)));
}

/** @returns whether there is a list, and they were not on it */
async function push(model: Model<RosterDocument>, administrator: Administrator): Promise<boolean> {
  const { modifiedCount } = await model.updateOne(
    { _id: ROSTER, 'administrators.email': otherThan(administrator.email) },
    { $push: { administrators: toAdministratorDocument(administrator) } },
  );
  return modifiedCount === 1;
}

/** That somebody can be spared as an owner: they are none, or there is another one. */
function spared(email: string, { othersOwn }: OwnershipTerms): QueryFilter<RosterDocument> {
  if (othersOwn) return {};
  const noOwner = { administrators: anElement({ email, role: otherThan('owner') }) };
  const otherOwner = { administrators: anElement({ email: otherThan(email), role: 'owner' }) };
  return { $or: [noOwner, otherOwner] };
}
