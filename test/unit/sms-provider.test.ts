import { expect } from 'chai';
import { isE164, isSenderId, parseSmsUrl, SmsUrlError } from '../../src/domain/sms-provider.ts';

const SID = 'AC0123456789abcdef0123456789abcdef';
const KEY = Buffer.alloc(24, 7);

describe('the URL of an SMS provider', () => {
  it('names a webhook, its secret and nothing that is sent along', () => {
    const url = `webhook+https://me:whsec_${encodeURIComponent(KEY.toString('base64'))}@sms.example.com:8443/a/b?c=d#e`;
    expect(parseSmsUrl(url)).to.deep.equal({ kind: 'webhook', url: 'https://sms.example.com:8443/a/b?c=d', key: KEY });
    expect(parseSmsUrl('webhook+http://:plain%3A@127.0.0.1:1/')).to.deep.include({
      url: 'http://127.0.0.1:1/',
      key: Buffer.from('plain:'),
    });
  });

  it('names Twilio, with the account, an API key, an edge', () => {
    expect(parseSmsUrl(`twilio://${SID}:a%2Fb@+15005550006`)).to.deep.equal({
      kind: 'twilio',
      accountSid: SID,
      username: SID,
      password: 'a/b',
      sender: { from: '+15005550006' },
      edge: null,
      region: null,
      endpoint: null,
    });
    expect(
      parseSmsUrl(
        `twilio://SK12:x@MG0123456789abcdef?account=${SID}&edge=dublin&region=ie1&endpoint=https://a.example:1`,
      ),
    ).to.deep.include({
      accountSid: SID,
      username: 'SK12',
      sender: { messagingServiceSid: 'MG0123456789abcdef' },
      edge: 'dublin',
      region: 'ie1',
      endpoint: 'https://a.example:1',
    });
  });

  it('names Amazon SNS, with credentials or without', () => {
    expect(parseSmsUrl('sns://eu-central-1')).to.deep.equal({
      kind: 'sns',
      region: 'eu-central-1',
      credentials: null,
      endpoint: null,
    });
    expect(parseSmsUrl('sns://AK:a%2Fb+c@us-gov-west-1?endpoint=http://localhost:4566')).to.deep.include({
      region: 'us-gov-west-1',
      credentials: { accessKeyId: 'AK', secretAccessKey: 'a/b+c' },
      endpoint: 'http://localhost:4566',
    });
  });

  for (const [what, url] of [
    ['no URL', 'sms'],
    ['a scheme nobody knows', 'https://user:hush@sms.example.com'],
    ['a webhook of another scheme', 'webhook+ftp://user:hush@sms.example.com'],
    ['a webhook without TLS elsewhere', 'webhook+http://user:hush@sms.example.com/'],
    ['a webhook without TLS in a private network', 'webhook+http://user:hush@10.0.0.1/'],
    ['a webhook without a secret', 'webhook+https://hush@sms.example.com/'],
    ['a webhook with a short key', 'webhook+https://u:whsec_aHVzaA@sms.example.com/'],
    ['a webhook with broken encoding', 'webhook+https://u:hush%zz@sms.example.com/'],
    ['Twilio without a token', `twilio://${SID}@+15005550006`],
    ['Twilio with somebody else', 'twilio://hush:hush@+15005550006'],
    ['Twilio with a key without its account', 'twilio://SK1:hush@+15005550006'],
    ['Twilio without a sender', `twilio://${SID}:hush@`],
    ['Twilio with a sender of twelve characters', `twilio://${SID}:hush@Countersigns`],
    ['Twilio with a misspelt parameter', `twilio://${SID}:hush@+15005550006?regoin=ie1`],
    ['Twilio with an edge that is a host', `twilio://${SID}:hush@+15005550006?edge=evil.example`],
    ['Twilio with an unprotected endpoint', `twilio://${SID}:hush@+15005550006?endpoint=http://a.example`],
    ['Twilio with a path', `twilio://${SID}:hush@+15005550006/Messages`],
    ['SNS without a region', 'sns://hush'],
    ['SNS with half of the credentials', 'sns://hush@eu-central-1'],
    ['SNS with an endpoint that has a path', 'sns://eu-central-1?endpoint=https://a.example/b'],
    ['SNS with an endpoint that has a password', 'sns://eu-central-1?endpoint=https://u:hush@a.example'],
  ] as const) {
    it(`is not ${what}; what is wrong is told without the secret`, () => {
      let error: unknown;
      try {
        parseSmsUrl(url);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).to.be.instanceOf(SmsUrlError);
      expect(String(error)).not.to.include('hush');
    });
  }
});

describe('who an SMS is from and to', () => {
  it('is from at most eleven characters, one of them a letter', () => {
    for (const id of ['A', 'Example', 'Example-Inc', 'A1234567890']) expect(isSenderId(id), id).to.equal(true);
    for (const id of ['', '12345', 'Example Inc', 'Example-Incs', '-A', 'A-', 'Ä', 'a_b', 'A\n']) {
      expect(isSenderId(id), JSON.stringify(id)).to.equal(false);
    }
  });

  it('is to a number in E.164', () => {
    for (const to of ['+4915112345678', '+12025550123', '+123456789012345']) expect(isE164(to), to).to.equal(true);
    for (const to of ['4915112345678', '+0151', '+1234567890123456', '+49 151', '+49151\n', '']) {
      expect(isE164(to), JSON.stringify(to)).to.equal(false);
    }
  });
});
