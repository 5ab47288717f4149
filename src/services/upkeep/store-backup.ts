import type { StoreCopy } from '../../ports/store/backup.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Audit } from '../trail/audit.ts';

/** Copies of the whole store for administrators. */
export interface StoreBackup {
  /**
   * The store as it is at one moment, made while it is used. With the same `SECRET` a server starts from it.
   * @throws Problem `backup_elsewhere`, `too_many_requests`, `store_unavailable`
   */
  make(by: AdminActor): Promise<StoreCopy>;
}

export const createStoreBackup = ({
  store,
  audit,
}: {
  /** The store itself: a copy takes longer than anybody waits for an answer of the store. */
  readonly store: Pick<Store, 'backup'>;
  readonly audit: Pick<Audit, 'record'>;
}): StoreBackup => ({
  async make(by) {
    const copy = await store.backup();
    audit.record({ type: 'store.backed_up', by, reason: `${copy.bytes} bytes` });
    return copy;
  },
});
