import { expect } from 'chai';
import type { AuditEvent, EventType } from '../../src/domain/event.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';
import { createResourceDesk, ORDER_SCOPES, SHOP } from '../support/resources.ts';

const FIVE_SECONDS = 5_001;

describe('Admin API: resources', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);
  const desk = createResourceDesk(suite);

  /** The event of this type about a resource, as soon as it is written. */
  async function eventOf(type: EventType, id: unknown): Promise<AuditEvent> {
    for (let count = 1; ; count += 1) {
      const event = (await suite.events({ type }, count)).find(({ object }) => object === `resource:${String(id)}`);
      if (event !== undefined) return event;
    }
  }

  describe('the record', () => {
    it('is made, read, listed, changed by version, and removed, each change with its actor', async () => {
      const audience = desk.audience();
      const resource = await desk.create({ audience });
      expect(resource).to.include({
        audience,
        name: 'Orders',
        accessTokenFormat: 'jwt',
        signingAlg: 'RS256',
        accessTokenSeconds: null,
        version: 1,
      });
      const read = await admin.call('GET', desk.path(resource));
      expect(read.body).to.deep.equal(resource);
      expect(read.headers.etag).to.equal('"1"');
      expect((await admin.call('GET', '/resources')).body.items).to.deep.include(resource);
      const changed = await admin.call('PATCH', desk.path(resource), { body: { version: 1, scopes: ORDER_SCOPES } });
      expect(changed.body).to.deep.include({ name: 'Orders', scopes: ORDER_SCOPES, version: 2 });
      const stale = { body: { version: 1, name: 'Late' } };
      expect((await admin.call('PATCH', desk.path(resource), stale)).body.error).to.equal('version_conflict');
      const byTag = { headers: { 'if-match': '"1"' }, body: { name: 'Late' } };
      expect((await admin.call('PATCH', desk.path(resource), byTag)).body.error).to.equal('version_outdated');
      expect((await admin.call('PATCH', desk.path(resource), { body: { name: 'Blind' } })).body.error).to.equal(
        'request_invalid',
      );
      expect((await admin.call('DELETE', desk.path(resource))).status).to.equal(204);
      expect((await admin.call('GET', desk.path(resource))).status).to.equal(404);
      expect((await admin.call('DELETE', desk.path(resource))).status).to.equal(404);
      for (const [type, field] of [
        ['resource.created', 'audience'],
        ['resource.changed', 'scopes'],
        ['resource.removed', 'audience'],
      ] as const) {
        const event = await eventOf(type, resource.id);
        expect(event.actor, type).to.match(/^key:/);
        expect(
          event.changes?.map(({ field: name }) => name),
          type,
        ).to.include(field);
      }
    });

    it('is one for each audience, also when two come at once', async () => {
      const audience = desk.audience();
      const answers = await Promise.all(Array.from({ length: 8 }, () => desk.register({ audience })));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, ...Array.from({ length: 7 }, () => 409)]);
      expect(answers.find(({ status }) => status === 409)?.body.error).to.equal('id_taken');
    });

    for (const [what, fields, words] of [
      ['no URI', { audience: 'orders' }, 'RFC 8707'],
      ['a fragment', { audience: 'https://a.example/#b' }, 'RFC 8707'],
      ['the audience of a client', { audience: 'urn:countersign:client:demo' }, 'the server itself'],
      ['no name', { name: ' ' }, 'name'],
      ['a scope of OpenID Connect', { scopes: [{ name: 'email', description: 'x' }] }, 'take another name'],
      ['a scope with a blank', { scopes: [{ name: 'a b', description: 'x' }] }, 'RFC 6749'],
      ['a scope without words', { scopes: [{ name: 'a', description: '' }] }, 'description'],
      ['words of two lines', { scopes: [{ name: 'a', description: 'a\nb' }] }, 'plain text'],
      ['a scope twice', { scopes: [ORDER_SCOPES[0], ORDER_SCOPES[0]] }, 'twice'],
      ['no signature', { signingAlg: 'none' }, 'signingAlg'],
      ['a shared secret as key', { signingAlg: 'HS256' }, 'signingAlg'],
      ['tokens for weeks', { accessTokenSeconds: 86_401 }, 'accessTokenSeconds'],
      ['what nobody decides', { version: 7 }, 'version'],
    ] as const) {
      it(`is refused with ${what}`, async () => {
        const { status, body } = await desk.register({ audience: desk.audience(), ...fields });
        expect(status).to.equal(400);
        expect(String(body.details)).to.include(words);
      });
    }

    it('is never that of our own API', async () => {
      const { status, body } = await desk.register({ audience: `${suite.server.issuer}/v1` });
      expect([status, body.error]).to.deep.equal([409, 'id_taken']);
    });
  });

  it('are taken from all clients when they are removed: nobody gets tokens for them any more', async () => {
    const time = suite.freeze();
    const resource = await desk.create({ scopes: ORDER_SCOPES });
    const audience = String(resource.audience);
    const app = await desk.application(audience);
    const { party } = app;
    const other = await desk.application(audience, {
      name: 'Other',
      resources: [audience, 'https://else.example.test'],
    });
    const browser = suite.browser({ stopAt: [SHOP] });
    const started = await party.start({ scope: 'openid read', resource: audience });
    await browser.get(started.url);
    await enterCode(browser, await suite.askForCode(browser, suite.address()));
    const tokens = await party.finish(browser.landedAt(), started);
    expect((await admin.call('DELETE', desk.path(resource))).status).to.equal(204);
    time.advance(FIVE_SECONDS);
    expect((await desk.ownToken(app, audience)).error).to.equal('invalid_target');
    expect(await rejectionOf(party.refresh(tokens.refresh_token ?? ''))).to.have.property('error', 'invalid_target');
    const left = (await admin.call('GET', `/clients/${other.id}`)).body;
    expect(left).to.deep.include({ resources: ['https://else.example.test'], version: 2 });
  });
});
