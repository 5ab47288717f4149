import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { CopyResult } from '../../src/cli/copy-result.ts';
import { isProblem, Problem } from '../../src/domain/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { copyStore } from '../../src/services/upkeep/moving-house.ts';
import { compareStores, everyOne } from '../../src/services/upkeep/store-comparison.ts';
import { accountOf, keyOf } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { startCommand, useFolder } from './command-line.ts';

const ACCOUNTS = 5000;

async function countOf(store: Store): Promise<number> {
  let count = 0;
  for await (const _account of everyOne(store.accounts.list)) count += 1;
  return count;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

describe('command line: an interrupted store copy', function () {
  this.timeout(60_000);
  const folder = useFolder();
  const open = (name: string): Promise<Store> => openSqliteStore({ path: folder(`${name}.db`) });

  async function seed(store: Store, count: number): Promise<void> {
    await store.keys.create(keyOf());
    for (let made = 0; made < count; made += 500) {
      await Promise.all(Array.from({ length: 500 }, () => store.accounts.createOrFind(accountOf())));
    }
  }

  it(`goes on after a kill -9 in the middle of ${ACCOUNTS} accounts`, async () => {
    const source = await open('source');
    await seed(source, ACCOUNTS);
    await source.close();
    const args = ['store', 'copy', '--from', 'sqlite:source.db', '--to', 'sqlite:target.db', '--json'];
    const killed = startCommand(args, folder());
    while (sizeOf(folder('target.db-wal')) < 1_000_000) await delay(1);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).code).to.equal(null);
    const half = await open('target');
    const copied = await countOf(half);
    await half.close();
    expect(copied).to.be.within(1, ACCOUNTS - 1);

    const { code, out } = await startCommand(args, folder()).ended;
    expect(code).to.equal(0);
    const { outcome, kinds } = JSON.parse(out) as CopyResult;
    expect(outcome).to.equal('copied');
    expect(kinds.accounts).to.deep.include({ found: ACCOUNTS, same: ACCOUNTS, created: ACCOUNTS - copied });
  });

  it('ends with 130 on Ctrl-C and says how to go on', async () => {
    const source = await open('source');
    await seed(source, ACCOUNTS);
    await source.close();
    const running = startCommand(['store', 'copy', '--from', 'sqlite:source.db', '--to', 'sqlite:target.db'], folder());
    while (sizeOf(folder('target.db-wal')) < 500_000) await delay(1);
    running.child.kill('SIGINT');
    const { code, err } = await running.ended;
    expect(code).to.equal(130);
    expect(err).to.include('same command goes on');
  });

  it('ends when the target goes away, with nothing under way, and goes on later', async () => {
    const [source, target] = [await open('source'), await open('target')];
    await seed(source, 1000);
    let calls = 0;
    let underWay = 0;
    const leaving: Store = {
      ...target,
      accounts: {
        ...target.accounts,
        async createOrFind(account) {
          calls += 1;
          if (calls > 700) throw new Problem('store_unavailable');
          underWay += 1;
          return target.accounts.createOrFind(account).finally(() => {
            underWay -= 1;
          });
        },
      },
    };
    const error = await rejectionOf(copyStore(source, leaving, () => undefined));
    expect(isProblem(error, 'store_unavailable')).to.equal(true);
    expect(underWay).to.equal(0);
    expect(await countOf(target)).to.equal(700);
    const report = await copyStore(source, target, () => undefined);
    expect(report.complete).to.equal(true);
    expect(report.kinds.accounts.created).to.equal(300);
    await Promise.all([source.close(), target.close()]);
  });

  it('finds in one walk what either store lacks, whatever the order of its ids', async () => {
    const [source, target] = [await open('source'), await open('target')];
    const ids = ['a', 'é', 'z', '\u{e000}', '\u{10000}', 'B', '0'];
    for (const [index, id] of ids.entries()) {
      if (index % 3 !== 0) await source.accounts.createOrFind(accountOf({ id }));
      if (index % 3 !== 1) await target.accounts.createOrFind(accountOf({ id }));
    }
    const { accounts } = await compareStores(source, target);
    expect(accounts).to.deep.include({ found: 4, same: 2 });
    expect(accounts.missing.ids).to.have.members(['é', '\u{10000}']);
    expect(accounts.foreign.ids).to.have.members(['a', '\u{e000}', '0']);
    await Promise.all([source.close(), target.close()]);
  });
});
