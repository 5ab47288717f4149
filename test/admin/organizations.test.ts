import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { parametersOf, useServer } from '../support/journey.ts';
import { colleague, comesBack, forTeam, partyOf, withOrganizations } from '../support/organizations.ts';

describe('Admin API: organizations', function () {
  this.timeout(30_000);
  const suite = useServer({ ...withOrganizations(), env: withAdmin });
  const administrator = createAdministrator(suite);

  async function made(name: string): Promise<{ id: string; version: number }> {
    const { status, body, text } = await administrator.call('POST', '/organizations', { body: { name } });
    expect(status, text).to.equal(201);
    return body as unknown as { id: string; version: number };
  }

  const joins = (organization: string, account: string, roles: unknown) =>
    administrator.call('PUT', `/organizations/${organization}/members/${account}`, { body: { roles } });

  it('made here are chosen on the hosted pages, and are in the tokens', async () => {
    const { browser, sub } = await colleague(suite);
    const [one, other] = [await made('Analytical Engines'), await made('Difference Engines')];
    expect((await joins(one.id, sub, ['admin'])).status).to.equal(204);
    expect((await joins(other.id, sub, ['auditor', 'guest'])).status).to.equal(204);
    const started = await suite.begin(browser, forTeam('team'));
    expect(browser.page.text).to.contain('Analytical Engines').and.contain('Difference Engines');
    await browser.click('organization-2');
    const { tokens } = await comesBack(suite, browser, started, 'team');
    expect(tokens.claims()).to.deep.include({
      sub,
      org_id: other.id,
      org_name: 'Difference Engines',
      roles: ['auditor', 'guest'],
    });
    const [event] = await suite.events({ type: 'member.put', accountId: sub }, 2);
    expect(event).to.deep.include({
      actor: 'key:ADMIN_API_KEY',
      object: `organization:${other.id}`,
      changes: [{ field: 'roles', before: null, after: '["auditor","guest"]' }],
    });
  });

  it('let nobody in any more who is taken out', async () => {
    const { browser, sub } = await colleague(suite);
    const { id } = await made('Leaving');
    await joins(id, sub, []);
    const started = await suite.begin(browser, forTeam('team'));
    const { tokens } = await comesBack(suite, browser, started, 'team');
    expect(tokens.claims()).to.include({ org_id: id });
    const member = `/organizations/${id}/members/${sub}`;
    expect((await administrator.call('DELETE', member)).status).to.equal(204);
    expect((await administrator.call('DELETE', member)).status).to.equal(404);
    expect(await (await partyOf(suite, 'team')).introspect(tokens.access_token)).to.deep.equal({ active: false });
    await suite.begin(browser, forTeam('team', { prompt: 'none' }));
    expect(parametersOf(browser.landedAt()).error).to.be.a('string');
  });

  it('are renamed by whoever has seen the present version', async () => {
    const { id, version } = await made('Old');
    const rename = (name: string) => administrator.call('PUT', `/organizations/${id}`, { body: { name, version } });
    const answers = await Promise.all(['A', 'B', 'C'].map(rename));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409]);
    expect((await rename('D')).body).to.include({ error: 'version_conflict' });
    const { body } = await administrator.call('GET', `/organizations/${id}`);
    expect(body).to.include({ version: version + 1 });
    expect(body.name).to.be.oneOf(['A', 'B', 'C']);
  });

  it('are listed with their members, page by page', async () => {
    const { id } = await made('Listed');
    const people = [await colleague(suite), await colleague(suite), await colleague(suite)];
    for (const { sub } of people) await joins(id, sub, ['guest']);
    const first = await administrator.call('GET', `/organizations/${id}/members?limit=2`);
    const rest = await administrator.call(
      'GET',
      `/organizations/${id}/members?limit=2&cursor=${first.body.next_cursor}`,
    );
    const found = [first, rest].flatMap(({ body }) => body.items as { account_id: string }[]);
    expect(found.map(({ account_id }) => account_id)).to.deep.equal(people.map(({ sub }) => sub).sort());
    expect(rest.body.next_cursor).to.equal(null);
    const { body } = await administrator.call('GET', '/organizations?limit=100');
    expect((body.items as { id: string }[]).map((each) => each.id)).to.include(id);
  });

  it('are gone when they are deleted', async () => {
    const { id } = await made('Gone');
    expect((await administrator.call('DELETE', `/organizations/${id}`)).status).to.equal(204);
    for (const path of [`/organizations/${id}`, `/organizations/${id}/members`]) {
      expect((await administrator.call('GET', path)).body).to.include({ error: 'not_found' });
    }
  });

  it('take no names and roles that are none (R-59, R-60)', async () => {
    const { id } = await made('Hostile');
    const { sub } = await colleague(suite);
    for (const name of ['', '  ', 'a\nb', 'x'.repeat(101), { $ne: '' }, null]) {
      const { status, text } = await administrator.call('POST', '/organizations', { body: { name } });
      expect(status, text).to.equal(400);
    }
    for (const roles of [
      ['a b'],
      ['<script>'],
      [{ $gt: '' }],
      'admin',
      Array(51)
        .fill('a')
        .map((a, i) => a + i),
    ]) {
      expect((await joins(id, sub, roles)).status).to.equal(400);
    }
    expect((await joins(id, 'nobody', [])).body).to.include({ error: 'account_unknown' });
    expect((await joins('org_none', sub, [])).body).to.include({ error: 'not_found' });
  });
});
