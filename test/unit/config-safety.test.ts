import { once } from 'node:events';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { loadConfig } from '../../src/config/load.ts';
import { unsafeInProduction } from '../../src/config/safety.ts';
import { keptSecret } from '../../src/config/secret-file.ts';
import { STRONG, useConfigurationDirectory } from '../support/configuration.ts';

describe('configuration safety', () => {
  const { file, load, path, problems } = useConfigurationDirectory();

  describe('secret of a development installation', () => {
    const fresh = () => loadConfig({ DATA_DIRECTORY: './kept' }, { directory: path() });

    it('is made once with 256 bits, private to its owner, and kept', () => {
      const [secret = ''] = fresh().config.secret;
      expect(Buffer.from(secret, 'base64url')).to.have.length(32);
      expect(fresh().config.secret).to.deep.equal([secret]);
      expect(statSync(path('kept/secret')).mode & 0o777).to.equal(0o600);
      expect(statSync(path('kept')).mode & 0o777).to.equal(0o700);
    });

    it('is the one that was first, and leaves nothing beside it', () => {
      const place = path('first');
      writeFileSync(place, `${STRONG}\n`, { mode: 0o600 });
      expect(keptSecret(place)).to.equal(STRONG);
      writeFileSync(place, '');
      expect(() => keptSecret(place)).to.throw('is empty');
    });

    it('is one and the same for processes that start together', async () => {
      const place = path('together', 'secret');
      const gate = new Int32Array(new SharedArrayBuffer(4));
      const source = `
        const { parentPort, workerData } = require('node:worker_threads');
        import(workerData.module).then(({ keptSecret }) => {
          parentPort.postMessage('ready');
          Atomics.wait(workerData.gate, 0, 0);
          parentPort.postMessage(keptSecret(workerData.path));
        });`;
      const workerData = {
        module: new URL('../../src/config/secret-file.ts', import.meta.url).href,
        gate,
        path: place,
      };
      const workers = Array.from({ length: 6 }, () => new Worker(source, { eval: true, workerData }));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      const answers = workers.map((worker) => once(worker, 'message'));
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
      const secrets = (await Promise.all(answers)).map(([secret]) => secret);
      expect(new Set(secrets)).to.have.length(1);
      expect(secrets[0]).to.have.length(43);
      expect(readdirSync(path('together'))).to.deep.equal(['secret']);
    });

    it('warns when others can read it', () => {
      fresh();
      chmodSync(path('kept/secret'), 0o644);
      expect(fresh().warnings.join()).to.include('can be read by everybody');
    });

    it('is not made in production', () => {
      expect(loadConfig({ NODE_ENV: 'production' }, { directory: path() }).config.secret).to.deep.equal([]);
      expect(() => statSync(path('data'))).to.throw('ENOENT');
    });
  });

  describe('production', () => {
    const safe = {
      NODE_ENV: 'production',
      ISSUER: 'https://login.example.com',
      SMTP_URL: 'smtps://user:pass@mail.example.com',
      MAIL_FROM: 'Example <login@example.com>',
      TRUSTED_PROXIES: '10.1.2.3',
    };
    const unsafe = (env: Record<string, string | undefined>): string[] =>
      unsafeInProduction(load({ ...safe, ...env }).config);
    const client = (secret: string): string =>
      JSON.stringify([{ id: 'shop', secret, redirectUris: ['https://shop.example/cb'] }]);

    it('starts when everything is there', () => {
      expect(unsafe({ CLIENTS: client(STRONG) })).to.deep.equal([]);
      expect(load(safe).warnings).to.deep.equal([]);
    });

    it('takes an SMS provider with its countries, and doubts one without', () => {
      const sms = { SMS_URL: `webhook+https://sms:${STRONG}@sms.example.com/`, SMS_SENDER_ID: 'Example' };
      expect(unsafe({ ...sms, SMS_COUNTRIES: 'DE,AT' })).to.deep.equal([]);
      expect(load({ ...safe, ...sms, SMS_COUNTRIES: 'DE,AT' }).warnings).to.deep.equal([]);
      expect(unsafe(sms)).to.deep.equal([]);
      expect(load({ ...safe, ...sms }).warnings.join()).to.include('SMS_COUNTRIES is empty');
    });

    it('says of a client that nobody can sign in there without text messages, in development, too', () => {
      const client = (id: string, policy: object): object => ({
        ...{ id, secret: STRONG, redirectUris: ['https://shop.example/cb'] },
        ...policy,
      });
      const declared = [
        client('numbers', { channels: ['sms'] }),
        client('strict', { secondFactor: 'always' }),
        client('ordinary', {}),
        client('job', { type: 'machine', redirectUris: [], channels: ['sms'] }),
      ];
      const env = { CLIENTS: JSON.stringify(declared), DEMO: 'false' };
      file('config/development.json', { sms: { countries: [] } });
      for (const given of [{ ...safe, ...env }, env]) {
        expect(load(given).warnings).to.deep.equal([
          'client numbers takes phone numbers only, but SMS_COUNTRIES is empty, so that no text messages are sent: nobody can sign in there',
          'client strict always wants two factors, but SMS_COUNTRIES is empty, so that no text messages are sent: nobody can sign in there',
        ]);
      }
      expect(load({ ...env, SMS_COUNTRIES: 'DE' }).warnings).to.deep.equal([]);
    });

    it('says everything that is missing at once', () => {
      const { config } = loadConfig(
        { NODE_ENV: 'production', ISSUER: 'http://login.example.com' },
        { directory: path() },
      );
      const faults = unsafeInProduction(config).join('\n');
      expect(faults).to.include('SECRET is not set').and.include('SMTP_URL is not set').and.include('ISSUER is http:');
    });

    for (const [what, env, words] of [
      ['an http issuer off loopback', { ISSUER: 'http://10.0.0.1' }, 'ISSUER'],
      ['a short secret', { SECRET: STRONG.slice(0, 31) }, 'shorter than 32 bytes'],
      ['a secret of one character', { SECRET: 'z'.repeat(64) }, 'repeats'],
      ['a placeholder', { SECRET: 'please-change-me-please-change-me-now' }, 'placeholder'],
      ['the same secret twice', { SECRET: `${STRONG},${STRONG}` }, 'same secret twice'],
      ['an old secret that is short', { SECRET: `${STRONG},kf83hfsx` }, 'secret 2 of SECRET'],
      [
        'strangers who register and are told things in the private network',
        { REGISTRATION_ENABLED: 'true', BACKCHANNEL_LOGOUT_PRIVATE_NETWORK: 'true' },
        'could reach into the private network',
      ],
      ['a short key of the Admin API', { ADMIN_API_KEY: STRONG.slice(0, 31) }, 'ADMIN_API_KEY is shorter than 32'],
      ['a key of one character', { ADMIN_API_KEY: 'z'.repeat(64) }, 'ADMIN_API_KEY repeats'],
      ['a key that is a placeholder', { ADMIN_API_KEY: `please-change-me-${STRONG}` }, 'ADMIN_API_KEY looks like'],
      ['the demo', { DEMO: 'true' }, 'DEMO is on'],
      ['no mail server', { SMTP_URL: undefined }, 'SMTP_URL'],
      ['countries without an SMS provider', { SMS_COUNTRIES: 'DE' }, 'SMS_URL is not set'],
      [
        'a webhook with a short secret',
        { SMS_COUNTRIES: 'DE', SMS_URL: 'webhook+https://u:short-secret@sms.example.com/' },
        'the secret in SMS_URL is shorter than 24 bytes',
      ],
      ['mail without TLS', { MAIL_TLS: 'none' }, 'MAIL_TLS'],
      ['mail with TLS by chance', { MAIL_TLS: 'opportunistic' }, 'MAIL_TLS'],
      ['a weak client secret', { CLIENTS: client(STRONG.slice(0, 31)) }, 'client shop'],
      ['a store in memory', { STORE_URL: 'sqlite::memory:' }, 'STORE_URL'],
      ['a MongoDB that asks nobody who he is', { STORE_URL: 'mongodb://db/x?tls=true' }, 'names no user'],
      ['a MongoDB without TLS', { STORE_URL: 'mongodb://app:pw@db-1,db-2/x?replicaSet=rs0' }, 'without TLS'],
      ['a MongoDB with TLS turned off', { STORE_URL: 'mongodb+srv://app:pw@db.example/x?tls=false' }, 'without TLS'],
      ['a MongoDB that may be anybody', { STORE_URL: 'mongodb+srv://u:p@db/x?tlsInsecure=true' }, 'any certificate'],
      ['a MongoDB of which one member is elsewhere', { STORE_URL: 'mongodb://127.0.0.1,db/x' }, 'names no user'],
      ['trust in everybody', { TRUSTED_PROXIES: '::/0' }, 'TRUSTED_PROXIES'],
    ] as const) {
      it(`refuses ${what}`, () => expect(unsafe(env).join('\n')).to.include(words));
      it(`lets development have ${what}`, () =>
        expect(unsafe({ ...env, NODE_ENV: undefined } as Record<string, string | undefined>)).to.deep.equal([]));
    }

    it('lets plain http and plain SMTP stay on this machine', () => {
      for (const host of ['localhost', '127.0.0.1', '[::1]']) {
        expect(
          unsafe({ ISSUER: `http://${host}:3000`, SMTP_URL: `smtp://${host}:25`, MAIL_TLS: 'none' }),
        ).to.deep.equal([]);
      }
    });

    it('lets MongoDB be protected, on this machine, or on a network that is said to be trusted', () => {
      for (const env of [
        { STORE_URL: 'mongodb://app:p%40ss@db-1:27017,db-2/x?replicaSet=rs0&tls=true' },
        { STORE_URL: 'mongodb://db/x?authMechanism=MONGODB-X509&ssl=true' },
        { STORE_URL: 'mongodb+srv://app:pw@db.example/x' },
        { STORE_URL: 'mongodb://localhost:27017,127.0.0.1:27018,[::1]/x' },
        { STORE_URL: 'mongodb://%2Frun%2Fmongodb-27017.sock/x' },
        { STORE_URL: 'mongodb://db/x', STORE_TRUSTED_NETWORK: 'true' },
      ]) {
        expect(unsafe(env), env.STORE_URL).to.deep.equal([]);
      }
    });

    it('says nothing of the password in a store URL', () => {
      for (const password of ['hunter2', 'p@ss/w0rd?x']) {
        const faults = unsafe({ STORE_URL: `mongodb://app:${password}@db/x` });
        expect(faults.join('\n')).to.include('TLS').and.not.include(password).and.not.include('w0rd');
      }
    });

    it('refuses a secret file that others can write or everybody can read', function () {
      if (process.platform === 'win32') this.skip();
      file('s.txt', STRONG);
      const env = { ...safe, SECRET: undefined, SECRET_FILE: 's.txt' };
      for (const mode of [0o620, 0o602, 0o644]) {
        chmodSync(path('s.txt'), mode);
        expect(problems(env), mode.toString(8)).to.match(/SECRET_FILE/);
      }
      chmodSync(path('s.txt'), 0o640);
      expect(problems(env)).to.deep.equal([]);
    });

    it('warns of what can hardly be meant', () => {
      const { warnings } = load({ NODE_ENV: 'production', ISSUER: 'https://a.example' });
      expect(warnings.join('\n')).to.include('TRUSTED_PROXIES is empty').and.include('MAIL_FROM');
      expect(load({ NODE_ENV: 'production' }).warnings.join('\n')).to.include('only this machine can reach');
    });
  });
});
