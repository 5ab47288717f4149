import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { accountWith } from '../support/account.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

const clientId = 'id-tokens';

async function withPermission() {
  const port = await freePort();
  const client = {
    id: clientId,
    secret: `${clientId}-secret`,
    redirectUris: [`http://localhost:${port + 1}/callback`],
    grantTypes: ['authorization_code', 'client_credentials'],
    firstParty: true,
    permissions: ['auth:execute', 'id_token'],
  };
  return { port, settings: { clients: [client] } };
}

describe('API: ID tokens in place of codes (R-43)', function () {
  this.timeout(20_000);
  const suite = useServer(withPermission);
  const hosted = createHosted(suite, clientId);
  const validation = { response_type: 'id_token', nonce: 'n-1' };

  it('come in the fragment to the redirect URI, with the nonce, and make the account by themselves', async () => {
    const address = suite.address();
    const landed = await hosted.open(await hosted.prove(address, { validation }));
    expect(landed?.href.split('#')[0]).to.equal(hosted.redirectUri);
    const answer = new URLSearchParams(landed?.hash.slice(1));
    expect([...answer.keys()]).to.deep.equal(['id_token']);
    const { id } = await accountWith(suite, address);
    expect(decodeJwt(answer.get('id_token') ?? '')).to.include({ aud: clientId, nonce: 'n-1', sub: id });
  });

  it('are posted where the client asks for that', async () => {
    const browser = suite.browser();
    const result = await hosted.prove(suite.address(), { validation });
    await hosted.open(`${result}&response_mode=form_post`, browser);
    expect(browser.page.html).to.contain('name="id_token"');
  });

  it('need the permission and a nonce; the code is not spent by asking in vain', async () => {
    const plain = createHosted(suite);
    const [one, other] = [suite.address(), suite.address()];
    const [code, otherCode] = [await plain.code(one), await hosted.code(other)];
    const refused = await plain.validate(one, code, validation);
    expect([refused.status, refused.body.message]).to.deep.equal([400, ['response_type: is not allowed for this app']]);
    expect((await plain.validate(one, code)).status).to.equal(200);
    expect((await hosted.validate(other, otherCode, { response_type: 'id_token' })).status).to.equal(400);
  });

  it('are no way for a browser by itself: without a ticket the response type does not exist', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    for (const extra of ['', '&ticket=made-up']) {
      const query = `client_id=${clientId}&redirect_uri=${encodeURIComponent(hosted.redirectUri)}&scope=openid&nonce=n`;
      await browser.get(`${suite.server.issuer}/auth?${query}&response_type=id_token${extra}`);
      const landed = browser.landedAt();
      const answer = new URLSearchParams(landed.hash.slice(1));
      expect(answer.get('error')).to.equal(extra === '' ? 'unsupported_response_type' : 'access_denied');
      expect(landed.href).not.to.contain('id_token=');
    }
  });

  it('do not come for a ticket that was made for a code', async () => {
    const result = new URL(await hosted.prove(suite.address()));
    result.searchParams.set('response_type', 'id_token');
    result.searchParams.set('nonce', 'n');
    const landed = await hosted.open(result.href);
    expect(new URLSearchParams(landed?.hash.slice(1)).get('error')).to.equal('access_denied');
  });

  it('are not announced', async () => {
    const answer = await fetch(`${suite.server.issuer}/.well-known/openid-configuration`);
    const metadata = (await answer.json()) as Record<string, unknown>;
    expect(metadata.response_types_supported).to.deep.equal(['code']);
    expect(metadata.grant_types_supported).not.to.include('implicit');
  });
});
