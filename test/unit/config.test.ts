import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { settingsDocs, settingsSchema } from '../../scripts/settings-docs.ts';
import { listOptions } from '../../src/config/options.ts';
import { unsafeInProduction } from '../../src/config/safety.ts';
import { OTHER, STRONG, useConfigurationDirectory } from '../support/configuration.ts';

describe('configuration', () => {
  const { file, load, path } = useConfigurationDirectory();

  describe('values', () => {
    it('is complete with nothing set', () => {
      const { config, warnings } = load();
      expect(config).to.deep.include({
        environment: 'development',
        host: '127.0.0.1',
        port: 3000,
        issuer: 'http://localhost:3000',
        demo: true,
        signUp: 'open',
      });
      expect(config.challenge).to.deep.equal({
        codeLength: 6,
        lifetimeSeconds: 300,
        maxAttempts: 5,
        resendSeconds: 60,
        resendCapSeconds: 120,
        maxSends: 5,
        openPerSlot: 3,
      });
      expect(config.budgets.sendsPerIdentifier).to.deep.equal([
        { limit: 5, windowSeconds: 600 },
        { limit: 20, windowSeconds: 86_400 },
      ]);
      expect(config.mail).to.include({ url: null, tls: 'opportunistic' });
      expect(warnings).to.deep.equal([]);
    });

    it('has stricter defaults in production', () => {
      const { config } = load({ NODE_ENV: 'production' });
      expect(config).to.deep.include({ environment: 'production', host: '0.0.0.0', demo: false, clients: [] });
      expect(config.mail.tls).to.equal('required');
      expect(config.limits.drainSeconds).to.equal(5);
    });

    it('takes the stronger source: defaults, default.json, <environment>.json, CONFIG_FILE, environment', () => {
      file('config/default.json', { service: 'a', locale: 'de', port: 1, challenge: { codeLength: 7, maxSends: 2 } });
      file('config/development.json', { service: 'b', locale: 'fr', port: 2, challenge: { codeLength: 8 } });
      file('config/production.json', { service: 'never' });
      file('extra.json', { service: 'c', locale: 'it' });
      const { config } = load({ CONFIG_FILE: 'extra.json', SERVICE: 'd' });
      expect(config).to.include({ service: 'd', locale: 'it', port: 2, issuer: 'http://localhost:2' });
      expect(config.challenge).to.include({ codeLength: 8, maxSends: 2, maxAttempts: 5 });
    });

    it('reads text, numbers, booleans, lists and rules from the environment', () => {
      const { config } = load({
        ISSUER: 'https://login.example.com',
        CHALLENGE_CODE_LENGTH: '8',
        DEMO: 'false',
        TRUSTED_PROXIES: '10.0.0.0/8, ::1',
        SECRET: `${STRONG},${OTHER}`,
        BUDGETS_SENDS_PER_NETWORK: '[{"limit":1,"windowSeconds":2}]',
        SMTP_URL: 'smtp://127.0.0.1:2525',
        LOG_LEVEL: 'silent',
      });
      expect(config).to.deep.include({
        issuer: 'https://login.example.com',
        demo: false,
        trustedProxies: ['10.0.0.0/8', '::1'],
        secret: [STRONG, OTHER],
      });
      expect(config.challenge.codeLength).to.equal(8);
      expect(config.budgets.sendsPerNetwork).to.deep.equal([{ limit: 1, windowSeconds: 2 }]);
      expect(config.mail.url).to.equal('smtp://127.0.0.1:2525');
      expect(config.log.level).to.equal('silent');
    });

    it('reads every option from a file when its name ends in _FILE', () => {
      file('secret.txt', `${STRONG}\n`);
      file('port.txt', ' 4000 \n');
      const { config } = load({ SECRET: undefined, SECRET_FILE: 'secret.txt', PORT_FILE: path('port.txt') });
      expect(config).to.deep.include({ secret: [STRONG], port: 4000 });
    });

    it('takes an empty variable for one that is not set', () => {
      expect(load({ SMTP_URL: '', PORT: ' ' }).config).to.include({ port: 3000 });
    });

    it('gives every option its own environment name', () => {
      const names = listOptions('development').flatMap(({ environmentNames }) => environmentNames);
      expect(new Set(names).size).to.equal(names.length);
      expect(names).to.include.members(['PORT', 'STORE_URL', 'SMTP_URL', 'MAIL_FROM', 'TRUSTED_PROXIES', 'LOG_LEVEL']);
    });

    it('describes every option', () => {
      expect(listOptions('production').filter(({ description }) => description.length < 10)).to.deep.equal([]);
    });
  });

  describe('documentation', () => {
    const root = join(import.meta.dirname, '../..');

    it('config/schema.json says what the schema says', () => {
      expect(readFileSync(join(root, 'config/schema.json'), 'utf8')).to.equal(settingsSchema());
    });

    it('a README table names every setting, between its markers only', () => {
      const readme = 'before\n<!-- settings:begin -->\nstale row\n<!-- settings:end -->\nafter\n';
      const made = settingsDocs(readme).readme ?? '';
      for (const { path: place } of listOptions('development')) expect(made).to.include(`| \`${place.join('.')}\` |`);
      expect(made)
        .to.match(/^before\n/)
        .and.match(/\nafter\n$/)
        .and.not.include('stale row');
      expect(settingsDocs(made).readme).to.equal(made);
      expect(settingsDocs('no markers').readme).to.equal(null);
    });

    it('the example files are valid, and safe once their secrets are given', () => {
      const env = { NODE_ENV: 'production', SHOP_CLIENT_SECRET: STRONG, REPORT_CLIENT_SECRET: OTHER, DEMO: 'false' };
      const example = (name: string): Record<string, unknown> =>
        JSON.parse(readFileSync(join(root, 'config', name), 'utf8'));
      file('config/default.json', example('default.json'));
      file('config/production.json', example('production.example.json'));
      const { clients } = example('clients.example.json') as { clients: { secretFile?: string; secret?: string }[] };
      file('clients.json', {
        clients: clients.map(({ secretFile, ...rest }) =>
          secretFile === undefined ? rest : { ...rest, secret: OTHER },
        ),
      });
      const { config, warnings } = load({ ...env, CONFIG_FILE: 'clients.json', SMTP_URL: 'smtp://mail.example.com' });
      expect(unsafeInProduction(config)).to.deep.equal([]);
      expect(warnings).to.deep.equal([]);
      expect(config.clients).to.have.length(4);
    });
  });
});
