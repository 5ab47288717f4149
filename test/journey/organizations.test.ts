import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { enterCode, parametersOf, readableText, useServer } from '../support/journey.ts';
import {
  ADMINISTRATOR,
  colleague,
  comesBack,
  forTeam,
  organizationOf,
  organizationsOf,
  partyOf,
  visitorOf,
  withOrganizations,
} from '../support/organizations.ts';

describe('journey: organizations', function () {
  this.timeout(20_000);
  const suite = useServer(withOrganizations());

  /** Somebody who is in two organizations, named so that the second comes first in the alphabet. */
  async function inTwo() {
    const person = await colleague(suite);
    const zephyr = await organizationOf(suite, 'Zephyr Airlines', { [person.sub]: ['pilot'] });
    const acme = await organizationOf(suite, 'Acme', { [person.sub]: ['owner', 'billing'] });
    return { ...person, zephyr, acme };
  }

  it('nobody is asked where the application wants none, whatever they are members of', async () => {
    const { browser } = await inTwo();
    const started = await suite.begin(browser, forTeam('solo'));
    const { tokens } = await comesBack(suite, browser, started, 'solo');
    expect(tokens.claims()).not.to.have.any.keys('org_id', 'org_name', 'roles');
  });

  it('somebody without one goes on without, where it is optional', async () => {
    const [browser, address] = [visitorOf(suite), suite.address()];
    const { tokens } = await suite.signIn(browser, address, forTeam('either'));
    expect(tokens.claims()).not.to.have.any.keys('org_id', 'org_name', 'roles');
  });

  for (const clientId of ['either', 'team']) {
    it(`the only one is taken without a question, and tokens say it (${clientId})`, async () => {
      const person = await colleague(suite);
      const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
      const { tokens } = await suite.signIn(person.browser, person.address, forTeam(clientId));
      const rights = { org_id: id, roles: ['owner'] };
      const said = { ...rights, org_name: 'Acme' };
      expect(tokens.claims()).to.deep.include(said);
      expect(await (await partyOf(suite, clientId)).userinfo(tokens.access_token, person.sub)).to.deep.include(said);
      expect(await (await partyOf(suite, clientId)).introspect(tokens.access_token)).to.deep.include(rights);
    });
  }

  it('signed access tokens say it, too', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    const { tokens } = await suite.signIn(person.browser, person.address, forTeam('signed'));
    expect(decodeJwt(tokens.access_token)).to.deep.include({ sub: person.sub, org_id: id, roles: ['owner'] });
  });

  it('of several the person chooses one, after the sign-in; reload and Back show the same', async () => {
    const { address, acme, zephyr } = await inTwo();
    const browser = visitorOf(suite);
    const started = await suite.begin(browser, forTeam('team'));
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.page.url.pathname).to.match(/\/organization$/);
    expect(readableText(browser.page)).to.include(address).and.to.include('Acme').and.to.include('Zephyr Airlines');
    expect(browser.page.element('organization-1').attributes.get('value')).to.equal(acme.id);
    await browser.reload();
    await browser.click('organization-2');
    const { tokens } = await comesBack(suite, browser, started, 'team');
    expect(tokens.claims()).to.deep.include({ org_id: zephyr.id, org_name: 'Zephyr Airlines', roles: ['pilot'] });
  });

  it('the choice is kept for the application while the session lasts, and asked again where somebody is', async () => {
    const { browser, acme } = await inTwo();
    await suite.begin(browser, forTeam('team'));
    await browser.click('organization-1');
    const again = await suite.begin(browser, forTeam('team', { prompt: 'none' }));
    expect((await comesBack(suite, browser, again, 'team')).tokens.claims()?.org_id).to.equal(acme.id);
    await suite.begin(browser, forTeam('either'));
    expect(browser.page.has('organization-1')).to.equal(true);
    await suite.begin(browser, forTeam('team', { prompt: 'select_account' }));
    await browser.click('account-continue');
    expect(browser.page.has('organization-2')).to.equal(true);
  });

  it('org_id answers the question; one session is good for several, and what was given for good stays', async () => {
    const { browser, acme, zephyr } = await inTwo();
    const party = await partyOf(suite, 'team');
    const scope = 'openid offline_access';
    const refresh: string[] = [];
    for (const { id } of [acme, zephyr]) {
      const started = await suite.begin(browser, forTeam('team', { org_id: id, scope, prompt: 'consent' }));
      await browser.click('consent-allow');
      const { tokens } = await comesBack(suite, browser, started, 'team');
      expect(tokens.claims()?.org_id).to.equal(id);
      refresh.push(tokens.refresh_token ?? '');
    }
    const refreshed = await Promise.all(refresh.map((token) => party.refresh(token)));
    expect(refreshed.map((tokens) => tokens.claims()?.org_id)).to.deep.equal([acme.id, zephyr.id]);
  });

  it('what ends with the session ends when somebody goes on for another organization in it', async () => {
    const { browser, acme, zephyr } = await inTwo();
    const party = await partyOf(suite, 'team');
    const refresh: string[] = [];
    for (const { id } of [acme, zephyr]) {
      const started = await suite.begin(browser, forTeam('team', { org_id: id }));
      refresh.push((await comesBack(suite, browser, started, 'team')).tokens.refresh_token ?? '');
    }
    const [former = '', present = ''] = refresh;
    expect((await party.token({ grant_type: 'refresh_token', refresh_token: former })).body.error).to.equal(
      'invalid_grant',
    );
    expect((await party.refresh(present)).claims()?.org_id).to.equal(zephyr.id);
  });

  it('what changes in the organization is in the tokens of the next refresh', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    const { tokens } = await suite.signIn(person.browser, person.address, forTeam('team'));
    const organizations = organizationsOf(suite);
    await organizations.putMember(id, person.sub, ['guest', 'auditor'], ADMINISTRATOR);
    await organizations.rename(id, 'Acme & Daughters', ADMINISTRATOR);
    const party = await partyOf(suite, 'team');
    const later = await party.refresh(tokens.refresh_token ?? '');
    expect(later.claims()).to.deep.include({ org_name: 'Acme & Daughters', roles: ['guest', 'auditor'] });
    expect(await party.userinfo(tokens.access_token)).to.deep.include({ roles: ['guest', 'auditor'] });
  });

  it('prompt=none: interaction_required while there is something to choose', async () => {
    const { browser } = await inTwo();
    for (const clientId of ['team', 'either']) {
      await suite.begin(browser, forTeam(clientId, { prompt: 'none' }));
      expect(parametersOf(browser.landedAt())).to.include({ error: 'interaction_required' });
    }
    const alone = await colleague(suite);
    await suite.begin(alone.browser, forTeam('team', { prompt: 'none' }));
    expect(parametersOf(alone.browser.landedAt())).to.include({ error: 'interaction_required' });
  });

  it('who has none and needs one is told, and may go back or be somebody else', async () => {
    const member = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [member.sub]: [] });
    const { browser } = await colleague(suite);
    await suite.begin(browser, forTeam('team'));
    expect(readableText(browser.page)).to.include('not a member of any');
    expect(browser.page.has('organization-1')).to.equal(false);
    await browser.click('cancel');
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });

    const started = await suite.begin(browser, forTeam('team'));
    await browser.click('organization-other');
    await enterCode(browser, await suite.askForCode(browser, member.address));
    await browser.click('proceed-submit');
    const { tokens } = await comesBack(suite, browser, started, 'team');
    expect(tokens.claims()).to.deep.include({ sub: member.sub, org_id: id, roles: [] });
  });

  it('a third-party application is agreed to after the choice', async () => {
    const { browser, zephyr } = await inTwo();
    const started = await suite.begin(browser, forTeam('foreign'));
    await browser.click('organization-2');
    await browser.click('consent-allow');
    const { tokens } = await comesBack(suite, browser, started, 'foreign');
    expect(tokens.claims()?.org_id).to.equal(zephyr.id);
  });

  it('what is settled while the page is open needs no answer any more', async () => {
    const { browser, sub, acme, zephyr } = await inTwo();
    const started = await suite.begin(browser, forTeam('team'));
    await organizationsOf(suite).removeMember(acme.id, sub, ADMINISTRATOR);
    await browser.reload();
    expect((await comesBack(suite, browser, started, 'team')).tokens.claims()?.org_id).to.equal(zephyr.id);
  });

  for (const [locale, title] of [
    ['en', 'Choose an organization'],
    ['de', 'Organisation wählen'],
    ['fr', 'Choisir une organisation'],
    ['es', 'Elegir una organización'],
  ] as const) {
    it(`asks in ${locale}`, async () => {
      const { browser } = await inTwo();
      await suite.begin(browser, forTeam('team', { ui_locales: locale }));
      expect(browser.page.title).to.include(title);
    });
  }

  it('every change leaves its line, with who made it', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    await organizationsOf(suite).removeMember(id, person.sub, ADMINISTRATOR);
    const [removed, put] = await suite
      .events({ accountId: person.sub, type: 'member.removed' })
      .then(async (found) => [...found, ...(await suite.events({ accountId: person.sub, type: 'member.put' }))]);
    const line = { actor: ADMINISTRATOR.name, object: `organization:${id}` };
    expect(removed).to.deep.include({ ...line, changes: [{ field: 'roles', before: '["owner"]', after: null }] });
    expect(put).to.deep.include({ ...line, changes: [{ field: 'roles', before: null, after: '["owner"]' }] });
  });
});
