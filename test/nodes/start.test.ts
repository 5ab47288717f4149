import { expect } from 'chai';
import { environmentIn, useChildren } from '../faults/child-server.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { startServer } from '../support/server.ts';

describeWithMongo('nodes: a start', (server) => {
  const { directory, spawnServer } = useChildren();
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(server());
  });
  afterEach(() => database.drop());

  it('three that start at once on an empty store agree on one signing key and one record of each client (R-71)', async () => {
    const client = { id: 'app', secret: 'app-secret', redirectUris: ['http://localhost:1/callback'] };
    const settings = { clients: [client] };
    const env = { STORE_URL: database.url, ISSUER: 'http://localhost:1', DEMO: 'false' };
    const nodes = await Promise.all([1, 2, 3].map(() => startServer({ env, settings })));
    try {
      const keys = await Promise.all(
        nodes.map(
          async ({ listening }) => ((await (await fetch(`${listening}/jwks`)).json()) as { keys: object[] }).keys,
        ),
      );
      expect(keys[0]).to.have.length(1);
      expect(keys[1]).to.deep.equal(keys[0]);
      expect(keys[2]).to.deep.equal(keys[0]);
      for (const { listening } of nodes) {
        const response = await fetch(`${listening}/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from('app:app-secret').toString('base64')}` },
          body: new URLSearchParams({ grant_type: 'authorization_code', code: 'none', redirect_uri: 'none' }),
        });
        // The client was recognised, the code was not.
        expect(response.status).to.equal(400);
      }
    } finally {
      await Promise.all(nodes.map((node) => node.close()));
    }
  });

  it('on a store that a newer version has written is refused with words (R-85)', async () => {
    const written = { version: 1000 };
    await database.connection.collection<{ _id: string }>('meta').insertOne({ _id: 'schema', ...written });
    const child = await spawnServer({ env: { ...environmentIn(directory()), STORE_URL: database.url } });
    expect(await child.ended()).to.be.greaterThan(0);
    expect(child.output()).to.match(/newer version of Countersign \(schema 1000/);
    expect(child.output()).to.not.match(/\n\s+at /);
    expect(await database.connection.collection('meta').findOne({})).to.include(written);
    expect(await database.connection.collection('clients').countDocuments()).to.equal(0);
  });
});
