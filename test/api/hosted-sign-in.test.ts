import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { accountWith } from '../support/account.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';

describe('API: hosted sign-ins', function () {
  this.timeout(20_000);
  const suite = useServer();
  const hosted = createHosted(suite);

  it('end in a code at the redirect URI, and in tokens of the person that was proven', async () => {
    const address = suite.address();
    const result = new URL(await hosted.prove(address, { validation: { nonce: 'n-of-the-client' } }));
    expect(result.origin + result.pathname).to.equal(`${suite.server.issuer}/auth`);
    const landed = await hosted.open(`${result.href}&state=of-the-client`);
    expect(landed?.href.split('?')[0]).to.equal(hosted.redirectUri);
    expect(landed?.searchParams.get('state')).to.equal('of-the-client');
    expect(landed?.searchParams.get('iss')).to.equal(suite.server.issuer);
    const { status, body } = await hosted.exchange(landed?.searchParams.get('code') ?? '');
    expect(status).to.equal(200);
    expect(body).to.include.all.keys('access_token', 'id_token', 'refresh_token');
    const claims = decodeJwt(String(body.id_token));
    const { id } = await accountWith(suite, address);
    expect(claims).to.include({ sub: id, email: address, email_verified: true, nonce: 'n-of-the-client' });
    expect(claims).to.deep.include({ amr: ['otp'], acr: 'urn:countersign:acr:1fa' });
    const [event] = await suite.events({ type: 'session.started', accountId: id });
    expect(event).to.include({ clientId: 'demo-backend' });
  });

  it('leave a session in the browser, which answers other applications', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const code = await hosted.authorizationCode(address, { browser });
    const { body } = await hosted.exchange(code);
    const started = await suite.begin(browser);
    const { tokens } = await suite.finish(browser, started);
    expect(tokens.claims()?.sub).to.equal(decodeJwt(String(body.id_token)).sub);
  });

  it('need neither cookie nor PKCE of whoever opens the result, and are for one browser only', async () => {
    const result = await hosted.prove(suite.address());
    expect((await hosted.open(result))?.searchParams.has('code')).to.equal(true);
    const again = await hosted.open(result);
    expect(again?.searchParams.get('error')).to.equal('access_denied');
    expect(again?.searchParams.has('code')).to.equal(false);
  });

  it('take the place of somebody else who is signed in in that browser', async () => {
    const [browser, before, after] = [suite.browser(), suite.address(), suite.address()];
    const { tokens } = await suite.signIn(browser, before, { parameters: { scope: 'openid offline_access' } });
    const landed = await hosted.open(await hosted.prove(after), browser);
    // The engine ends the former session by a form of its own, which needs a press without script.
    if (landed === null) await browser.submit(null);
    const { body } = await hosted.exchange(browser.landedAt().searchParams.get('code') ?? '');
    expect(decodeJwt(String(body.id_token)).email).to.equal(after);
    expect((await (await suite.party()).introspect(tokens.access_token)).active).to.equal(false);
  });

  it('take the place of what the same client got in the same browser before, and of nothing else', async () => {
    const [browser, elsewhere, address] = [suite.browser(), suite.browser(), suite.address()];
    const party = await suite.party('demo-backend');
    const tokens = async (of: typeof browser) =>
      (await hosted.exchange(await hosted.authorizationCode(address, { browser: of }))).body;
    const [first, other, second] = [await tokens(browser), await tokens(elsewhere), await tokens(browser)];
    const refresh = ({ refresh_token }: typeof first) =>
      party.token({ grant_type: 'refresh_token', refresh_token: String(refresh_token) });
    const refused = await refresh(first);
    expect([refused.status, refused.body.error]).to.deep.equal([400, 'invalid_grant']);
    expect((await refresh(second)).status, 'of the newest one').to.equal(200);
    expect((await refresh(other)).status, 'of another browser').to.equal(200);
  });

  it('ask again for the proof whoever is signed in: a session never stands for a ticket', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await hosted.authorizationCode(address, { browser });
    const result = await hosted.prove(address);
    await hosted.open(result);
    const landed = await hosted.open(result, browser);
    expect(landed?.searchParams.get('error')).to.equal('access_denied');
  });

  it('say whom tokens are for: a resource of the client', async () => {
    const resource = `${suite.server.config.clients.find(({ id }) => id === 'demo-backend')?.resources[0]}`;
    const code = await hosted.authorizationCode(suite.address(), { send: { resource } });
    const { body } = await hosted.exchange(code);
    expect(decodeJwt(String(body.access_token)).aud).to.equal(resource);
    const plain = await hosted.exchange(await hosted.authorizationCode(suite.address()));
    expect(decodeJwt(String(plain.body.access_token)).aud).to.equal('demo-backend');
  });

  it('answer the claims that were asked for with the code', async () => {
    const claims = { id_token: { acr: { essential: true, values: ['urn:countersign:acr:1fa'] } } };
    const code = await hosted.authorizationCode(suite.address(), { send: { claims } });
    expect(decodeJwt(String((await hosted.exchange(code)).body.id_token)).acr).to.equal('urn:countersign:acr:1fa');
  });

  it('echo what is approved, and sign it; a refresh says it, too', async () => {
    const [address, approval_data] = [suite.address(), { amount: '30.00', payee: 'acme_corp' }];
    const sent = await hosted.send(address, { approval_data });
    expect(sent.body).to.deep.equal({ message: 'OTP email sent', approval_data });
    const { body } = await hosted.validate(address, await suite.server.code(address));
    const landed = await hosted.open(String(body.result));
    const tokens = (await hosted.exchange(landed?.searchParams.get('code') ?? '')).body;
    expect(decodeJwt(String(tokens.id_token)).approval_data).to.deep.equal(approval_data);
    const party = await suite.party('demo-backend');
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) });
    expect(decodeJwt(String(refreshed.body.id_token)).approval_data).to.deep.equal(approval_data);
  });

  it('never tell a later sign-in of the same browser what was approved in an earlier one', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await hosted.exchange(
      await hosted.authorizationCode(address, { browser, send: { approval_data: { amount: '30' } } }),
    );
    const plain = await hosted.exchange(await hosted.authorizationCode(address, { browser }));
    expect(decodeJwt(String(plain.body.id_token))).not.to.have.property('approval_data');
    const started = await suite.begin(browser, { clientId: 'demo-backend' });
    const { tokens } = await suite.finish(browser, started, 'demo-backend');
    expect(tokens.claims()).not.to.have.property('approval_data');
  });

  it('carry what the client says of its mail, and leave a trace of the device it names', async () => {
    const address = suite.address();
    await hosted.code(address, {
      email_content: { subject: 'Your entry to Acme', headerText: '<b>Welcome</b>' },
      client_attributes: { ip_address: '203.0.113.7', user_agent: 'Test/1.0' },
    });
    const [mail] = await suite.server.messages(address);
    expect(mail?.subject).to.contain('Your entry to Acme');
    expect(mail?.html).to.contain('&lt;b&gt;Welcome').and.not.to.contain('<b>Welcome');
    const reasons = async () => (await suite.events({ type: 'challenge.opened' })).map(({ reason }) => reason);
    while (!(await reasons()).includes('said to be for 203.0.113.7, Test/1.0')) await setImmediate();
  });

  it('write what the client says of a device as one line of bounded length (R-65)', async () => {
    const userAgent = `Test/2.0\r\n2026-01-01 INFO forged\u001b[31m\u2028${'x'.repeat(900)}`;
    await hosted.code(suite.address(), { client_attributes: { user_agent: userAgent } });
    const kept = async () =>
      (await suite.events({ type: 'challenge.opened' })).find(({ reason }) => reason?.includes('Test/2.0'))?.reason;
    let reason = await kept();
    for (; reason == null; reason = await kept()) await setImmediate();
    expect(reason).to.match(/^[^\p{C}\p{Zl}\p{Zp}]{1,300}$/u);
  });

  it('say nothing in their messages of pages of ours that nobody is at', async () => {
    const [address, number, reader] = [suite.address(), suite.number(), suite.address()];
    for (const identifier of [address, number]) await hosted.code(identifier);
    await hosted.link(reader);
    const [mail] = await suite.server.messages(address);
    const [message] = await suite.server.messages(number);
    const [link] = await suite.server.messages(reader);
    expect(mail?.text).to.contain(mail?.code).and.not.to.contain('same mark');
    expect(mail?.html).not.to.contain('same mark');
    expect(message?.text)
      .to.contain(message?.code)
      .and.not.to.match(/^@|Request /m);
    for (const text of [link?.text, link?.html]) {
      expect(text).to.contain('Open this link to sign in to Demo Backend:').and.to.contain('same mark');
      expect(text).not.to.contain('another browser');
    }
  });

  it('carry the text and the sender of a message by SMS', async () => {
    const number = suite.number();
    await hosted.code(number, { custom_message: '{app}: {otp} is yours', sender_id: 'ACME' });
    const [message] = await suite.server.messages(number);
    expect(message?.text).to.match(/Demo Backend: \d{6} is yours/);
  });
});
