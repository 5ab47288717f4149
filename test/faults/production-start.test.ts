import { expect } from 'chai';
import { STRONG } from '../support/configuration.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type ChildServer, CLIENT, environmentIn, useChildren } from './child-server.ts';

const ISSUER = 'https://login.example.test';

describe('faults: production, started as it should be (R-72)', function () {
  this.timeout(20_000);
  const { directory, startServer } = useChildren();
  let sink: SmtpSink;
  let child: ChildServer;
  beforeEach(async () => {
    sink = await startSmtpSink();
    child = await startServer({
      env: {
        ...environmentIn(directory()),
        NODE_ENV: 'production',
        ISSUER,
        SECRET: STRONG,
        SMTP_URL: sink.url,
        CLIENTS: JSON.stringify([{ ...CLIENT, secret: STRONG, redirectUris: ['https://app.example.test/callback'] }]),
        LIMITS_DRAIN_SECONDS: '0',
        LOG_LEVEL: 'info',
      },
    });
  });
  afterEach(() => sink.close());

  const ask = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${child.port}${path}`, { headers: { accept: 'text/html' }, redirect: 'manual' });

  it('has nothing of development: no inbox, no demo clients, no details of errors', async () => {
    for (const path of ['/dev/inbox', '/dev/inbox.json']) expect((await ask(path)).status, path).to.equal(404);
    for (const id of ['demo', 'demo-backend', 'demo-third-party']) {
      const answer = await ask(`/auth?client_id=${id}&response_type=code&redirect_uri=http://localhost:3001/callback`);
      expect(answer.status, id).to.equal(400);
      expect(await answer.text()).to.not.match(/client is invalid|dev\/inbox/);
    }
    expect(await (await ask('/')).text()).to.not.match(/inbox|demo/i);
  });

  it('is its issuer and nothing else, and ends in order', async () => {
    const discovery = (await (await ask('/.well-known/openid-configuration')).json()) as Record<string, unknown>;
    const urls = Object.values(discovery).filter((value) => typeof value === 'string' && value.startsWith('http'));
    expect(urls.length).to.be.greaterThan(5);
    for (const url of urls) expect(url).to.match(/^https:\/\/login\.example\.test(?:\/|$)/);
    child.signal('SIGTERM');
    expect(await child.ended()).to.equal(0);
    expect(child.output()).to.not.include(STRONG);
  });
});
