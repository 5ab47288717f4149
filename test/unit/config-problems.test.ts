import { expect } from 'chai';
import { listOptions } from '../../src/config/options.ts';
import { STRONG, useConfigurationDirectory } from '../support/configuration.ts';

describe('configuration problems', () => {
  const { file, load, problems } = useConfigurationDirectory();

  describe('problems', () => {
    it('are reported all at once, each with path, variable, expectation and source, none with a value', () => {
      file('config/default.json', { challenge: { lifetimeSeconds: 3600, codeLenght: 7 }, events: [] });
      const found = problems({ PORT: 'hunter2', ISSUER: 'https://a.example/path', MAIL_TLS: 'hunter2' });
      expect(found).to.have.length(6);
      const text = found.join('\n');
      expect(text).to.match(/^port \(PORT\): .*expected number.* \[from the environment]$/m);
      expect(text).to.match(/^issuer \(ISSUER\): expected an origin/m);
      expect(text).to.match(/^mail\.tls \(MAIL_TLS\): .*required.*opportunistic.*none/m);
      expect(text).to.match(
        /^challenge\.lifetimeSeconds \(CHALLENGE_LIFETIME_SECONDS\): .*60 to 600 \[from config\/default\.json]$/m,
      );
      expect(text).to.match(
        /^challenge\.codeLenght: there is no such setting; did you mean challenge\.codeLength\? \[from/m,
      );
      expect(text).to.match(/^events: .*expected object/m);
      expect(text).not.to.include('hunter2');
    });

    it('refuse every number beyond its hard bounds', () => {
      const numbers = listOptions('development').filter(({ kind }) => kind === 'number');
      expect(numbers.length).to.be.greaterThan(30);
      for (const { environmentNames, range } of numbers) {
        const [least = '', most = ''] = range.split(' to ');
        const [name = ''] = environmentNames;
        expect(problems({ [name]: String(Number(least) - 1) }), `${name} below`).not.to.deep.equal([]);
        expect(problems({ [name]: String(Number(most) + 1) }), `${name} above`).not.to.deep.equal([]);
        expect(problems({ [name]: '6.5' }), `${name} between`).not.to.deep.equal([]);
      }
    });

    it('name settings that contradict each other', () => {
      expect(problems({ CHALLENGE_RESEND_SECONDS: '200' })).to.match(/resendCapSeconds/);
      expect(problems({ TOKENS_REFRESH_TOKEN_ABSOLUTE_SECONDS: '300' })).to.match(/refreshTokenSeconds/);
      expect(problems({ DELIVERY_LEASE_SECONDS: '20' })).to.match(/mail\.timeoutSeconds/);
      expect(problems({ DELIVERY_LEASE_SECONDS: '20', MAIL_TIMEOUT_SECONDS: '5', SMS_TIMEOUT_SECONDS: '10' })).to.match(
        /sms\.timeoutSeconds/,
      );
      expect(problems({ SMS_URL: 'twilio://AC1:x@Example', SMS_SENDER_ID: 'Example' })).to.match(/sms\.senderId/);
      expect(problems({ SMS_URL: 'sns://eu-central-1', SMS_SENDER_ID: 'Example' })).to.deep.equal([]);
      expect(problems({ PORT: '65535' })).to.match(/PORT\+1/);
      expect(problems({ PORT: '65535', DEMO: 'false' })).to.deep.equal([]);
    });

    it('say what is wrong with the URL of an SMS provider without quoting it', () => {
      const [problem, ...more] = problems({ SMS_URL: 'twilio://AC1:hunter2@no sender' });
      expect(more).to.deep.equal([]);
      expect(problem)
        .to.match(/^sms\.url \(SMS_URL\): expected .* \[from the environment]$/)
        .and.not.include('hunter2');
    });

    it('refuse an empty list of budget rules', () => {
      for (const { path, environmentNames } of listOptions('development')) {
        if (path[0] !== 'budgets' || path[1] === 'consecutiveFailures') continue;
        expect(problems({ [environmentNames[0] ?? '']: '[]' }), path.join('.')).to.have.length(1);
      }
    });

    for (const issuer of [
      'http://a.example/',
      'https://a.example:443',
      'https://a.example?x',
      'HTTPS://a.example',
      'ftp://a.example',
      'https://u@a.example',
      'a.example',
    ]) {
      it(`refuse the issuer ${issuer}`, () => expect(problems({ ISSUER: issuer })).to.have.length(1));
    }

    for (const [name, value] of [
      ['MAIL_FROM', 'a@b.example, c@d.example'],
      ['MAIL_FROM', 'A <a@b.example>\nBcc: x@y.example'],
      ['SMTP_URL', 'https://mail.example.com'],
      ['SMTP_URL', 'smtp://mail.example.com/?tls.rejectUnauthorized=false'],
      ['TRUSTED_PROXIES', '10.0.0.0/33'],
      ['TRUSTED_PROXIES', '10.0.0.0/8,proxy.internal'],
      ['LOCALE', 'e n'],
      ['STORE_URL', 'countersign.db'],
      ['DEMO', 'maybe'],
      ['BUDGETS_SENDS_PER_CLIENT', '5/60'],
    ] as const) {
      it(`refuse ${name}=${JSON.stringify(value)}`, () =>
        expect(problems({ [name]: value }), 'problems').to.have.length(1));
    }

    it('refuse an option that is set twice', () => {
      file('s.txt', STRONG);
      expect(problems({ SECRET_FILE: 's.txt' })).to.match(/set more than once, by SECRET and SECRET_FILE/);
      expect(problems({ SMTP_URL: 'smtp://a', MAIL_URL: 'smtp://b' })).to.match(/by SMTP_URL and MAIL_URL/);
    });

    it('name files that are missing or no JSON, without quoting them', () => {
      file('config/default.json', '{ "secret": ["hunter2" }');
      const found = problems({ CONFIG_FILE: 'missing.json', PORT_FILE: 'gone.txt' });
      expect(found).to.have.length(3);
      expect(found.join('\n')).to.match(/default\.json: expected a JSON object; look at line 1 column/);
      expect(found.join('\n'))
        .to.match(/missing\.json: cannot be read: ENOENT/)
        .and.match(/PORT_FILE: cannot read gone\.txt: ENOENT/);
      expect(found.join('\n')).not.to.include('hunter2');
    });

    it('do not let a file choose the environment or reach prototypes', () => {
      file('config/default.json', '{ "environment": "production", "__proto__": { "demo": false } }');
      expect(problems()).to.match(/environment: there is no such setting/);
      expect(Object.hasOwn(Object.prototype, 'demo')).to.equal(false);
    });

    it('warn of misspelt variables of our sections, and of no others', () => {
      const { warnings } = load({
        CHALLENGE_CODE_LENGHT: '7',
        LIMITS_NONSENSE: '1',
        SESSION_MANAGER: 'desktop',
        HOME: '/root',
      });
      expect(warnings).to.deep.equal([
        'the environment variable CHALLENGE_CODE_LENGHT means nothing here; did you mean CHALLENGE_CODE_LENGTH?',
        'the environment variable LIMITS_NONSENSE means nothing here',
      ]);
    });
  });
});
