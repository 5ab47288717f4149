import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { maskSettings, maskUrls } from '../../src/cli/masking.ts';
import { STRONG } from '../support/configuration.ts';
import { type Outcome, startCommand, useFolder } from './command-line.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://login.example.org',
  SECRET: STRONG,
  SMTP_URL: 'smtps://mailer:hunter2@smtp.example.org',
  MAIL_FROM: 'login@example.org',
  TRUSTED_PROXIES: '10.0.0.0/8',
  STORE_URL: 'mongodb://app:s3cr3t@db-1.example.org:27017,db-2.example.org/login?replicaSet=rs0&tls=true',
};

describe('command line: config', () => {
  const folder = useFolder();
  const config = (what: string, env: Record<string, string>, ...options: string[]): Promise<Outcome> =>
    startCommand(['config', what, ...options], folder(), env).ended;

  it('check is content with a configuration that production starts with', async () => {
    expect(await config('check', PRODUCTION)).to.deep.equal({
      code: 0,
      out: 'The configuration is fit for production.\n',
      err: '',
    });
  });

  it('check names everything that is wrong at once and ends with 78', async () => {
    const { code, err } = await config('check', {
      NODE_ENV: 'production',
      CHALLENGE_CODE_LENGTH: '4',
      SIGN_UP: 'maybe',
    });
    expect(code).to.equal(78);
    expect(err).to.include('CHALLENGE_CODE_LENGTH').and.include('SIGN_UP');
  });

  it('check refuses what production refuses, also for scripts', async () => {
    const { code, out } = await config('check', { ...PRODUCTION, ISSUER: 'http://login.example.org' }, '--json');
    const { ok, environment, problems } = JSON.parse(out);
    expect({ code, ok, environment }).to.deep.equal({ code: 78, ok: false, environment: 'production' });
    expect(problems).to.have.length(1);
    expect(problems[0]).to.include('ISSUER');
  });

  it('check tells what is odd and does not fail for it', async () => {
    const { code, out, err } = await config('check', { ...PRODUCTION, TRUSTED_PROXIES: '' });
    expect(code).to.equal(0);
    expect(out).to.include('fit');
    expect(err).to.match(/^warning: .*TRUSTED_PROXIES/);
  });

  it('print shows what has won and marks what is not the default', async () => {
    writeFileSync(folder('more.json'), JSON.stringify({ service: 'Example', challenge: { codeLength: 8 } }));
    const { code, out } = await config('print', { ...PRODUCTION, CONFIG_FILE: 'more.json', SERVICE: 'Stronger' });
    expect(code).to.equal(0);
    expect(out).to.match(/^\* service +Stronger$/m);
    expect(out).to.match(/^\* challenge\.codeLength +8$/m);
    expect(out).to.match(/^ {2}port +3000$/m);
    expect(out).to.match(/^\* trustedProxies +10\.0\.0\.0\/8$/m);
  });

  it('print shows no secret in either form', async () => {
    const clients = [
      { id: 'shop', secret: 'a-client-secret-of-32-characters', redirectUris: ['https://shop.example/cb'] },
    ];
    for (const options of [[], ['--json']]) {
      const { code, out, err } = await config('print', { ...PRODUCTION, CLIENTS: JSON.stringify(clients) }, ...options);
      expect(code).to.equal(0);
      expect(out).to.include('shop').and.include('db-2.example.org').and.include('smtp.example.org');
      for (const secret of [STRONG, 'hunter2', 's3cr3t', 'a-client-secret']) expect(out + err).to.not.include(secret);
    }
  });

  it('print ends with 78 when there is nothing to print', async () => {
    const { code, out, err } = await config('print', { PORT: 'many' });
    expect({ code, out }).to.deep.equal({ code: 78, out: '' });
    expect(err).to.include('port (PORT)');
  });
});

describe('command line: masking', () => {
  const masked: readonly (readonly [string, string])[] = [
    ['sqlite:./data/countersign.db', 'sqlite:./data/countersign.db'],
    ['mongodb://db.example.org/login', 'mongodb://db.example.org/login'],
    ['mongodb+srv://app:pw@db.example.org/login', 'mongodb+srv://***@db.example.org/login'],
    ['mongodb://app:p@ss/w0rd@db-1,db-2/login', 'mongodb://***@db-1,db-2/login'],
    [
      'mongodb://db/x?replicaSet=rs0&tlsCertificateKeyFilePassword=pw',
      'mongodb://db/x?replicaSet=rs0&tlsCertificateKeyFilePassword=***',
    ],
    ['twilio://AC1:token@messages', 'twilio://***@messages'],
    ['twilio://AC1:token@+15005550006?edge=dublin', 'twilio://***@+15005550006?edge=dublin'],
    ['webhook+https://sms:whsec_a/b+c=@sms.example.org/send', 'webhook+https://***@sms.example.org/send'],
    ['sns://AKIA1:sec/ret@eu-central-1?endpoint=https://a.org', 'sns://***@eu-central-1?endpoint=https://a.org'],
    ['cannot reach smtp://u:pw@host (ECONNREFUSED)', 'cannot reach smtp://***@host (ECONNREFUSED)'],
    ['webhook+https://sms.example.org/send?apiKey=pw&to=x', 'webhook+https://sms.example.org/send?apiKey=***&to=x'],
  ];
  for (const [text, expected] of masked) {
    it(`turns ${text} into ${expected}`, () => expect(maskUrls(text)).to.equal(expected));
  }

  it('hides settings by their names, at any depth, and nothing else', () => {
    const settings = {
      secret: ['newest', 'older'],
      tokens: { accessTokenSeconds: 60 },
      clients: [
        { id: 'shop', secret: 'plain', trustLoginHint: true },
        { id: 'spa', secret: null },
      ],
      admin: { apiKey: 'key', emails: ['a@example.org'] },
    };
    expect(maskSettings(settings)).to.deep.equal({
      secret: ['***', '***'],
      tokens: { accessTokenSeconds: 60 },
      clients: [
        { id: 'shop', secret: '***', trustLoginHint: true },
        { id: 'spa', secret: null },
      ],
      admin: { apiKey: '***', emails: ['a@example.org'] },
    });
  });
});
