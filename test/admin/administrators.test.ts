import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { invited, openConsole, signInAs } from '../support/console.ts';
import { readableText, useServer } from '../support/journey.ts';

const DECLARED = 'declared@example.org';

describe('administrators', () => {
  const suite = useServer({ env: { ...withAdmin, ADMIN_EMAILS: DECLARED, SIGN_UP: 'closed' } });
  const admin = createAdministrator(suite);

  it('are invited with an account and a mail, also while sign-up is closed', async () => {
    const email = suite.address('invited');
    const { status, body } = await admin.call('POST', '/administrators', {
      body: { email: email.toUpperCase(), role: 'editor' },
    });
    expect(status).to.equal(201);
    expect(body).to.include({ email, role: 'editor', declared: false, accepted_at: null, version: 1 });
    expect(body.invited_by).to.equal('key:ADMIN_API_KEY');
    const [mail] = await suite.server.messages(email);
    expect(mail?.subject).to.equal('You were invited to administer Countersign');
    for (const text of [mail?.text ?? '', mail?.html ?? '']) {
      expect(text).to.include('ADMIN_API_KEY has invited you').and.to.include('as an editor');
      expect(text).to.include(`${suite.server.issuer}/admin`);
    }
    const page = await openConsole(suite, suite.browser(), email, '/admin/clients');
    expect(page.url.pathname).to.equal('/admin/clients');
    const [event] = await suite.events({ type: 'administrator.invited' });
    expect(event).to.include({ actor: 'key:ADMIN_API_KEY', accountId: body.account_id });
    expect(event?.changes).to.deep.equal([{ field: 'role', before: null, after: '"editor"' }]);
    expect(JSON.stringify(event)).to.not.include(email);
    const [signedIn] = await suite.events({ type: 'administrator.signed_in', accountId: String(body.account_id) });
    expect(signedIn?.reason).to.equal('editor');
    const listed = await admin.call('GET', '/administrators');
    const one = (listed.body.administrators as Record<string, unknown>[]).find((entry) => entry.email === email);
    expect(one?.accepted_at).to.be.a('number');
  });

  it('are invited once, and not in the place of the configuration', async () => {
    const { email } = await invited(suite, 'viewer');
    const again = await admin.call('POST', '/administrators', { body: { email, role: 'owner' } });
    expect([again.status, again.body.error]).to.deep.equal([409, 'id_taken']);
    const declared = await admin.call('POST', '/administrators', { body: { email: DECLARED, role: 'viewer' } });
    expect([declared.status, declared.body.error]).to.deep.equal([409, 'declared_elsewhere']);
    const nobody = await admin.call('POST', '/administrators', { body: { email: 'nobody', role: 'viewer' } });
    expect([nobody.status, nobody.body.error]).to.deep.equal([422, 'identifier_invalid']);
    const role = await admin.call('POST', '/administrators', { body: { email: suite.address(), role: 'root' } });
    expect(role.status).to.equal(400);
  });

  it('change their role by version, and are removed', async () => {
    const { accountId } = await invited(suite, 'viewer');
    const path = `/administrators/${accountId}`;
    const changed = await admin.call('PUT', path, { body: { role: 'editor', version: 1 } });
    expect(changed.body).to.include({ role: 'editor', version: 2 });
    const late = await admin.call('PUT', path, { body: { role: 'owner', version: 1 } });
    expect([late.status, late.body.error]).to.deep.equal([409, 'version_conflict']);
    expect((await admin.call('DELETE', path)).status).to.equal(204);
    expect((await admin.call('DELETE', path)).status).to.equal(404);
    expect((await admin.call('PUT', path, { body: { role: 'viewer', version: 2 } })).status).to.equal(404);
  });

  it('are only who they were: a later account with the same address is somebody else', async () => {
    const { email, accountId } = await invited(suite, 'owner');
    await openConsole(suite, suite.browser(), email);
    expect((await admin.call('DELETE', `/accounts/${accountId}`)).status).to.equal(204);
    const created = await admin.call('POST', '/accounts', { body: { email } });
    expect(created.status).to.equal(201);
    const page = await openConsole(suite, suite.browser(), email);
    expect(page.status).to.equal(403);
    expect(readableText(page)).to.include('Not for this account');
  });

  it('keep no address in paths and log lines (R-65)', async () => {
    const { email, accountId } = await invited(suite, 'viewer');
    await admin.call('DELETE', `/administrators/${accountId}`);
    expect(suite.server.logLines.filter((line) => line.includes(email))).to.deep.equal([]);
  });

  describe('in the console', () => {
    it('are the business of owners', async () => {
      for (const role of ['viewer', 'editor'] as const) {
        const { browser } = await signInAs(suite, role, '/admin/administrators');
        expect(browser.page.status).to.equal(403);
        expect(browser.page.text).to.include('It takes the role owner');
        expect(browser.page.text).to.not.include(DECLARED);
      }
      const [event] = await suite.events({ type: 'administrator.refused' });
      expect(event?.reason).to.match(/^(viewer|editor) may not own$/);
    });

    it('are invited, changed and removed', async () => {
      const { browser } = await signInAs(suite, 'owner', '/admin/administrators');
      const email = suite.address('colleague');
      await browser.click('invite');
      await browser.submit('save', { email: 'nonsense', role: 'editor' });
      expect(browser.page.status).to.equal(422);
      expect(browser.page.text).to.include('This is no e-mail address.');
      expect(browser.page.value('email')).to.equal('nonsense');
      await browser.submit('save', { email });
      expect(browser.page.text).to.include('Invited. A mail tells them').and.to.include(email);
      expect(browser.history.at(-2)?.status).to.equal(303);
      const { accountId } = (await suite.server.server.store.administrators.find(email)) ?? { accountId: '' };
      await browser.get(`/admin/administrators/${accountId}`);
      await browser.submit('save', { role: 'viewer' });
      expect(browser.page.text).to.include('The role is changed');
      expect((await suite.server.server.store.administrators.find(email))?.role).to.equal('viewer');
      await browser.get(`/admin/administrators/${accountId}`);
      await browser.click('remove');
      await browser.click('confirm');
      expect(browser.page.text).to.include('Removed.');
      expect(await suite.server.server.store.administrators.find(email)).to.equal(null);
      const [event] = await suite.events({ type: 'administrator.removed', accountId });
      expect(event?.actor).to.match(/^console:o•••@e•••\.org \(/);
    });

    it('count from their next request on', async () => {
      const { browser, address } = await signInAs(suite, 'owner', '/admin/administrators');
      expect(browser.page.status).to.equal(200);
      const { store } = suite.server.server;
      const before = await store.administrators.find(address);
      if (before === null) throw new Error('not invited');
      await store.administrators.setRole({ ...before, role: 'viewer' }, { othersOwn: true });
      expect((await browser.get('/admin/administrators')).status).to.equal(403);
      await store.administrators.remove(address, { othersOwn: true });
      const gone = await browser.get('/admin/nowhere');
      expect(gone.status).to.equal(403);
      expect(gone.text).to.include('Not for this account').and.to.not.include('API access');
    });
  });
});

describe('administrators: the last owner', () => {
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);
  const demoted = (accountId: string) =>
    admin.call('PUT', `/administrators/${accountId}`, { body: { role: 'viewer', version: 1 } });

  it('stays one, whoever asks, and one of two who demote each other at the same time does', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, other] = [await invited(suite, 'owner'), await invited(suite, 'owner')];
      const answers = await Promise.all([demoted(one.accountId), demoted(other.accountId)]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
      const owners = (await suite.server.server.store.administrators.list()).filter(({ role }) => role === 'owner');
      expect(owners).to.have.length(1);
      const left = owners[0]?.accountId ?? '';
      const removed = await admin.call('DELETE', `/administrators/${left}`);
      expect([removed.status, removed.body.error]).to.deep.equal([409, 'owner_last']);
      await suite.server.server.store.administrators.remove(owners[0]?.email ?? '', { othersOwn: true });
    }
  });

  it('may go once somebody else is one by the configuration', async () => {
    const store = suite.server.server.store.administrators;
    const { email } = await invited(suite, 'owner');
    expect(await store.remove(email, { othersOwn: false })).to.equal('last_owner');
    expect(await store.remove(email, { othersOwn: true })).to.equal('removed');
  });

  it('is told so in the console, where the role was to be changed', async () => {
    const { browser, address } = await signInAs(suite, 'owner', '/admin/administrators');
    const own = await suite.server.server.store.administrators.find(address);
    await browser.get(`/admin/administrators/${own?.accountId}`);
    await browser.submit('save', { role: 'viewer' });
    expect(browser.page.status).to.equal(409);
    expect(browser.page.text).to.include('The last owner stays one.');
    await browser.get(`/admin/administrators/${own?.accountId}/remove`);
    await browser.click('confirm');
    expect(browser.page.text).to.include('The last owner stays one.');
  });
});

