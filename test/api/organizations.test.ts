import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { accountWith } from '../support/account.ts';
import { createBackend } from '../support/api.ts';
import { parametersOf, useServer } from '../support/journey.ts';
import { ADMINISTRATOR, organizationOf, organizationsOf } from '../support/organizations.ts';

const CALLBACK = 'https://team.example.test/callback';

const client = (id: string, organizations: string) => ({
  id,
  secret: `${id}-secret`,
  redirectUris: [CALLBACK],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  firstParty: true,
  pkceRequired: false,
  permissions: ['auth:execute', 'users:write'],
  accessTokenFormat: 'jwt',
  organizations,
});

/** What an ID token has to say of an organization; undefined where it says nothing. */
const saidIn = (idToken: unknown) => {
  const { org_id, org_name, roles } = decodeJwt(String(idToken));
  return { org_id, org_name, roles };
};
const NOTHING = { org_id: undefined, org_name: undefined, roles: undefined };

describe('API: organizations', function () {
  this.timeout(20_000);
  const clients = [client('plain', 'none'), client('either', 'optional'), client('team', 'required')];
  const suite = useServer({ settings: { clients } });
  const backend = createBackend(suite);

  /** Somebody who has an account, as a backend makes them. */
  async function person() {
    const email = suite.address();
    await backend.call('/cis/v1/users', { token: await backend.token('either'), body: { email } });
    return { email, sub: (await accountWith(suite, email)).id };
  }

  /** Send and authenticate between backends. */
  async function authenticate(clientId: string, email: string, wish: Record<string, string> = {}) {
    const token = await backend.token(clientId);
    const known = { identifier_type: 'email', identifier: email };
    const before = (await suite.server.inbox(email)).length;
    await backend.call('/v1/auth/otp/send', { token, body: { channel: 'email', ...known } });
    const passcode = await suite.server.code(email, before + 1);
    return backend.call('/v1/auth/otp/authenticate', { token, body: { ...known, passcode, ...wish } });
  }

  /** Send and validate; the browser goes where the result says. */
  async function open(clientId: string, email: string, wish: Record<string, string> = {}) {
    const token = await backend.token(clientId);
    const before = (await suite.server.inbox(email)).length;
    await backend.call('/v1/auth/otp/email', { token, body: { email, redirect_uri: CALLBACK, ...wish } });
    const passcode = await suite.server.code(email, before + 1);
    const { body } = await backend.call('/v1/auth/otp/email/validation', { token, body: { email, passcode } });
    const browser = suite.browser({ stopAt: [new URL(CALLBACK).origin] });
    await browser.get(String(body.result));
    return browser;
  }

  const exchange = async (clientId: string, code: string) =>
    (await suite.party(clientId, CALLBACK)).token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK });

  it('hosted: org_id is in every token of the sign-in, and in those of refreshes', async () => {
    const { email, sub } = await person();
    const { id } = await organizationOf(suite, 'Acme', { [sub]: ['owner'] });
    await organizationOf(suite, 'Other', { [sub]: [] });
    const browser = await open('either', email, { org_id: id });
    const tokens = await exchange('either', parametersOf(browser.landedAt()).code ?? '');
    expect(saidIn(tokens.body.id_token)).to.deep.equal({ org_id: id, org_name: 'Acme', roles: ['owner'] });
    expect(decodeJwt(String(tokens.body.access_token))).to.deep.include({ sub, org_id: id, roles: ['owner'] });
    await organizationsOf(suite).putMember(id, sub, ['guest'], ADMINISTRATOR);
    const party = await suite.party('either');
    const later = await party.refresh(String(tokens.body.refresh_token));
    expect(later.claims()?.roles).to.deep.equal(['guest']);
    expect(decodeJwt(later.access_token)).to.deep.include({ org_id: id, roles: ['guest'] });
  });

  it('hosted: who is no member is refused at the redirect, like for an organization that nobody knows', async () => {
    const [stranger, member] = [await person(), await person()];
    const { id } = await organizationOf(suite, 'Acme', { [member.sub]: [] });
    for (const [clientId, org_id] of [
      ['either', id],
      ['either', 'org_nobody'],
      ['team', id],
      ['plain', id],
    ] as const) {
      const browser = await open(clientId, stranger.email, { org_id });
      expect(parametersOf(browser.landedAt()), `${clientId} ${org_id}`).to.include({ error: 'access_denied' });
    }
  });

  it('hosted: without org_id the person is asked in the browser, where there is something to choose', async () => {
    const { email, sub } = await person();
    await organizationOf(suite, 'Zephyr', { [sub]: ['pilot'] });
    await organizationOf(suite, 'Acme', { [sub]: ['owner'] });
    const browser = await open('team', email);
    await browser.click('organization-2');
    const tokens = await exchange('team', parametersOf(browser.landedAt()).code ?? '');
    expect(saidIn(tokens.body.id_token)).to.include({ org_name: 'Zephyr' });
  });

  it('hosted: whoever turns out to be somebody else goes back to the form of the application', async () => {
    const { email, sub } = await person();
    await organizationOf(suite, 'Zephyr', { [sub]: [] });
    await organizationOf(suite, 'Acme', { [sub]: [] });
    const browser = await open('team', email);
    await browser.click('organization-other');
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
  });

  it('between backends: the one that is named, the only one, or none where that is allowed', async () => {
    const { email, sub } = await person();
    const none = await authenticate('either', email);
    expect(saidIn(none.body.id_token)).to.deep.equal(NOTHING);
    const { id } = await organizationOf(suite, 'Acme', { [sub]: ['owner'] });
    for (const clientId of ['either', 'team']) {
      const only = await authenticate(clientId, email);
      expect(saidIn(only.body.id_token)).to.deep.equal({ org_id: id, org_name: 'Acme', roles: ['owner'] });
    }
    await organizationOf(suite, 'Zephyr', { [sub]: ['pilot'] });
    const several = await authenticate('either', email);
    expect(saidIn(several.body.id_token)).to.deep.equal(NOTHING);
    const named = await authenticate('team', email, { org_id: id });
    expect(saidIn(named.body.id_token)).to.include({ org_id: id });
    expect(decodeJwt(String(named.body.access_token))).to.deep.include({ org_id: id, roles: ['owner'] });
  });

  it('between backends: everything else is refused, whatever the reason, and gives no session', async () => {
    const [stranger, member] = [await person(), await person()];
    const { id } = await organizationOf(suite, 'Acme', { [member.sub]: [] });
    await organizationOf(suite, 'Zephyr', { [member.sub]: [] });
    const answers = [
      await authenticate('either', stranger.email, { org_id: id }),
      await authenticate('either', stranger.email, { org_id: 'org_nobody' }),
      await authenticate('plain', member.email, { org_id: id }),
      await authenticate('team', stranger.email),
      await authenticate('team', member.email),
    ];
    const said = answers.map(({ status, body }) => JSON.stringify({ status, body }));
    expect(new Set(said).size).to.equal(1);
    expect(answers[0]?.status).to.equal(403);
  });

  it('who has left an organization has no tokens for it any more (both integrations)', async () => {
    const { email, sub } = await person();
    const { id } = await organizationOf(suite, 'Acme', { [sub]: ['owner'] });
    const direct = await authenticate('team', email);
    const browser = await open('either', email, { org_id: id });
    const hosted = await exchange('either', parametersOf(browser.landedAt()).code ?? '');
    await organizationsOf(suite).removeMember(id, sub, ADMINISTRATOR);
    for (const [clientId, token] of [
      ['team', direct.body.refresh_token],
      ['either', hosted.body.refresh_token],
    ] as const) {
      const party = await suite.party(clientId);
      const answer = await party.token({ grant_type: 'refresh_token', refresh_token: String(token) });
      expect(answer.body.error, clientId).to.equal('invalid_grant');
    }
  });
});
