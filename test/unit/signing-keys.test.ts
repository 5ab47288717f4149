import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { createLog, createRandom } from '../../src/adapters/system/index.ts';
import type { StoredKey } from '../../src/ports/store/installation.ts';
import type { Store } from '../../src/ports/store.ts';
import { createSigningKeys } from '../../src/services/signing-keys/signing-keys.ts';
import type { Happening } from '../../src/services/trail/audit.ts';
import { createVault } from '../../src/services/vault.ts';
import { parallel } from '../contract/parallel.ts';
import { type ScratchFile, scratchFile } from '../contract/scratch-file.ts';
import { START } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { slowStore } from '../support/slow-store.ts';

const [OLD, NEW] = ['the-former-secret-of-this-installation-0001', 'the-newest-secret-of-this-installation-0002'];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BY = { name: 'key:test', caller: { network: '192.0.2.1', requestId: 'request' }, owns: true };

describe('signing keys', () => {
  let file: ScratchFile;
  let store: Store;
  let now: number;
  let happened: Happening[];
  beforeEach(async () => {
    file = scratchFile();
    store = await openSqliteStore({ path: file.path });
    now = START;
    happened = [];
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  const keysUnder = (secrets: readonly string[], rotationDays: number | null = null, on: Store = store) => {
    const random = createRandom();
    const log = createLog({ level: 'silent', stream: { write: () => {} } });
    const audit = { record: (happening: Happening) => void happened.push(happening), drain: async () => {} };
    const rules = { publishSeconds: 3600, rotationDays };
    return createSigningKeys({
      store: on,
      vault: createVault(secrets, random),
      random,
      clock: { now: () => now },
      audit,
      log,
      rules,
    });
  };
  const opened = async (...secrets: string[]) => {
    const keys = keysUnder(secrets);
    await keys.open();
    return keys;
  };
  const kids = (keys: { ring: { published(): { kid?: string }[] } }) => keys.ring.published().map(({ kid }) => kid);
  const types = () => happened.map(({ type, object }) => [type, object?.replace('signing-key:', '')]);

  it('are made once and stay the same', async () => {
    const first = (await opened(OLD)).ring.published();
    expect(first).to.have.length(1);
    expect(first[0]).to.include({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect((await opened(OLD)).ring.published()).to.deep.equal(first);
    expect(happened.filter(({ type }) => type === 'key.created')).to.have.length(1);
  });

  it('are not readable in the store, and their private part is not published', async () => {
    const { ring } = await opened(OLD);
    const { d } = ring.signer('RS256')?.privateKey.export({ format: 'jwk' }) ?? {};
    expect(d).to.be.a('string');
    expect(JSON.stringify(await store.keys.list())).to.not.contain(d);
    expect(ring.published()[0]).to.have.all.keys('kty', 'n', 'e', 'kid', 'alg', 'use');
  });

  it('outlive a rotation of SECRET: after one start with both, the former one is needed no more', async () => {
    const made = (await opened(OLD)).ring.published();
    expect((await opened(NEW, OLD)).ring.published()).to.deep.equal(made);
    expect((await opened(NEW)).ring.published()).to.deep.equal(made);
    expect((await rejectionOf(opened(OLD))).message).to.contain('SECRET');
  });

  it('a node that has opened a key goes on with it when another one seals it under a newer SECRET', async () => {
    const running = await opened(OLD);
    const made = running.ring.published();
    await opened(NEW, OLD);
    await running.refresh();
    expect(running.ring.published()).to.deep.equal(made);
    expect(running.ring.signer('RS256')?.id).to.equal(made[0]?.kid);
  });

  it('never sign with another key in the place of one that cannot be opened', async () => {
    const running = await opened(OLD);
    const successor = (await (await opened(NEW, OLD)).rotate('RS256', { immediately: false }, BY))[0]?.id ?? '';
    await running.refresh();
    expect(running.ring.signer('RS256')?.id).to.not.equal(successor);
    now += HOUR;
    expect(() => running.ring.signer('RS256')).to.throw('SECRET');
  });

  it('a rotation publishes first, signs after the time for that, and removes the former one when nothing needs it', async () => {
    const keys = await opened(OLD);
    const [former] = kids(keys);
    const [made] = await keys.rotate('RS256', { immediately: false }, BY);
    expect(made).to.include({ state: 'next', createdAt: START, activeFrom: START + HOUR });
    expect(kids(keys)).to.deep.equal([former, made?.id]);
    now += HOUR - 1;
    expect(keys.ring.signer('RS256')?.id).to.equal(former);
    now += 1;
    expect(keys.ring.signer('RS256')?.id).to.equal(made?.id);
    await keys.upkeep();
    expect((await keys.list()).map(({ state }) => state)).to.deep.equal(['retiring', 'active']);
    now += DAY + 960_000 - 1;
    expect(kids(keys)).to.deep.equal([former, made?.id]);
    now += 1;
    expect(kids(keys)).to.deep.equal([made?.id]);
    expect(keys.ring.verifier(former, 'RS256')).to.equal(null);
    expect(keys.ring.remembered(former, 'RS256')?.id).to.equal(former);
    await keys.upkeep();
    now += 31 * DAY;
    expect(keys.ring.remembered(former, 'RS256')).to.equal(null);
    await keys.upkeep();
    expect((await store.keys.list()).map(({ id }) => id)).to.deep.equal([made?.id]);
    expect(types()).to.deep.equal([
      ['key.created', former],
      ['key.activated', former],
      ['key.created', made?.id],
      ['key.retired', former],
      ['key.activated', made?.id],
      ['key.removed', former],
    ]);
    expect(happened[2]?.by).to.deep.equal(BY);
    expect(JSON.stringify(happened)).to.not.contain('sealed');
  });

  it('a successor has to have its turn before there is another one, and may be withdrawn before', async () => {
    const keys = await opened(OLD);
    const [former] = kids(keys);
    const [made] = await keys.rotate(null, { immediately: false }, BY);
    expect(await rejectionOf(keys.rotate('RS256', { immediately: false }, BY))).to.have.property('code', 'key_waiting');
    await keys.retire(made?.id ?? '', BY);
    expect(kids(keys)).to.deep.equal([former]);
    now += 2 * HOUR;
    expect(keys.ring.signer('RS256')?.id).to.equal(former);
    expect(await rejectionOf(keys.retire(former ?? '', BY))).to.have.property('code', 'key_in_use');
    expect(await rejectionOf(keys.retire(made?.id ?? '', BY))).to.have.property('code', 'not_found');
    expect(await keys.rotate('RS256', { immediately: false }, BY)).to.have.length(1);
  });

  it('of a leaked key nothing is left at once, nor of those before it', async () => {
    const keys = await opened(OLD);
    await keys.rotate('RS256', { immediately: false }, BY);
    const formers = kids(keys);
    now += 1000;
    const [made] = await keys.rotate('RS256', { immediately: true }, BY);
    expect(kids(keys)).to.deep.equal([made?.id]);
    expect(keys.ring.signer('RS256')?.id).to.equal(made?.id);
    for (const id of formers) expect(keys.ring.remembered(id, 'RS256')).to.equal(null);
    const removed = happened.filter(({ type }) => type === 'key.removed');
    expect(removed.map(({ object, by }) => [object, by])).to.deep.equal(formers.map((id) => [`signing-key:${id}`, BY]));
  });

  it('what the clock has done is nobody’s deed, even when somebody’s deed brings it to light', async () => {
    const keys = await opened(OLD);
    await keys.rotate('RS256', { immediately: false }, BY);
    now += HOUR;
    await keys.rotate('RS256', { immediately: false }, BY);
    const deeds = happened.map(({ type, by }) => [type, by === undefined ? null : by.name]);
    expect(deeds.slice(2)).to.deep.equal([
      ['key.created', BY.name],
      ['key.created', BY.name],
      ['key.retired', null],
      ['key.activated', null],
    ]);
  });

  it('of two rotations at once one wins, and the other one is told', async () => {
    const distant = slowStore(store);
    const nodes = [keysUnder([OLD], null, distant), keysUnder([OLD], null, distant)];
    for (const node of nodes) await node.open();
    const ends = await Promise.allSettled(nodes.map((node) => node.rotate('RS256', { immediately: false }, BY)));
    const refused = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason.code);
    expect(refused).to.have.length(1);
    expect(refused[0]).to.be.oneOf(['version_conflict', 'key_waiting']);
    expect(await store.keys.list()).to.have.length(2);
    expect(happened.filter(({ type }) => type === 'key.created')).to.have.length(2);
  });

  it('are there for every algorithm that something needs, once, however many need it at once', async () => {
    const keys = await opened(OLD);
    const others = [keysUnder([OLD]), keysUnder([OLD])];
    await parallel((index) => (others[index % 2] ?? keys).ensure('ES256'));
    await keys.ensure('PS256');
    await keys.ensure('EdDSA');
    await keys.ensure('ES256');
    const stored: StoredKey[] = await store.keys.list();
    expect(stored.map(({ alg }) => alg)).to.have.members(['RS256', 'ES256', 'PS256', 'EdDSA']);
    for (const other of others) expect(other.ring.signer('ES256')?.id).to.equal(keys.ring.signer('ES256')?.id);
    expect(await keys.rotate(null, { immediately: false }, BY)).to.have.length(4);
    expect(await rejectionOf((await opened(OLD)).rotate(null, { immediately: false }, BY))).to.have.property(
      'code',
      'key_waiting',
    );
  });

  it('are replaced by themselves where that is wanted, by one node', async () => {
    const nodes = [keysUnder([OLD], 90), keysUnder([OLD], 90)];
    for (const node of nodes) await node.open();
    now += 90 * DAY - 1;
    for (const node of nodes) await node.upkeep();
    expect(await store.keys.list()).to.have.length(1);
    now += 1;
    await Promise.all(nodes.map((node) => node.upkeep().catch(() => false)));
    await Promise.all(nodes.map((node) => node.upkeep()));
    expect(await store.keys.list()).to.have.length(2);
    expect(happened.filter(({ type }) => type === 'key.created')).to.have.length(2);
  });
});
