import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';

interface ShownKey {
  readonly id: string;
  readonly alg: string;
  readonly state: string;
  readonly active_from: number;
  readonly created_at: number;
  readonly retires_at: number | null;
  readonly removed_at: number | null;
  readonly withdrawn: boolean;
}

describe('Admin API: signing keys (R-71)', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);

  const list = async (): Promise<ShownKey[]> => {
    const { status, body, text } = await admin.call('GET', '/signing-keys');
    expect(status, text).to.equal(200);
    expect(text).to.not.match(/sealed|"d"|"n"/);
    return body.items as ShownKey[];
  };
  const published = async (): Promise<string[]> => {
    const answer = await fetch(`${suite.server.issuer}/jwks`);
    expect(Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1])).to.be.within(1, 3600);
    return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  };

  it('are listed, replaced and withdrawn, and the trail says by whom', async () => {
    const [first, ...others] = await list();
    expect(others).to.deep.equal([]);
    expect(first).to.include({ alg: 'RS256', state: 'active', retires_at: null, removed_at: null, withdrawn: false });
    const rotated = await admin.call('POST', '/signing-keys', { body: {} });
    expect(rotated.status, rotated.text).to.equal(201);
    const [former, next] = await list();
    expect(rotated.body.items).to.deep.equal([next]);
    expect(next?.state).to.equal('next');
    expect((next?.active_from ?? 0) - (next?.created_at ?? 0)).to.equal(3_600_000);
    expect(former?.retires_at).to.equal(next?.active_from);
    expect((former?.removed_at ?? 0) - (former?.retires_at ?? 0)).to.be.at.least(86_400_000 + 900_000);
    expect(await published()).to.deep.equal([first?.id, next?.id]);

    const again = await admin.call('POST', '/signing-keys', { body: { alg: 'RS256' } });
    expect([again.status, again.body.error]).to.deep.equal([409, 'key_waiting']);
    const signs = await admin.call('DELETE', `/signing-keys/${first?.id}`);
    expect([signs.status, signs.body.error]).to.deep.equal([409, 'key_in_use']);
    expect((await admin.call('DELETE', `/signing-keys/${next?.id}`)).status).to.equal(204);
    expect((await admin.call('DELETE', `/signing-keys/${next?.id}`)).status).to.equal(404);
    expect(await published()).to.deep.equal([first?.id]);
    expect((await list())[1]).to.include({ state: 'removed', withdrawn: true });

    const actor = 'key:ADMIN_API_KEY';
    const object = `signing-key:${next?.id}`;
    for (const type of ['key.created', 'key.removed']) {
      const [event] = await suite.events({ type, actor });
      expect(event, type).to.include({ type, actor, object });
    }
  });

  it('are void at once where somebody else may have them', async () => {
    const formers = await published();
    const { status, body } = await admin.call('POST', '/signing-keys', { body: { immediately: true } });
    expect(status).to.equal(201);
    const [made] = body.items as ShownKey[];
    expect(made?.state).to.equal('active');
    expect(await published()).to.deep.equal([made?.id]);
    for (const { id, withdrawn } of await list()) if (formers.includes(id)) expect(withdrawn).to.equal(true);
  });

  it('what is asked for wrongly is refused', async () => {
    const unknown = await admin.call('POST', '/signing-keys', { body: { alg: 'EdDSA' } });
    expect([unknown.status, unknown.body.error]).to.deep.equal([404, 'not_found']);
    for (const body of [{ alg: 'HS256' }, { alg: 'none' }, { immediately: 'yes' }, { now: true }]) {
      expect((await admin.call('POST', '/signing-keys', { body })).status, JSON.stringify(body)).to.equal(400);
    }
    expect((await admin.call('DELETE', '/signing-keys/unknown')).status).to.equal(404);
    expect((await admin.call('GET', '/signing-keys', { key: null })).status).to.equal(401);
  });

  it('are changed by keys of the scope write only', async () => {
    const { body } = await admin.call('POST', '/keys', { body: { name: 'looks', scope: 'read' } });
    const key = String(body.key);
    expect((await admin.call('GET', '/signing-keys', { key })).status).to.equal(200);
    const before = await published();
    expect((await admin.call('POST', '/signing-keys', { key, body: {} })).status).to.equal(403);
    expect((await admin.call('DELETE', `/signing-keys/${before[0]}`, { key })).status).to.equal(403);
    expect(await published()).to.deep.equal(before);
  });
});
