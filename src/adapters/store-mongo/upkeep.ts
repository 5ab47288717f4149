import type { Model, QueryFilter } from 'mongoose';
import type { Store } from '../../ports/store.ts';
import { atMost, between, oneOf } from './comparisons.ts';
import type { AccountDocument } from './documents/account.ts';
import type { IdentifierClaims } from './identifier-claims.ts';
import type { Models } from './models.ts';
import { isDuplicate } from './unavailable.ts';

/** A message that nobody settled is kept this long after its end, so that an operator can see what never went out. */
const UNSETTLED_KEPT_MS = 86_400_000;

/** A pending account this old was left by a crash: nobody takes that long to claim an identifier. */
const PENDING_KEPT_MS = 86_400_000;

/** What belongs to no collection of its own: the health check and the collection of garbage. */
export function createUpkeep(models: Models, claims: IdentifierClaims): Pick<Store, 'ping' | 'purge'> {
  const { artifacts, challenges, budgets, meta } = models;
  return {
    async ping() {
      try {
        // Only a write can tell whether a majority takes writes.
        await meta.updateOne({ _id: 'heartbeat' }, { $inc: { beats: 1 } }, { upsert: true });
      } catch (error) {
        // Two nodes whose first beats came at once: then one was written.
        if (!isDuplicate(error)) throw error;
      }
    },
    async purge(now, limit) {
      const ended = atMost(new Date(now));
      const gone = await Promise.all([
        collect(artifacts, { expiresAt: ended }, { expiresAt: 1 }, limit),
        collect(challenges, { expiresAt: ended }, { expiresAt: 1 }, limit),
        collect(budgets, { endsAt: ended }, { endsAt: 1 }, limit),
        collectMessages(models, now, limit),
        collectPending(models, claims, now, limit),
      ]);
      return gone.reduce((sum, count) => sum + count, 0);
    },
  };
}

/**
 * Two steps, because there is no deletion with a limit. The condition stands in both: what was written anew in between,
 * such as a budget's next window, stays.
 */
async function collect<Document extends { readonly _id: string }>(
  model: Model<Document>,
  ended: QueryFilter<Document>,
  oldestFirst: Readonly<Record<string, 1>>,
  limit: number,
): Promise<number> {
  if (limit <= 0) return 0;
  const oldest = await model.find(ended, { _id: 1 }).sort(oldestFirst).limit(limit).lean<Document[]>();
  if (oldest.length === 0) return 0;
  const those: QueryFilter<Document> = { ...ended, _id: oneOf(oldest.map(({ _id }) => _id)) };
  return (await model.deleteMany(those)).deletedCount;
}

async function collectMessages({ outbox }: Models, now: number, limit: number): Promise<number> {
  const settled = { notAfter: atMost(new Date(now)), dueAt: null };
  const abandoned = { notAfter: atMost(new Date(now - UNSETTLED_KEPT_MS)) };
  const gone = await collect(outbox, settled, { notAfter: 1 }, limit);
  return gone + (await collect(outbox, abandoned, { notAfter: 1 }, limit - gone));
}

async function collectPending({ accounts }: Models, claims: IdentifierClaims, now: number, limit: number) {
  const left = await accounts
    .find({ pendingSince: between(new Date(0), new Date(now - PENDING_KEPT_MS)) })
    .limit(limit)
    .lean<AccountDocument[]>();
  const abandoned = await Promise.all(left.map((account) => claims.abandon(account)));
  return abandoned.filter((gone) => gone).length;
}
