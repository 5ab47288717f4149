import { expect } from 'chai';
import { openSmsSender } from '../../src/adapters/open-sms.ts';
import { captureLog } from '../support/captured-log.ts';
import { rejectionOf } from '../support/rejection.ts';
import { type StandIn, startStandIn } from '../support/sms-stand-in.ts';
import { NOW, SMS } from './line.contract.ts';

const world = { clock: { now: () => NOW }, log: captureLog().log };
const rules = { senderId: null, timeoutSeconds: 2, privateNetwork: true };

describe('opening the way that SMS_URL names', () => {
  let provider: StandIn;
  beforeEach(async () => {
    provider = await startStandIn();
  });
  afterEach(() => provider.close());

  const urls: Readonly<Record<string, (origin: string) => string>> = {
    webhook: (origin) => `webhook+${origin.replace('://', '://u:s@')}/`,
    twilio: (origin) => `twilio://AC1:token@Example?endpoint=${origin}`,
    sns: (origin) => `sns://key:secret@eu-central-1?endpoint=${origin}`,
  };

  for (const [kind, urlAt] of Object.entries(urls)) {
    it(`leads ${kind} to its provider`, async () => {
      const sender = await openSmsSender(urlAt(provider.origin), rules, world);
      expect(await sender.send(SMS)).to.include({ outcome: 'accepted' });
      expect(provider.seen).to.have.length(1);
      await sender.close();
    });

    for (const origin of ['http://127.0.0.1:9', 'https://10.1.2.3', 'http://localhost:9', 'https://[fd00::1]']) {
      it(`refuses to begin with ${kind} at ${origin} where private networks are not meant (R-63)`, async () => {
        const opening = openSmsSender(urlAt(origin), { ...rules, privateNetwork: false }, world);
        expect((await rejectionOf(opening)).message).to.include('SMS_PRIVATE_NETWORK=true');
      });
    }
  }

  it('finds the credentials of SNS where its SDK finds them', async () => {
    const sender = await openSmsSender(`sns://eu-central-1?endpoint=${provider.origin}`, rules, world);
    const former = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDFROMENV', AWS_SECRET_ACCESS_KEY: 'secret' });
    try {
      expect(await sender.send(SMS)).to.include({ outcome: 'accepted' });
    } finally {
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
        if (former[name] === undefined) delete process.env[name];
        else process.env[name] = former[name];
      }
    }
    expect(provider.seen[0]?.headers.authorization).to.include('Credential=AKIDFROMENV/');
    await sender.close();
  });
});
