import { expect } from 'chai';
import { createOutbound } from '../../src/adapters/outbound/index.ts';
import { createSnsSender } from '../../src/adapters/sms-sns/index.ts';
import { parseSmsUrl, type SnsProvider } from '../../src/domain/sms-provider.ts';
import { captureLog } from '../support/captured-log.ts';
import { rejectionOf } from '../support/rejection.ts';
import type { Answer, SeenRequest } from '../support/sms-stand-in.ts';
import { behavesOnABadLine, SMS, useProvider } from './line.contract.ts';
import { signatureIn, signatureOf } from './signature-v4.ts';

const KEY_ID = 'AKIDEXAMPLE0000000';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const MESSAGE_ID = '567910cd-659e-55d4-8ccb-5aaf14679dc0';
const XML = { 'content-type': 'text/xml' };

const taken: Answer = {
  status: 200,
  headers: XML,
  body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${MESSAGE_ID}</MessageId></PublishResult><ResponseMetadata><RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ResponseMetadata></PublishResponse>`,
};

/** The error envelope of Amazon's Query protocol. */
const refused = (status: number, code: string): Answer => ({
  status,
  headers: XML,
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>Invalid parameter: ${SMS.to}</Message></Error><RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ErrorResponse>`,
});

const providerOf = (origin: string): SnsProvider =>
  parseSmsUrl(
    `sns://${KEY_ID}:${encodeURIComponent(SECRET)}@eu-central-1?endpoint=${encodeURIComponent(origin)}`,
  ) as SnsProvider;

