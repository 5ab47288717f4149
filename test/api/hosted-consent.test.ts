import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { accountWith } from '../support/account.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

const clientId = 'third-party';

/** A port that a client's redirect URI can name before the server runs. */
async function withThirdParty() {
  const port = await freePort();
  const client = {
    id: clientId,
    name: 'Third Party',
    secret: `${clientId}-secret`,
    redirectUris: [`http://localhost:${port + 1}/callback`],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    permissions: ['auth:execute'],
  };
  return { port, settings: { clients: [client] } };
}

describe('API: hosted sign-ins of an application of somebody else', function () {
  this.timeout(20_000);
  const suite = useServer(withThirdParty);
  const hosted = createHosted(suite, clientId);

  it('ask for consent like any other, and remember it', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    expect(await hosted.open(await hosted.prove(address), browser)).to.equal(null);
    expect(browser.page.title).to.contain('Third Party');
    await browser.click('consent-allow');
    const { status, body } = await hosted.exchange(browser.landedAt().searchParams.get('code') ?? '');
    expect(status).to.equal(200);
    expect(decodeJwt(String(body.id_token)).email).to.equal(address);
    const again = await hosted.open(await hosted.prove(address), suite.browser());
    expect(again?.searchParams.has('code')).to.equal(true);
  });

  it('ask people who are new, too, and forget nothing until the code is exchanged', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    expect(await hosted.open(await hosted.prove(address), browser)).to.equal(null);
    await browser.click('consent-allow');
    const code = browser.landedAt().searchParams.get('code') ?? '';
    expect(await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: address })).to.equal(
      null,
    );
    const { status, body } = await hosted.exchangeAtApi(code);
    expect(status).to.equal(200);
    expect(body.is_user_created).to.equal(true);
    const { id } = await accountWith(suite, address);
    expect(decodeJwt(String(body.id_token)).sub).to.equal(id);
  });

  it('end with an error that the application understands when somebody does not agree', async () => {
    const browser = suite.browser();
    await hosted.open(await hosted.prove(suite.address()), browser);
    await browser.click('consent-deny');
    expect(browser.landedAt().searchParams.get('error')).to.equal('access_denied');
  });
});
