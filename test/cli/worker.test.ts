import { expect } from 'chai';
import { environmentIn, useChildren } from '../faults/child-server.ts';

describe('countersign worker', function () {
  this.timeout(20_000);
  const { directory, spawnServer } = useChildren();
  const program = ['bin/countersign.mjs', 'worker'];

  it('refuses an SQLite file, and says why', async () => {
    const child = await spawnServer({ env: environmentIn(directory()), program });
    expect(await child.ended()).to.equal(78);
    expect(child.output()).to.contain('one process holds an SQLite file').and.to.contain('mongodb://');
  });

  it('refuses to take mail to where nobody reads it', async () => {
    const env = { ...environmentIn(directory()), STORE_URL: 'mongodb://127.0.0.1:1/nothing' };
    const child = await spawnServer({ env, program });
    expect(await child.ended()).to.equal(78);
    expect(child.output()).to.contain('without SMTP_URL');
  });

  it('is needed where servers do not deliver: one with SQLite does not start like that', async () => {
    const child = await spawnServer({ env: { ...environmentIn(directory()), DELIVERY_IN_SERVER: 'false' } });
    expect(await child.ended()).to.equal(78);
    expect(child.output()).to.contain('DELIVERY_IN_SERVER').and.to.contain('one process holds the file');
  });
});
