import { expect } from 'chai';
import { createOutbound } from '../../src/adapters/outbound/index.ts';
import { createTwilioSender } from '../../src/adapters/sms-twilio/index.ts';
import { parseSmsUrl, type TwilioProvider } from '../../src/domain/sms-provider.ts';
import { captureLog } from '../support/captured-log.ts';
import { rejectionOf } from '../support/rejection.ts';
import type { Answer, SeenRequest } from '../support/sms-stand-in.ts';
import { behavesOnABadLine, NOW, SMS, useProvider } from './line.contract.ts';

const ACCOUNT = 'AC0123456789abcdef0123456789abcdef';
const TOKEN = 'to/ken:with@signs';
const MESSAGE_ID = 'SM0123456789abcdef0123456789abcdef';

const taken: Answer = {
  status: 201,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ sid: MESSAGE_ID, status: 'queued', to: SMS.to, body: SMS.text, error_code: null }),
};

/** Twilio's error envelope. */
const refused = (status: number, code: number): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code, message: `${SMS.to} is wrong`, more_info: 'https://www.twilio.com/docs', status }),
});

const providerOf = (origin: string, from = '+15005550006', user = ACCOUNT, more = ''): TwilioProvider =>
  parseSmsUrl(
    `twilio://${user}:${encodeURIComponent(TOKEN)}@${from}?endpoint=${encodeURIComponent(origin)}${more}`,
  ) as TwilioProvider;