describe('SMS by Amazon SNS', () => {
  let senderId: string | null = null;
  const suite = useProvider(({ origin, timeoutSeconds, log }) =>
    createSnsSender({
      provider: providerOf(origin),
      senderId,
      outbound: createOutbound({ timeoutSeconds, privateNetwork: true }),
      timeoutSeconds,
      log,
    }),
  );
  afterEach(() => {
    senderId = null;
  });

  behavesOnABadLine(suite, taken, [SECRET, encodeURIComponent(SECRET)]);

  const form = ({ body }: SeenRequest): Record<string, string> => Object.fromEntries(new URLSearchParams(body));

  it('is a request to Publish as its own SDK makes it', async () => {
    suite.provider().conduct(taken);
    senderId = 'Example-1';
    const { send } = await suite.open();
    expect(await send()).to.deep.equal({ outcome: 'accepted', detail: `200 ${MESSAGE_ID}` });
    const [request] = suite.provider().seen as [SeenRequest];
    expect(request).to.include({ method: 'POST', target: '/' });
    expect(request.headers['user-agent']).to.match(/^aws-sdk-js\/3\./);
    const { Action, Version, PhoneNumber, Message, ...attributes } = form(request);
    expect({ Action, Version, PhoneNumber, Message }).to.deep.equal({
      Action: 'Publish',
      Version: '2010-03-31',
      PhoneNumber: SMS.to,
      Message: SMS.text,
    });
    expect(attributes).to.deep.equal({
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
      'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
      'MessageAttributes.entry.2.Value.DataType': 'String',
      'MessageAttributes.entry.2.Value.StringValue': 'Example-1',
    });
  });

  it('names the sender of the message before that of the installation', async () => {
    senderId = 'Example-1';
    suite.provider().conduct(taken);
    const { send } = await suite.open();
    await send({ senderId: 'Harbour' });
    const request = suite.provider().seen[0] as SeenRequest;
    expect(form(request)).to.include({ 'MessageAttributes.entry.2.Value.StringValue': 'Harbour' });
  });

  it('names no sender where there is none', async () => {
    suite.provider().conduct(taken);
    const { send } = await suite.open();
    await send();
    expect(suite.provider().seen[0]?.body).not.to.include('SenderID');
  });

  it('is signed with the secret of the URL (Signature Version 4)', async () => {
    suite.provider().conduct(taken);
    const { send } = await suite.open();
    await send();
    const [request] = suite.provider().seen as [SeenRequest];
    const { accessKeyId, scope, signedHeaders, signature } = signatureIn(request);
    expect(accessKeyId).to.equal(KEY_ID);
    expect(scope).to.match(/^\d{8}\/eu-central-1\/sns\/aws4_request$/);
    expect(signedHeaders).to.include.members(['host', 'x-amz-date']);
    expect(signature).to.equal(signatureOf(SECRET, request));
    expect(signatureOf('another secret', request)).not.to.equal(signature);
    expect(signatureOf(SECRET, { ...request, body: request.body.replace('4915', '4916') })).not.to.equal(signature);
  });

  for (const [status, code, outcome, name] of [
    [400, 'InvalidParameter', 'permanent', 'InvalidParameterException'],
    [400, 'ParameterValueInvalid', 'permanent', 'InvalidParameterValueException'],
    [400, 'ValidationException', 'permanent', 'ValidationException'],
    [400, 'OptedOut', 'permanent', 'OptedOutException'],
    [400, 'EndpointDisabled', 'permanent', 'EndpointDisabledException'],
    [400, 'Throttling', 'transient', 'Throttling'],
    [400, 'ThrottlingException', 'transient', 'ThrottlingException'],
    [429, 'Throttled', 'transient', 'ThrottledException'],
    [500, 'InternalError', 'transient', 'InternalErrorException'],
    [503, 'ServiceUnavailable', 'transient', 'ServiceUnavailable'],
  ] as const) {
    it(`${code} is ${outcome}`, async () => {
      suite.provider().conduct(refused(status, code));
      const { send, lines } = await suite.open();
      expect(await send()).to.deep.equal({ outcome, detail: `${status} ${name}` });
      expect(suite.provider().seen).to.have.length(1);
      expect(lines).to.deep.equal([]);
    });
  }

  for (const [status, code] of [
    [403, 'AuthorizationError'],
    [403, 'InvalidClientTokenId'],
    [403, 'SignatureDoesNotMatch'],
    [403, 'ExpiredToken'],
    [400, 'IncompleteSignature'],
    [400, 'RequestExpired'],
  ] as const) {
    it(`${code} is transient, and somebody has to repair it`, async () => {
      suite.provider().conduct(refused(status, code));
      const { send, lines } = await suite.open();
      const { outcome, detail } = await send();
      expect(outcome).to.equal('transient');
      expect(detail).to.match(new RegExp(`^${status} ${code}`));
      expect(lines.join('')).to.include(detail).and.not.include(SMS.to);
    });
  }

  it('ends in time when the credentials do not come, and sends nothing afterwards', async () => {
    const late = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const sdk = await import('@aws-sdk/client-sns');
    const credentials = async () => {
      asked.resolve();
      await late.promise;
      return { accessKeyId: KEY_ID, secretAccessKey: SECRET };
    };
    const sender = await createSnsSender({
      provider: { ...providerOf(suite.provider().origin), credentials: null },
      senderId: null,
      outbound: createOutbound({ timeoutSeconds: 0.1, privateNetwork: true }),
      timeoutSeconds: 0.1,
      log: captureLog().log,
      // The SDK's own chain would look at this machine.
      load: async () => ({
        ...sdk,
        SNSClient: function SNSClient(given: ConstructorParameters<typeof sdk.SNSClient>[0]) {
          return new sdk.SNSClient({ ...given, credentials });
        } as unknown as typeof sdk.SNSClient,
      }),
    });
    const sending = sender.send(SMS);
    await asked.promise;
    expect(await sending).to.deep.equal({ outcome: 'transient', detail: 'ETIMEDOUT' });
    late.resolve();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(suite.provider().connections()).to.equal(0);
    await sender.close();
  });

  it('says which command installs the SDK when it is not there', async () => {
    const missing = Object.assign(new Error("Cannot find package '@aws-sdk/client-sns'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    const error = await rejectionOf(
      createSnsSender({
        provider: providerOf('http://127.0.0.1:1'),
        senderId: null,
        outbound: createOutbound({ timeoutSeconds: 1, privateNetwork: true }),
        timeoutSeconds: 1,
        log: captureLog().log,
        load: () => Promise.reject(missing),
      }),
    );
    expect(String(error)).to.include('npm install @aws-sdk/client-sns@3').and.not.include(SECRET);
  });
});
