import { expect } from 'chai';
import { accountWith, addIdentifier, noticesTo, openAccount } from '../support/account.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly identifiers: readonly { readonly value: string; readonly verified_at: number | null }[];
}

const ACTOR = 'key:ADMIN_API_KEY';

describe('Admin API: accounts', function () {
  this.timeout(30_000);
  const suite = useServer({ env: { ...withAdmin, SMS_COUNTRIES: 'DE' } });
  const administrator = createAdministrator(suite);

  /** @returns what is answered as an account, of a call that succeeds */
  async function done(method: string, path: string, body?: unknown): Promise<Shown> {
    const answer = await administrator.call(method, path, body === undefined ? {} : { body });
    expect(answer.status, answer.text).to.be.oneOf([200, 201]);
    return answer.body as unknown as Shown;
  }

  async function signedIn() {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address, {
      parameters: { scope: 'openid email profile offline_access', prompt: 'consent' },
    });
    return { browser, address, tokens, id: String(tokens.claims()?.sub) };
  }

  async function refusedOf(method: string, path: string, body?: unknown) {
    const answer = await administrator.call(method, path, body === undefined ? {} : { body });
    return { status: answer.status, error: answer.body.error, text: answer.text };
  }

  describe('are found', () => {
    it('by exactly their address, in whatever spelling, and by their id', async () => {
      const { address, id } = await signedIn();
      const found = await done('POST', '/accounts/find', { email: ` ${address.toUpperCase()}` });
      expect(found).to.deep.include({ id, status: 'active', attributes: {}, held_until: null });
      expect(found.identifiers.map(({ value }) => value)).to.deep.equal([address]);
      expect(await done('GET', `/accounts/${id}`)).to.deep.equal(found);
    });

    it('in lists that show no address, page by page, each once', async () => {
      for (let count = 0; count < 3; count += 1) {
        await done('POST', '/accounts', { email: suite.address('listed') });
      }
      const seen: string[] = [];
      let cursor: unknown = '';
      do {
        const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
        const { status, text, body } = await administrator.call('GET', `/accounts?limit=2${query}`);
        expect(status, text).to.equal(200);
        expect(text).to.contain('•••').and.not.to.contain('listed');
        seen.push(...(body.items as Shown[]).map(({ id }) => id));
        cursor = body.next_cursor;
      } while (cursor !== null);
      expect(seen).to.deep.equal([...new Set(seen)].sort());
      expect(seen.length).to.be.greaterThan(3);
    });

    it('by what an event shows of them: all that it may be', async () => {
      const { id, address } = await signedIn();
      const [event] = await suite.events({ type: 'account.created', accountId: id });
      const masked = encodeURIComponent(String(event?.identifier));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query: string = `limit=2${cursor === null ? '' : `&cursor=${cursor}`}&masked=${masked}`;
        const { text, body } = await administrator.call('GET', `/accounts?${query}`);
        expect(text).not.to.contain(address);
        seen.push(...(body.items as { id: string }[]).map((item) => item.id));
        cursor = body.next_cursor as string | null;
      } while (cursor !== null);
      expect(seen).to.include(id);
      expect(seen).to.deep.equal([...new Set(seen)].sort());
      const typed = await administrator.call(
        'GET',
        `/accounts?limit=100&masked=${masked.replaceAll('%E2%80%A2', '*')}`,
      );
      expect((typed.body.items as { id: string }[]).map((item) => item.id)).to.deep.equal(seen);
      expect((await administrator.call('GET', '/accounts?masked=%2B49***12')).body.items).to.deep.equal([]);
      for (const no of [address, '•••', 'a', '%', '+49•••', '']) {
        const refused = await administrator.call('GET', `/accounts?masked=${encodeURIComponent(no)}`);
        expect([refused.status, refused.body.error], no).to.deep.equal([400, 'request_invalid']);
        expect(refused.text).not.to.contain(address);
      }
    });

    it('only where there are any', async () => {
      expect(await refusedOf('GET', '/accounts/nobody')).to.include({ status: 404, error: 'account_unknown' });
      const unknown = { email: suite.address('nobody') };
      const refused = await refusedOf('POST', '/accounts/find', unknown);
      expect(refused).to.include({ status: 404, error: 'account_unknown' });
      expect(refused.text).not.to.contain(unknown.email);
    });
  });

  it('are made once, unverified, and are the same person at their first sign-in', async () => {
    const address = suite.address();
    const made = await done('POST', '/accounts', { email: address });
    expect(made.identifiers[0]).to.include({ value: address, verified_at: null });
    expect(await refusedOf('POST', '/accounts', { email: address })).to.include({
      status: 409,
      error: 'account_taken',
    });
    const { tokens } = await suite.signIn(suite.browser(), address);
    expect(tokens.claims()?.sub).to.equal(made.id);
    const [event] = await suite.events({ type: 'account.created', accountId: made.id });
    expect(event?.actor).to.equal(ACTOR);
    expect(event?.identifier).to.contain('•••');
  });

  describe('that are disabled (R-35)', () => {
    it('have no token, no session and no sign-in any more, and are told apart in the trail', async () => {
      const { browser, address, tokens, id } = await signedIn();
      expect(await done('POST', `/accounts/${id}/disable`)).to.include({ id, status: 'disabled' });
      const party = await suite.party();
      expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
      expect(await rejectionOf(party.refresh(tokens.refresh_token ?? ''))).to.include({ error: 'invalid_grant' });
      expect((await rejectionOf(party.userinfo(tokens.access_token))).message).to.be.a('string');
      await suite.begin(browser, { parameters: { prompt: 'none' } });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
      const elsewhere = suite.browser();
      await suite.begin(elsewhere);
      await enterCode(elsewhere, await suite.askForCode(elsewhere, address));
      expect(parametersOf(elsewhere.landedAt())).to.include({ error: 'access_denied' });
      const [event] = await suite.events({ type: 'account.disabled', accountId: id });
      expect(event).to.deep.include({
        actor: ACTOR,
        changes: [{ field: 'status', before: '"active"', after: '"disabled"' }],
      });
      expect(event?.network).to.be.a('string');
    });

    it('have nothing back when they are enabled, and sign in as the same person', async () => {
      const { browser, address, tokens, id } = await signedIn();
      await done('POST', `/accounts/${id}/disable`);
      expect(await done('POST', `/accounts/${id}/enable`)).to.include({ status: 'active' });
      const party = await suite.party();
      expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
      expect(await rejectionOf(party.refresh(tokens.refresh_token ?? ''))).to.include({ error: 'invalid_grant' });
      await suite.begin(browser, { parameters: { prompt: 'none' } });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
      expect((await suite.signIn(suite.browser(), address)).tokens.claims()?.sub).to.equal(id);
    });

    it('change once, however often it is asked for', async () => {
      const { id } = await signedIn();
      const answers = await Promise.all(Array.from({ length: 8 }, () => done('POST', `/accounts/${id}/disable`)));
      expect(answers.map(({ status }) => status)).to.deep.equal(Array(8).fill('disabled'));
      await suite.events({ type: 'session.ended', accountId: id }, 8);
      expect(await suite.events({ type: 'account.disabled', accountId: id })).to.have.length(1);
    });
  });

  it('that are deleted leave nothing, and their person is told', async () => {
    const { browser, address, tokens, id } = await signedIn();
    expect((await administrator.call('DELETE', `/accounts/${id}`)).status).to.equal(204);
    expect(await refusedOf('GET', `/accounts/${id}`)).to.include({ status: 404 });
    expect(await refusedOf('DELETE', `/accounts/${id}`)).to.include({ status: 404 });
    expect(await (await suite.party()).introspect(tokens.access_token)).to.deep.equal({ active: false });
    await suite.begin(browser, { parameters: { prompt: 'none' } });
    expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
    expect((await noticesTo(suite, address))[0]).to.contain('was deleted');
    const [event] = await suite.events({ type: 'account.deleted', accountId: id });
    expect(event?.actor).to.equal(ACTOR);
    expect(event?.changes?.find(({ field }) => field === 'identifiers')).to.include({ after: null });
    expect(JSON.stringify(event)).not.to.contain(address);
    expect((await suite.signIn(suite.browser(), address)).tokens.claims()?.sub).not.to.equal(id);
  });

  describe('have attributes', () => {
    it('that tokens carry', async () => {
      const { id, tokens } = await signedIn();
      const { version } = await done('GET', `/accounts/${id}`);
      const attributes = { name: 'Ada Lovelace', locale: 'en-GB', website: 'https://ada.example.org/' };
      expect(await done('PUT', `/accounts/${id}/attributes`, { version, attributes })).to.deep.include({ attributes });
      expect(await (await suite.party()).userinfo(tokens.access_token, id)).to.include(attributes);
      const [event] = await suite.events({ type: 'account.changed', accountId: id });
      expect(event?.actor).to.equal(ACTOR);
      expect(event?.changes).to.deep.include({ field: 'attributes.name', before: null, after: '"•••"' });
      expect(JSON.stringify(event)).not.to.contain('Lovelace');
    });

    it('of which nobody overwrites a version that they have not seen', async () => {
      const { id } = await signedIn();
      const { version } = await done('GET', `/accounts/${id}`);
      const put = (name: string) => refusedOf('PUT', `/accounts/${id}/attributes`, { version, attributes: { name } });
      const answers = await Promise.all(['Ada', 'Grace', 'Edith', 'Hedy'].map(put));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409, 409]);
      expect((await put('Late')).error).to.equal('version_conflict');
    });

    it('of which none is anything but a standard claim in its form (R-59, R-60)', async () => {
      const { id } = await signedIn();
      const { version } = await done('GET', `/accounts/${id}`);
      const hostile: unknown[] = [
        { sub: 'somebody else' },
        { email_verified: true },
        { name: { $gt: '' } },
        { name: 'a\u0000b' },
        { website: 'javascript:alert(1)' },
        { constructor: { prototype: {} } },
        JSON.parse('{"__proto__":{"name":"x"}}'),
        [],
        'name',
      ];
      for (const attributes of hostile) {
        const { status, text } = await refusedOf('PUT', `/accounts/${id}/attributes`, { version, attributes });
        expect(status, text).to.equal(400);
      }
      expect(await done('GET', `/accounts/${id}`)).to.deep.include({ version, attributes: {} });
    });
  });

  describe('lose an identifier', () => {
    async function withPhone() {
      const { browser, address, id } = await signedIn();
      const number = suite.number();
      await openAccount(suite, browser, address);
      await addIdentifier(suite, browser, number);
      return { id, address, number };
    }

    it('that their person has lost, who is told; nothing is held for it', async () => {
      const { id, address, number } = await withPhone();
      const shown = await done('POST', `/accounts/${id}/identifiers/remove`, { phone_number: number });
      expect(shown.identifiers.map(({ value }) => value)).to.deep.equal([address]);
      expect((await noticesTo(suite, address, 2)).join()).to.contain('was removed');
      expect(await accountWith(suite, address)).to.deep.include({ held: null });
      const [event] = await suite.events({ type: 'identifier.removed', accountId: id });
      expect(event?.actor).to.equal(ACTOR);
      expect(event?.changes?.map(({ field }) => field)).to.deep.equal(['identifiers']);
      expect(JSON.stringify(event)).not.to.contain(address).and.not.to.contain(number);
      expect(event?.identifier).to.contain('•••');
    });

    it('but never the last one, and none that they do not have', async () => {
      const { id, address } = await signedIn();
      const remove = (body: unknown) => refusedOf('POST', `/accounts/${id}/identifiers/remove`, body);
      expect(await remove({ email: address })).to.include({ status: 422, error: 'identifier_last' });
      expect(await remove({ email: suite.address() })).to.include({ status: 404, error: 'not_found' });
      expect((await remove({ email: address, phone_number: suite.number() })).status).to.equal(400);
    });
  });

  it('have no hold any more when it is lifted, and not before', async () => {
    const { id, address } = await signedIn();
    const { accounts } = suite.server.server.store;
    const numbers = [suite.number(), suite.number()];
    const holding = { confirmed: false, at: Date.now(), holdMs: 3_600_000 };
    for (const value of numbers) {
      await accounts.attach(id, { channel: 'sms', value, verifiedAt: Date.now(), primary: false }, holding);
    }
    const { held } = await accountWith(suite, address);
    expect(held).not.to.equal(null);
    await done('POST', `/accounts/${id}/identifiers/remove`, { phone_number: numbers[0] });
    expect((await accountWith(suite, address)).held, 'a removal does not lift it').to.deep.equal(held);
    expect(await done('POST', `/accounts/${id}/lift-hold`)).to.deep.include({ held_until: null });
    expect((await accountWith(suite, address)).held).to.equal(null);
    const [event] = await suite.events({ type: 'account.released', accountId: id });
    expect(event?.actor).to.equal(ACTOR);
    expect(event?.changes).to.deep.equal([{ field: 'heldUntil', before: String(held?.until), after: null }]);
  });

  describe('are signed in', () => {
    it('where the list says, until a session is ended', async () => {
      const { address, tokens, id, browser } = await signedIn();
      const other = await suite.signIn(suite.browser(), address);
      const { body } = await administrator.call('GET', `/accounts/${id}/sessions`);
      const sessions = body.sessions as { id: string; client_id: string }[];
      expect(sessions).to.have.length(2);
      const sid = String(tokens.claims()?.sid ?? sessions[1]?.id);
      expect((await administrator.call('DELETE', `/accounts/${id}/sessions/${sid}`)).status).to.equal(204);
      expect(await refusedOf('DELETE', `/accounts/${id}/sessions/${sid}`)).to.include({ status: 404 });
      const party = await suite.party();
      expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
      expect(await party.introspect(other.tokens.access_token)).to.include({ active: true });
      await suite.begin(browser, { parameters: { prompt: 'none' } });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
    });

    it('nowhere any more when all are ended', async () => {
      const { tokens, id } = await signedIn();
      expect((await administrator.call('DELETE', `/accounts/${id}/sessions`)).status).to.equal(204);
      expect((await administrator.call('GET', `/accounts/${id}/sessions`)).body).to.deep.equal({ sessions: [] });
      const party = await suite.party();
      expect(await rejectionOf(party.refresh(tokens.refresh_token ?? ''))).to.include({ error: 'invalid_grant' });
      const [event] = await suite.events({ type: 'account.signed_out', accountId: id });
      expect(event).to.include({ actor: ACTOR, reason: 'all sessions' });
    });

    it('and a session is ended by nobody but its own account', async () => {
      const [one, other] = [await signedIn(), await signedIn()];
      const { body } = await administrator.call('GET', `/accounts/${one.id}/sessions`);
      const [session] = body.sessions as { id: string }[];
      expect(await refusedOf('DELETE', `/accounts/${other.id}/sessions/${session?.id}`)).to.include({ status: 404 });
      expect(await (await suite.party()).introspect(one.tokens.access_token)).to.include({ active: true });
    });
  });
});
