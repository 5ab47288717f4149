import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { createClock, createRandom } from '../../src/adapters/system/index.ts';
import type { Store } from '../../src/ports/store.ts';
import { createKeys } from '../../src/services/keys.ts';
import { createVault } from '../../src/services/vault.ts';
import { type ScratchFile, scratchFile } from '../contract/scratch-file.ts';
import { rejectionOf } from '../support/rejection.ts';

const [OLD, NEW] = ['the-former-secret-of-this-installation-0001', 'the-newest-secret-of-this-installation-0002'];

describe('signing keys', () => {
  let file: ScratchFile;
  let store: Store;
  beforeEach(async () => {
    file = scratchFile();
    store = await openSqliteStore({ path: file.path });
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  const keysUnder = (...secrets: string[]) => {
    const random = createRandom();
    const vault = createVault(secrets, random);
    return createKeys({
      store,
      vault,
      random,
      clock: createClock(),
      audit: { record: () => {}, drain: async () => {} },
    });
  };

  it('are made once and stay the same', async () => {
    const [first] = await keysUnder(OLD).signingKeys();
    expect(first).to.include({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(await keysUnder(OLD).signingKeys()).to.deep.equal([first]);
  });

  it('are not readable in the store', async () => {
    const [key] = await keysUnder(OLD).signingKeys();
    expect(JSON.stringify(await store.keys.list())).to.not.contain(key?.d);
  });

  it('outlive a rotation of SECRET: after one start with both, the former one is needed no more', async () => {
    const made = await keysUnder(OLD).signingKeys();
    expect(await keysUnder(NEW, OLD).signingKeys()).to.deep.equal(made);
    expect(await keysUnder(NEW).signingKeys()).to.deep.equal(made);
    expect((await rejectionOf(keysUnder(OLD).signingKeys())).message).to.contain('SECRET');
  });
});
