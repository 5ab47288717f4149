import { expect } from 'chai';
import { openAccount } from '../support/account.ts';
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

describe('safety: organizations', function () {
  this.timeout(20_000);
  const suite = useServer(withOrganizations());

  it('nobody learns which organizations there are, and members only after they have signed in (R-24)', async () => {
    const owner = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [owner.sub]: [] });
    const stranger = await colleague(suite);
    suite.freeze();
    const pages: string[] = [];
    const refusals: Record<string, string>[] = [];
    for (const org_id of [id, 'org_nobody', '$ne', 'x'.repeat(2000)]) {
      const browser = visitorOf(suite);
      await suite.begin(browser, forTeam('team', { org_id, state: 'same' }));
      const code = await suite.askForCode(browser, stranger.address);
      pages.push(readableText(browser.page).replace(/Request \S+/g, ''));
      await enterCode(browser, code);
      refusals.push(parametersOf(browser.landedAt()));
    }
    expect(new Set(pages).size).to.equal(1);
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).to.equal(1);
    expect(refusals[0]).to.include({ error: 'access_denied', state: 'same' });
  });

  it('with a session, a stranger is refused alike, with prompt=none and without', async () => {
    const owner = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [owner.sub]: [] });
    const { browser } = await colleague(suite);
    for (const parameters of [{}, { prompt: 'none' }]) {
      for (const org_id of [id, 'org_nobody']) {
        await suite.begin(browser, forTeam('either', { org_id, ...parameters }));
        expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
      }
    }
  });

  it('an application that wants none gets none, by whatever name it asks', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    await suite.begin(person.browser, forTeam('solo', { org_id: id }));
    expect(parametersOf(person.browser.landedAt())).to.include({ error: 'access_denied' });
  });

  it('somebody who is no member any more has nothing left of it, at once', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    const { tokens } = await suite.signIn(person.browser, person.address, forTeam('team'));
    const party = await partyOf(suite, 'team');
    const started = await suite.begin(person.browser, forTeam('team'));
    const code = person.browser.landedAt().searchParams.get('code') ?? '';
    await organizationsOf(suite).removeMember(id, person.sub, ADMINISTRATOR);
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(refreshed.body.error).to.equal('invalid_grant');
    expect((await party.exchange(code, started.verifier)).body.error).to.equal('invalid_grant');
    expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
    const answer = await fetch(`${suite.server.listening}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(answer.status).to.equal(401);
  });

  it('an account that is deleted leaves nothing behind in its organizations', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    await openAccount(suite, person.browser, person.address, '/account/delete');
    await person.browser.submit('delete-confirm', { sure: 'yes' });
    expect(person.browser.page.url.pathname).to.equal('/account/deleted');
    expect(await organizationsOf(suite).members(id, null, 10)).to.deep.equal([]);
  });

  it('so has everybody when the organization is gone', async () => {
    const person = await colleague(suite);
    const { id } = await organizationOf(suite, 'Acme', { [person.sub]: ['owner'] });
    const { tokens } = await suite.signIn(person.browser, person.address, forTeam('either'));
    await organizationsOf(suite).remove(id, ADMINISTRATOR);
    const party = await partyOf(suite, 'either');
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(refreshed.body.error).to.equal('invalid_grant');
  });

  it('a page only takes what it offers', async () => {
    const other = await colleague(suite);
    const foreign = await organizationOf(suite, 'Foreign', { [other.sub]: ['owner'] });
    const person = await colleague(suite);
    for (const name of ['Acme', 'Zephyr']) await organizationOf(suite, name, { [person.sub]: [] });
    const started = await suite.begin(person.browser, forTeam('team'));
    for (const choice of [foreign.id, '', '__proto__', '0']) {
      await person.browser.submit('organization-1', {}, { forced: { choice } });
      expect(person.browser.page.has('organization-2'), choice).to.equal(true);
    }
    await person.browser.click('organization-1');
    const { tokens } = await comesBack(suite, person.browser, started, 'team');
    expect(tokens.claims()).to.include({ org_name: 'Acme' });
  });

  it('what one account has chosen says nothing about another one of the same browser', async () => {
    const [one, two] = [await colleague(suite), await colleague(suite)];
    const shared = await organizationOf(suite, 'Shared', { [one.sub]: ['owner'], [two.sub]: ['guest'] });
    await organizationOf(suite, 'Of the first', { [one.sub]: [] });
    await organizationOf(suite, 'Of the second', { [two.sub]: [] });
    await suite.begin(one.browser, forTeam('team'));
    await one.browser.click('organization-2');
    const started = await suite.begin(one.browser, forTeam('team', { prompt: 'select_account' }));
    await one.browser.click('account-other');
    await enterCode(one.browser, await suite.askForCode(one.browser, two.address));
    await one.browser.click('proceed-submit');
    expect(readableText(one.browser.page)).to.include('Of the second').and.not.to.include('Of the first');
    await one.browser.click('organization-2');
    const { tokens } = await comesBack(suite, one.browser, started, 'team');
    expect(tokens.claims()).to.deep.include({ sub: two.sub, org_id: shared.id, roles: ['guest'] });
  });

  it('hostile names are text, and hostile roles are none (R-61)', async () => {
    const person = await colleague(suite);
    const name = '<img src=x onerror=alert(1)>"\'&{{it.model}}<%= 1 %>';
    for (const each of [name, 'Acme']) await organizationOf(suite, each, { [person.sub]: [] });
    await suite.begin(person.browser, forTeam('team'));
    expect(person.browser.page.html).not.to.include('<img');
    expect(readableText(person.browser.page)).to.include('<%= 1 %>');
    const organizations = organizationsOf(suite);
    for (const bad of ['', ' ', 'x'.repeat(101), 'a\u0000b', 'a\u202eb']) {
      await organizations.create(bad, ADMINISTRATOR).then(
        () => expect.fail(`created ${JSON.stringify(bad)}`),
        (error: Error) => expect(error.message).to.equal('request_invalid'),
      );
    }
    const { id } = await organizations.create('Fine', ADMINISTRATOR);
    for (const roles of [['a b'], ['<b>'], [''], Array.from({ length: 51 }, (_, index) => `r${index}`)]) {
      await organizations.putMember(id, person.sub, roles, ADMINISTRATOR).then(
        () => expect.fail('taken'),
        (error: Error) => expect(error.message).to.equal('request_invalid'),
      );
    }
  });
});
