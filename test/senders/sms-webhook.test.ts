import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createOutbound } from '../../src/adapters/outbound/index.ts';
import { createWebhookSender } from '../../src/adapters/sms-webhook/index.ts';
import { parseSmsUrl, type WebhookProvider } from '../../src/domain/sms-provider.ts';
import type { SeenRequest } from '../support/sms-stand-in.ts';
import { behavesOnABadLine, NOW, SMS, useProvider } from './line.contract.ts';

const KEY = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const SECRET = `whsec_${KEY.toString('base64')}`;

/** As the specification says, in other words than the sender: `v1,` + base64(HMAC-SHA-256(key, id.timestamp.body)). */
const signatureOf = (key: Buffer, { headers, body }: SeenRequest): string => {
  const hmac = createHmac('sha256', key);
  for (const part of [headers['webhook-id'], '.', headers['webhook-timestamp'], '.', body]) hmac.update(String(part));
  return `v1,${hmac.digest().toString('base64')}`;
};

const providerOf = (origin: string, secret = SECRET): WebhookProvider =>
  parseSmsUrl(
    `webhook+${origin.replace('://', `://sms:${encodeURIComponent(secret)}@`)}/send?profile=login`,
  ) as WebhookProvider;

describe('SMS by webhook', () => {
  let now = NOW;
  let senderId: string | null = null;
  let secret = SECRET;
  const suite = useProvider(({ origin, timeoutSeconds, log }) =>
    createWebhookSender({
      provider: providerOf(origin, secret),
      senderId,
      outbound: createOutbound({ timeoutSeconds, privateNetwork: true }),
      clock: { now: () => now },
      log,
    }),
  );
  afterEach(() => {
    now = NOW;
    senderId = null;
    secret = SECRET;
  });

  behavesOnABadLine(suite, { status: 204 }, [SECRET, KEY.toString('base64')]);

  it('posts the message as JSON, without its code in a field of its own', async () => {
    senderId = 'Example-1';
    const { send } = await suite.open();
    expect(await send()).to.deep.equal({ outcome: 'accepted', detail: '200' });
    const [request] = suite.provider().seen;
    expect(request).to.include({ method: 'POST', target: '/send?profile=login' });
    expect(request?.headers).to.include({ 'content-type': 'application/json', 'webhook-id': 'msg_Zm9v-YmFy_1' });
    expect(request?.headers).not.to.have.property('authorization');
    expect(JSON.parse(request?.body ?? '')).to.deep.equal({
      type: 'sms.send',
      id: 'msg_Zm9v-YmFy_1',
      to: SMS.to,
      from: 'Example-1',
      text: SMS.text,
      expiresAt: '2026-03-01T12:39:56.789Z',
    });
  });

  it('names the sender of the message before that of the installation', async () => {
    senderId = 'Example-1';
    const { send } = await suite.open();
    await send({ senderId: 'Harbour' });
    expect(JSON.parse(suite.provider().seen[0]?.body ?? '')).to.include({ from: 'Harbour' });
  });

  it('is signed over id, time and body (Standard Webhooks)', async () => {
    const { send } = await suite.open();
    await send();
    const [request] = suite.provider().seen as [SeenRequest];
    expect(request.headers['webhook-timestamp']).to.equal(String(Math.floor(NOW / 1000)));
    expect(request.headers['webhook-signature']).to.equal(signatureOf(KEY, request));
    for (const forged of [
      { ...request, body: request.body.replace('123456', '654321') },
      { ...request, headers: { ...request.headers, 'webhook-id': 'msg_other' } },
      { ...request, headers: { ...request.headers, 'webhook-timestamp': '1772368497' } },
    ]) {
      expect(signatureOf(KEY, forged)).not.to.equal(request.headers['webhook-signature']);
    }
  });

  it('agrees with the example of the specification', async () => {
    // standard-webhooks: libraries/javascript README and its tests.
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    const body = '{"test": 2432232314}';
    const request = {
      method: 'POST',
      target: '/',
      headers: { 'webhook-id': id, 'webhook-timestamp': '1614265330' },
      body,
    };
    expect(signatureOf(KEY, request)).to.equal('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('takes a secret that is no base64 as it is', async () => {
    secret = 'seÑret with:/@ everything';
    const { send } = await suite.open();
    await send();
    const [request] = suite.provider().seen as [SeenRequest];
    expect(request.headers['webhook-signature']).to.equal(signatureOf(Buffer.from(secret), request));
  });

  it('keeps its id over tries, and signs each at its own time', async () => {
    suite.provider().conduct({ status: 500 }, { status: 200 });
    const { send } = await suite.open();
    expect((await send()).outcome).to.equal('transient');
    now += 2_000;
    expect((await send()).outcome).to.equal('accepted');
    const [first, second] = suite.provider().seen as [SeenRequest, SeenRequest];
    expect(second.headers['webhook-id']).to.equal(first.headers['webhook-id']);
    expect(second.body).to.equal(first.body);
    expect(Number(second.headers['webhook-timestamp'])).to.equal(Number(first.headers['webhook-timestamp']) + 2);
    expect(second.headers['webhook-signature']).to.equal(signatureOf(KEY, second));
  });

  for (const [status, outcome] of [
    [201, 'accepted'],
    [202, 'accepted'],
    [400, 'permanent'],
    [413, 'permanent'],
    [422, 'permanent'],
    [403, 'transient'],
    [404, 'transient'],
    [408, 'transient'],
    [410, 'transient'],
    [502, 'transient'],
    [504, 'transient'],
  ] as const) {
    it(`${status} is ${outcome}`, async () => {
      suite.provider().conduct({ status, body: SMS.text });
      const { send } = await suite.open();
      expect(await send()).to.deep.equal({ outcome, detail: String(status) });
    });
  }

  it('lets no message id forge what is signed', async () => {
    const { send } = await suite.open();
    await send({ messageId: '<a.1.b\r\nx: y@host>' });
    expect(suite.provider().seen[0]?.headers['webhook-id']).to.equal('msg_a1bxy');
  });

  describe('in docs/sms.md', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/sms.md'), 'utf8');
    const block = (language: string): string =>
      new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(guide)?.[1] ?? expect.fail(`no ${language} in it`);
    type Verify = (headers: SeenRequest['headers'], body: string, secret: string) => boolean;
    const verifier = async (): Promise<Verify> => {
      const module: { isOurs: Verify } = await import(`data:text/javascript,${encodeURIComponent(block('js'))}`);
      return module.isOurs;
    };

    it('the code of a receiver takes what is sent, and nothing else', async () => {
      now = Date.now();
      const [isOurs, { send }] = [await verifier(), await suite.open()];
      await send();
      now -= 600_000;
      await send();
      const [{ headers, body }, old] = suite.provider().seen as [SeenRequest, SeenRequest];
      expect(isOurs(headers, body, SECRET)).to.equal(true);
      expect(isOurs(headers, body.replace('123456', '654321'), SECRET)).to.equal(false);
      expect(isOurs({ ...headers, 'webhook-id': 'msg_x' }, body, SECRET)).to.equal(false);
      expect(isOurs({ ...headers, 'webhook-signature': undefined }, body, SECRET)).to.equal(false);
      expect(isOurs(headers, body, `whsec_${'A'.repeat(32)}`)).to.equal(false);
      expect(isOurs(old.headers, old.body, SECRET)).to.equal(false);
    });

    it('the example is signed with the secret beside it, and has the fields that are sent', async () => {
      const [head = '', body = ''] = block('http').trim().split('\n\n');
      const headers = Object.fromEntries(
        head
          .split('\n')
          .slice(1)
          .map((line) => line.split(': ')),
      );
      expect(guide).to.include(SECRET);
      expect(signatureOf(KEY, { method: 'POST', target: '/path', headers, body })).to.equal(
        headers['webhook-signature'],
      );
      const { send } = await suite.open();
      await send();
      const sent = JSON.parse(suite.provider().seen[0]?.body ?? '');
      expect(Object.keys(JSON.parse(body))).to.deep.equal(Object.keys(sent));
    });
  });
});