describe('SMS by Twilio', () => {
  let url: readonly [from?: string, user?: string, more?: string] = [];
  const clock = { now: () => NOW };
  const suite = useProvider(({ origin, timeoutSeconds, log }) =>
    createTwilioSender({
      provider: providerOf(origin, ...url),
      outbound: createOutbound({ timeoutSeconds, privateNetwork: true }),
      clock,
      log,
    }),
  );
  afterEach(() => {
    url = [];
  });

  behavesOnABadLine(suite, taken, [
    TOKEN,
    encodeURIComponent(TOKEN),
    Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64'),
  ]);

  const form = ({ body }: SeenRequest): Record<string, string> => Object.fromEntries(new URLSearchParams(body));

  it('is a request to the Messages API as its own SDK makes it', async () => {
    suite.provider().conduct(taken);
    const { send } = await suite.open();
    expect(await send()).to.deep.equal({ outcome: 'accepted', detail: `201 ${MESSAGE_ID}` });
    const [request] = suite.provider().seen as [SeenRequest];
    expect(request).to.include({ method: 'POST', target: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json` });
    expect(request.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect(request.headers['user-agent']).to.match(/^twilio-node\/6\./);
    const [scheme, credentials = ''] = request.headers.authorization?.split(' ') ?? [];
    expect(scheme).to.equal('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).to.equal(`${ACCOUNT}:${TOKEN}`);
    expect(form(request)).to.deep.equal({ To: SMS.to, From: '+15005550006', Body: SMS.text, ValidityPeriod: '300' });
  });

  for (const [from, expected] of [
    ['MG0123456789abcdef0123456789abcdef', { MessagingServiceSid: 'MG0123456789abcdef0123456789abcdef' }],
    ['Example', { From: 'Example' }],
    ['MGM', { From: 'MGM' }],
    ['12345', { From: '12345' }],
  ] as const) {
    it(`is sent from ${from}`, async () => {
      suite.provider().conduct(taken);
      url = [from];
      const { send } = await suite.open();
      await send();
      const {
        To: _to,
        Body: _body,
        ValidityPeriod: _period,
        ...sender
      } = form(suite.provider().seen[0] as SeenRequest);
      expect(sender).to.deep.equal(expected);
    });
  }

  it('is sent from whom the message names, before that of the installation', async () => {
    suite.provider().conduct(taken);
    url = ['MG0123456789abcdef0123456789abcdef'];
    const { send } = await suite.open();
    await send({ senderId: 'Harbour' });
    const sent = form(suite.provider().seen[0] as SeenRequest);
    expect(sent).to.include({ From: 'Harbour' }).and.not.have.property('MessagingServiceSid');
  });

  it('can be authenticated by an API key of the account', async () => {
    suite.provider().conduct(taken);
    url = ['Example', 'SK99', `&account=${ACCOUNT}`];
    const { send } = await suite.open();
    await send();
    const [request] = suite.provider().seen as [SeenRequest];
    expect(request.target).to.include(`/Accounts/${ACCOUNT}/`);
    expect(request.headers.authorization).to.equal(`Basic ${Buffer.from(`SK99:${TOKEN}`).toString('base64')}`);
  });

  it('asks Twilio not to keep it longer than it is worth', async () => {
    suite.provider().conduct(taken);
    const { send } = await suite.open();
    await send({ notAfter: NOW + 24 * 3600 * 1000 });
    await send({ notAfter: NOW - 1 });
    expect(suite.provider().seen.map((request) => form(request).ValidityPeriod)).to.deep.equal(['36000', '1']);
  });

  for (const [status, code, outcome, what] of [
    [400, 21211, 'permanent', 'an invalid number'],
    [400, 21610, 'permanent', 'somebody who said STOP'],
    [400, 21612, 'permanent', 'a number that cannot be reached from this sender'],
    [400, 21614, 'permanent', 'a number without text messages'],
    [400, 21999, 'permanent', 'a code nobody knows'],
    [429, 20429, 'transient', 'too many requests'],
    [400, 20429, 'transient', 'too many requests, said with another status'],
    [400, 21611, 'transient', 'a full queue'],
    [400, 14107, 'transient', 'too many messages a second'],
    [500, 20500, 'transient', 'an error of Twilio'],
  ] as const) {
    it(`${code} is ${outcome}: ${what}`, async () => {
      suite.provider().conduct(refused(status, code));
      const { send, lines } = await suite.open();
      expect(await send()).to.deep.equal({ outcome, detail: `${status} ${code}` });
      expect(lines).to.deep.equal([]);
    });
  }

  for (const [status, code, outcome] of [
    [401, 20003, 'transient'],
    [400, 21606, 'transient'],
    [400, 21660, 'transient'],
    [400, 21408, 'permanent'],
    [400, 21608, 'permanent'],
  ] as const) {
    it(`${code} is ${outcome}, and somebody has to repair it`, async () => {
      suite.provider().conduct(refused(status, code));
      const { send, lines } = await suite.open();
      expect(await send()).to.deep.equal({ outcome, detail: `${status} ${code}` });
      expect(lines.join('')).to.include(`${status} ${code}`).and.not.include(SMS.to);
    });
  }

  it('that failed although it was taken has failed', async () => {
    suite
      .provider()
      .conduct({ ...taken, body: JSON.stringify({ sid: MESSAGE_ID, status: 'failed', error_code: 21610 }) });
    const { send } = await suite.open();
    expect(await send()).to.deep.equal({ outcome: 'permanent', detail: 'failed 21610' });
  });

  it('goes to the edge and region that are named', async () => {
    const asked: string[] = [];
    const sender = await createTwilioSender({
      provider: parseSmsUrl(`twilio://${ACCOUNT}:x@Example?edge=dublin&region=ie1`) as TwilioProvider,
      outbound: {
        async send({ url: target }) {
          asked.push(target);
          return { status: 201, headers: {}, body: null };
        },
        close() {},
      },
      clock,
      log: captureLog().log,
    });
    expect(await sender.send(SMS)).to.deep.equal({ outcome: 'accepted', detail: '201' });
    expect(asked).to.deep.equal([`https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`]);
  });

  it('says which command installs the SDK when it is not there', async () => {
    const missing = Object.assign(new Error("Cannot find package 'twilio'"), { code: 'ERR_MODULE_NOT_FOUND' });
    const error = await rejectionOf(
      createTwilioSender({
        provider: providerOf('http://127.0.0.1:1'),
        outbound: createOutbound({ timeoutSeconds: 1, privateNetwork: true }),
        clock,
        log: captureLog().log,
        load: () => Promise.reject(missing),
      }),
    );
    expect(String(error)).to.include('npm install twilio@6').and.not.include(TOKEN);
  });
});
