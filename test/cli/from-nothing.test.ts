import { expect } from 'chai';
import { createBrowser } from '../support/browser.ts';
import { enterCode } from '../support/journey.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { freePort, startServer } from '../support/server.ts';
import { SHARED_SECRET, useShell } from './administered.ts';

describe('command line: from nothing to a sign-in', function () {
  this.timeout(120_000);
  if (process.env.STORE === 'mongo') return;
  let port = 0;
  before(async () => {
    port = await freePort();
  });
  const shell = useShell((folder) => ({
    STORE_URL: `sqlite:${folder}/countersign.db`,
    DATA_DIRECTORY: folder,
    PORT: String(port),
  }));

  it('a client is registered, a server is started, a person signs in to that client', async () => {
    const redirectUri = `http://localhost:${port + 1}/callback`;
    const { client, secret } = await shell.json<{ client: { id: string }; secret: string }>(
      'clients',
      'add',
      '--name',
      'Shop',
      '--redirect-uri',
      redirectUri,
      '--first-party',
    );
    const invited = await shell.json<{ console: string; role: string }>('admin', 'invite', 'ada@example.org');
    expect(invited).to.include({ role: 'owner', console: `http://localhost:${port}/admin` });

    const server = await startServer({ directory: shell.folder(), port, env: { SECRET: SHARED_SECRET } });
    try {
      const party = await createRelyingParty({
        issuer: server.issuer,
        clientId: client.id,
        clientSecret: secret,
        redirectUri,
      });
      const started = await party.start({ scope: 'openid email' });
      const browser = createBrowser({ ip: '10.1.2.3', stopAt: [server.application] });
      await browser.get(started.url);
      expect(browser.page.text).to.include('Shop');
      await browser.submit('identifier-submit', { identifier: 'eve@example.org' });
      await enterCode(browser, await server.code('eve@example.org'));
      const tokens = await party.finish(browser.landedAt(), started);
      expect(tokens.claims()?.email).to.equal('eve@example.org');

      // What was queued without a server is delivered by this one.
      const [invitation] = await server.messages('ada@example.org');
      expect(invitation?.text).to.include('/admin');
      const found = await shell.json<{ id: string }>('accounts', 'find', 'eve@example.org');
      expect(found.id).to.equal(tokens.claims()?.sub);
    } finally {
      await server.close();
    }
  });
});
