import { expect } from 'chai';
import { environmentIn, readiness, useChildren } from './child-server.ts';

describe('faults: a start that cannot go well', function () {
  this.timeout(20_000);
  const { directory, spawnServer, startServer } = useChildren();

  it('production with nothing set ends with 78 and says all that is missing at once (R-72)', async () => {
    const child = await spawnServer({ env: { NODE_ENV: 'production' } });
    expect(await child.ended()).to.equal(78);
    const output = child.output();
    expect(output).to.include('SECRET is not set').and.include('SMTP_URL is not set');
    expect(output).to.not.match(/\n\s+at /);
  });

  it('production lists everything unsafe at once, and no secret with it', async () => {
    const weak = 'changeme-changeme-changeme-changeme';
    const child = await spawnServer({
      env: {
        ...environmentIn(directory()),
        NODE_ENV: 'production',
        SECRET: weak,
        ISSUER: 'http://login.example.com',
        SMTP_URL: 'smtp://mail.example.com',
        MAIL_TLS: 'opportunistic',
        TRUSTED_PROXIES: '0.0.0.0/0',
        STORE_URL: 'sqlite::memory:',
        DEMO: 'true',
      },
    });
    expect(await child.ended()).to.equal(78);
    const output = child.output();
    for (const name of ['SECRET', 'ISSUER', 'MAIL_TLS', 'TRUSTED_PROXIES', 'STORE_URL', 'DEMO', 'client app']) {
      expect(output).to.include(name);
    }
    expect(output).to.not.include(weak).and.not.include('app-secret');
  });

  it('values that cannot be ends with 78 and names all of them', async () => {
    const env = {
      ...environmentIn(directory()),
      CHALLENGE_CODE_LENGTH: '4',
      SIGN_UP: 'maybe',
      CLIENTS: '[{"id":"x"}]',
    };
    const child = await spawnServer({ env });
    expect(await child.ended()).to.equal(78);
    expect(child.output()).to.include('CHALLENGE_CODE_LENGTH').and.include('SIGN_UP').and.include('clients[0]');
  });

  it('a second process on the same file is refused with words, and the first goes on (R-87)', async () => {
    const env = environmentIn(directory());
    const first = await startServer({ env });
    const second = await spawnServer({ env });
    expect(await second.ended()).to.be.greaterThan(0);
    expect(second.output()).to.match(/countersign\.db is in use by another process/);
    expect(second.output()).to.not.match(/\n\s+at /);
    expect(await readiness(first)).to.equal(200);
    first.signal('SIGTERM');
    expect(await first.ended()).to.equal(0);
  });
});
