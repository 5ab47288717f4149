import { expect } from 'chai';
import { createBackend } from '../support/api.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';

const NEUTRAL = 'neutral';

describe('API: what a hosted sign-in may not be asked for with', function () {
  this.timeout(20_000);
  const clients = [{ id: NEUTRAL, type: 'machine', secret: `${NEUTRAL}-secret`, permissions: ['auth:execute'] }];
  const suite = useServer({ settings: { clients } });
  const hosted = createHosted(suite);
  const backend = createBackend(suite);

  const REFUSED: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['a redirect URI of nobody', { redirect_uri: 'https://evil.example/' }, /^redirect_uri is not one of/],
    ['no redirect URI', { redirect_uri: undefined }, /^redirect_uri: /],
    ['several redirect URIs', { redirect_uri: ['http://localhost/'] }, /^redirect_uri: /],
    ['a resource of nobody', { resource: 'https://api.example/' }, /^resource: is not configured/],
    ['a resource that is none', { resource: 'api' }, /^resource: /],
    ['claims that are none', { claims: { roles: null } }, /^claims: /],
    ['claims in a text', { claims: '{"id_token":{}}' }, /^claims: /],
    ['a flag in a text', { require_mfa: 'true' }, /^require_mfa: /],
    ['nested approval data', { approval_data: { a: { b: 'c' } } }, /^approval_data/],
    ['approval data with markup', { approval_data: { a: '<b>' } }, /^approval_data/],
    [
      'eleven approvals',
      { approval_data: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v'])) },
      /10/,
    ],
    ['no approval', { approval_data: {} }, /empty/],
    ['an address of no device', { client_attributes: { ip_address: 'here' } }, /^client_attributes\.ip_address: /],
    ['a mail without a subject', { email_content: { headerText: 'Hello' } }, /^email_content\.subject: /],
    ['a subject of two lines', { email_content: { subject: 'Hello\r\nBcc: all@example.org' } }, /one line/],
    ['a colour that is more', { email_content: { subject: 'x', primaryColor: 'red;}' } }, /#rrggbb/],
    ['a logo that is a page', { email_content: { subject: 'x', base64logo: btoa('<svg/>') } }, /PNG/],
  ];

  for (const [what, fields, message] of REFUSED) {
    it(`${what}: 400, and nothing is sent`, async () => {
      const address = suite.address();
      const { status, body } = await hosted.send(address, fields);
      expect([status, body.error_code]).to.deep.equal([400, 400]);
      expect((body.message as string[]).join()).to.match(message);
      await suite.delivered();
      expect(await suite.server.inbox(address)).to.deep.equal([]);
    });
  }

  const SMS: readonly (readonly [string, Record<string, unknown>])[] = [
    ['a text without a code', { custom_message: '{app}' }],
    ['a text without the name', { custom_message: '{otp}' }],
    ['a text of 141 characters', { custom_message: `{otp}{app}${'x'.repeat(131)}` }],
    ['a sender of 12 characters', { sender_id: 'TwelveLetter' }],
  ];
  for (const [what, fields] of SMS) {
    it(`${what}: 400, and nothing is sent`, async () => {
      const number = suite.number();
      expect((await hosted.send(number, fields)).status).to.equal(400);
      await suite.delivered();
      expect(await suite.server.inbox(number)).to.deep.equal([]);
    });
  }

  it('an identifier is one text, for one person (R-26)', async () => {
    const [one, other] = [suite.address(), suite.address()];
    const token = await backend.token();
    const rest = { redirect_uri: hosted.redirectUri, create_new_user: true };
    for (const email of [[one, other], { $ne: '' }, 7, null, `${one},${other}`, `${one} ${other}`, '']) {
      const { status, body } = await backend.call('/v1/auth/otp/email', { token, body: { email, ...rest } });
      expect([status, Array.isArray(body.message)]).to.deep.equal([400, true]);
    }
    await suite.delivered();
    for (const address of [one, other]) expect(await suite.server.inbox(address)).to.deep.equal([]);
  });

  it('fields that nobody knows are ignored and kept nowhere (R-60)', async () => {
    const address = suite.address();
    const unknown = { email_verified: true, attempts: -100, device_id: 'x', decoy: false };
    expect((await hosted.send(address, unknown)).status).to.equal(200);
    const { status } = await hosted.validate(address, await suite.server.code(address), unknown);
    expect(status).to.equal(200);
  });

  it('codes that are wrong, used, expired or locked are a 400 with a list', async () => {
    const time = suite.freeze();
    const address = suite.address();
    const none = await hosted.validate(address, '123456');
    expect(none.body).to.deep.equal({ message: ['The code has expired'], error_code: 400 });
    const code = await hosted.code(address);
    const wrong = code === '000000' ? '000001' : '000000';
    const statuses: unknown[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const { status, body } = await hosted.validate(address, wrong);
      statuses.push([status, body.error_code]);
    }
    expect(statuses).to.deep.equal(Array.from({ length: 6 }, () => [400, 400]));
    expect((await hosted.validate(address, code)).status).to.equal(400);
    const again = await hosted.code(address);
    time.advance(5 * 60_000 + 1);
    expect((await hosted.validate(address, again)).status).to.equal(400);
  });

  it('a client without a redirect URI can ask for nothing', async () => {
    const body = { email: suite.address(), redirect_uri: hosted.redirectUri };
    const answer = await backend.call('/v1/auth/otp/email', { token: await backend.token(NEUTRAL), body });
    expect(answer.status).to.equal(400);
  });
});
