import { expect } from 'chai';
import type { Client } from '../../src/domain/client.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { send } from '../support/wire.ts';
import { useNodes } from './nodes.ts';

/** How long a node may believe what it has read of a client, in milliseconds (R-69). */
const BELIEF_MS = 5_000;

describeWithMongo('nodes: a change of a client is live on all of them within five seconds (R-69)', (server) => {
  const cluster = useNodes(server);
  const { suite } = cluster;
  const store = () => suite.server.server.store.clients;

  const read = async (id: string): Promise<Client> => {
    const client = await store().find(id);
    if (client === null) throw new Error('the client is declared');
    return client;
  };
  const change = async (id: string, fields: Partial<Client>): Promise<void> => {
    expect(await store().update({ ...(await read(id)), ...fields })).to.not.equal(null);
  };
  // Each test has a client of its own: what one of them made the nodes believe lies in the future of the next one.
  const onEveryNode = <Answer>(ask: (node: string) => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(cluster.nodes.map(({ listening }) => ask(listening)));

  /** What each node thinks of a request to sign in, which it answers with its own page or with an error. */
  const authorizations = (clientId: string, redirectUri: string): Promise<number[]> =>
    onEveryNode(async (node) => {
      const { url } = await (await suite.party(clientId)).start({ redirect_uri: redirectUri });
      const here = new URL(url.pathname + url.search, node);
      return (await send({ method: 'GET', url: here, headers: { accept: 'text/html' }, body: null })).status;
    });
  /** What each node thinks of a secret: 400 for the right one, because the code in the request is none. */
  const authentications = (clientId: string, secret: string): Promise<number[]> =>
    onEveryNode(async (node) => {
      const headers = {
        authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const body = 'grant_type=authorization_code&code=none&redirect_uri=https://example.org';
      return (await send({ method: 'POST', url: new URL('/token', node), headers, body })).status;
    });

  it('redirect URIs', async () => {
    const time = suite.freeze();
    const [before, after] = [`${suite.server.application}/callback`, 'https://moved.example.org/callback'];
    expect(await authorizations('neighbour', before)).to.deep.equal([303, 303, 303]);
    await change('neighbour', { redirectUris: [after] });
    time.advance(BELIEF_MS);
    expect(await authorizations('neighbour', before)).to.deep.equal([400, 400, 400]);
    expect(await authorizations('neighbour', after)).to.deep.equal([303, 303, 303]);
  });

  it('secrets', async () => {
    const time = suite.freeze();
    expect(await authentications('third-party', 'third-party-secret')).to.deep.equal([400, 400, 400]);
    await change('third-party', { secrets: (await read('demo')).secrets });
    time.advance(BELIEF_MS);
    expect(await authentications('third-party', 'third-party-secret')).to.deep.equal([401, 401, 401]);
    expect(await authentications('third-party', 'demo-secret')).to.deep.equal([400, 400, 400]);
  });

  it('its end: nobody signs in there any more, and its tokens are dead', async () => {
    const time = suite.freeze();
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const authorization = { authorization: `Bearer ${tokens.access_token}` };
    const userinfo = (): Promise<number[]> =>
      onEveryNode(async (node) => (await fetch(`${node}/me`, { headers: authorization })).status);
    expect(await userinfo()).to.deep.equal([200, 200, 200]);
    await change('demo', { disabled: true });
    time.advance(BELIEF_MS);
    expect(await userinfo()).to.deep.equal([401, 401, 401]);
    expect(await authentications('demo', 'demo-secret')).to.deep.equal([401, 401, 401]);
    expect(await authorizations('demo', `${suite.server.application}/callback`)).to.deep.equal([400, 400, 400]);
  });
});