describe('administrators: owners by configuration', () => {
  const suite = useServer({ env: { ...withAdmin, ADMIN_EMAILS: `${DECLARED}, Second@Example.org` } });
  const admin = createAdministrator(suite);

  it('are listed first, and changed nowhere else', async () => {
    const { body } = await admin.call('GET', '/administrators');
    const listed = body.administrators as Record<string, unknown>[];
    expect(listed.map(({ email }) => email)).to.deep.equal([DECLARED, 'second@example.org']);
    expect(listed[0]).to.include({ role: 'owner', declared: true, account_id: null, version: null });
  });

  it('come in by whatever account proves the address', async () => {
    const page = await openConsole(suite, suite.browser(), DECLARED, '/admin/administrators');
    expect(page.status).to.equal(200);
    expect(page.text).to.include('by the configuration');
  });
});

describe('keys of the Admin API in the console', () => {
  const suite = useServer({ env: { ...withAdmin, ADMIN_EMAILS: DECLARED } });
  const admin = createAdministrator(suite);

  it('are made by owners, shown once on the answer, and revoked', async () => {
    const browser = suite.browser();
    await openConsole(suite, browser, DECLARED, '/admin/access');
    await browser.click('new-key');
    await browser.submit('save', { name: '', days: 'many' });
    expect(browser.page.status).to.equal(400);
    expect(browser.page.text).to.include('Expected a number of days');
    expect(browser.page.value('days')).to.equal('many');
    await browser.submit('save', { name: 'deployment', scope: 'read', days: '30' });
    const key = /[\w-]+\.[\w-]{43}/.exec(browser.page.text)?.[0] ?? '';
    expect((await admin.call('GET', '/clients', { key })).status).to.equal(200);
    await browser.click('done');
    expect(browser.page.text).to.include('deployment');
    expect(browser.page.html).to.not.include(key.split('.')[1]);
    const [kept] = await suite.server.server.store.adminKeys.list(null, 1);
    await browser.get(`/admin/access/${kept?.id}/revoke`);
    await browser.click('confirm');
    expect(browser.page.text).to.include('The key is revoked.');
    expect((await admin.call('GET', '/clients', { key })).status).to.equal(401);
  });

  it('are nobody else’s to see or make', async () => {
    const { browser } = await signInAs(suite, 'editor', '/admin/access');
    expect(browser.page.status).to.equal(403);
    expect((await browser.get('/admin/access/new')).status).to.equal(403);
  });
});
