import type { Model } from 'mongoose';
import type { Administrator } from '../../domain/administration.ts';
import { Problem } from '../../domain/errors.ts';
import type { AdministratorChange, AdministratorStore } from '../../ports/store/administrators.ts';
import { type RosterDocument, toAdministrator, toAdministratorDocument } from './documents/roster.ts';
import { insertNew } from './writes.ts';

const ROSTER = 'roster';

/** Changes tried before those of others are too many; each time somebody else has succeeded. */
const TRIES = 500;

/** What a change makes of the list, and what it answers; no list changes nothing. */
interface Change<Answer> {
  readonly roster?: readonly Administrator[];
  readonly answer: Answer;
}

export function createAdministratorStore(model: Model<RosterDocument>): AdministratorStore {
  const read = async (): Promise<readonly Administrator[]> => (await load(model)).administrators;
  return {
    list: async () => [...(await read())],
    find: async (email) => (await read()).find((one) => one.email === email) ?? null,
    create: (administrator) =>
      change(model, (roster) =>
        roster.some(({ email }) => email === administrator.email)
          ? { answer: false }
          : { roster: [...roster, administrator], answer: true },
      ),
    setRole: ({ email, role, version }, { othersOwn }) =>
      change<AdministratorChange>(model, (roster) => {
        const before = roster.find((one) => one.email === email);
        if (before?.version !== version) return { answer: { refused: 'outdated' } };
        if (role !== 'owner' && !othersOwn && isLastOwner(roster, before)) return { answer: { refused: 'last_owner' } };
        const changed = { ...before, role, version: version + 1 };
        return { roster: replaced(roster, changed), answer: { changed } };
      }),
    accept: (email, accountId, at) =>
      change(model, (roster) => {
        const before = roster.find((one) => one.email === email && one.accountId === accountId);
        if (before?.acceptedAt !== null) return { answer: false };
        return { roster: replaced(roster, { ...before, acceptedAt: at }), answer: true };
      }),
    remove: (email, { othersOwn }) =>
      change(model, (roster) => {
        const before = roster.find((one) => one.email === email);
        if (before === undefined) return { answer: 'gone' };
        if (!othersOwn && isLastOwner(roster, before)) return { answer: 'last_owner' };
        return { roster: roster.filter((one) => one !== before), answer: 'removed' };
      }),
  };
}

const isLastOwner = (roster: readonly Administrator[], { email, role }: Administrator): boolean =>
  role === 'owner' && !roster.some((other) => other.role === 'owner' && other.email !== email);

const replaced = (roster: readonly Administrator[], changed: Administrator): Administrator[] =>
  roster.map((one) => (one.email === changed.email ? changed : one));

/** By the bytes of addresses, as the other store has them. */
const inOrder = (roster: readonly Administrator[]): Administrator[] =>
  roster.toSorted((one, other) => Buffer.compare(Buffer.from(one.email), Buffer.from(other.email)));

interface Roster {
  readonly administrators: readonly Administrator[];
  /** Null when there is no document yet. */
  readonly revision: number | null;
}

async function load(model: Model<RosterDocument>): Promise<Roster> {
  const stored = await model.findOne({ _id: ROSTER }).lean<RosterDocument>();
  if (stored === null) return { administrators: [], revision: null };
  return { administrators: stored.administrators.map(toAdministrator), revision: stored.revision };
}

/**
 * Reads all administrators and writes all of them, if nobody else has written any meanwhile; otherwise once more.
 *
 * @throws Problem `store_unavailable` when that goes on and on
 */
async function change<Answer>(
  model: Model<RosterDocument>,
  decide: (roster: readonly Administrator[]) => Change<Answer>,
): Promise<Answer> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { administrators, revision } = await load(model);
    const { roster, answer } = decide(administrators);
    if (roster === undefined || (await write(model, inOrder(roster), revision))) return answer;
  }
  throw new Problem('store_unavailable');
}

async function write(
  model: Model<RosterDocument>,
  roster: readonly Administrator[],
  revision: number | null,
): Promise<boolean> {
  const administrators = roster.map(toAdministratorDocument);
  if (revision === null) return insertNew(model, { _id: ROSTER, administrators, revision: 1 });
  const { modifiedCount } = await model.updateOne(
    { _id: ROSTER, revision },
    { $set: { administrators, revision: revision + 1 } },
  );
  return modifiedCount === 1;
}
