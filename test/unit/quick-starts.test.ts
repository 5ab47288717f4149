import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import { type QuickStartClient, quickStartRedirect, quickStartsFor } from '../../src/domain/quick-start.ts';
import { createQuickStarts, type QuickStart } from '../../src/services/clients/quick-starts.ts';

const WEB: QuickStartClient = {
  id: 'client_shop',
  type: 'web',
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: ['https://shop.example.org/callback', 'http://localhost:4310/callback'],
  scopes: ['openid', 'email', 'offline_access'],
  resources: [],
};
const MACHINE: QuickStartClient = {
  ...WEB,
  type: 'machine',
  grantTypes: ['client_credentials'],
  redirectUris: [],
  scopes: ['read', 'write'],
  resources: ['https://api.example.org'],
};
const HOSTILE = "http://localhost:4310/$(touch%20x)'$(id)&;`";

describe('Quick starts', () => {
  const views = createViews();
  const startsAt = (issuer: string) => createQuickStarts({ views, issuer, service: 'Shop "House"' });
  const starts = startsAt('https://login.example.org');
  const named = (client: QuickStartClient, name: string, issuer?: string): QuickStart => {
    const found = (issuer === undefined ? starts : startsAt(issuer))(client).find((start) => start.name === name);
    if (found === undefined) throw new Error(`no quick start ${name}`);
    return found;
  };
  const textOf = ({ files, commands }: QuickStart): string =>
    [...files.map(({ text }) => text), ...commands].join('\n');

  it('fit the type of the client and what it may ask for', () => {
    expect(quickStartsFor(WEB)).to.deep.equal(['express', 'next', 'spring', 'go', 'curl']);
    expect(quickStartsFor({ ...WEB, type: 'spa' })).to.deep.equal(['browser', 'curl']);
    expect(quickStartsFor({ ...WEB, type: 'native' })).to.deep.equal(['native', 'curl']);
    expect(quickStartsFor(MACHINE)).to.deep.equal(['curl-machine']);
    expect(quickStartsFor({ ...MACHINE, type: 'spa' })).to.deep.equal([]);
    expect(quickStartsFor({ ...WEB, scopes: ['email'] })).to.deep.equal([]);
  });

  it('carry the real ids, in every program', () => {
    const next = 'http://localhost:4310/api/auth/callback/shop';
    const clients = [
      { ...WEB, redirectUris: [next] },
      { ...WEB, type: 'spa' as const },
      { ...WEB, type: 'native' as const },
    ];
    for (const client of clients) {
      for (const start of starts(client)) {
        const text = textOf(start);
        expect(text, start.name).to.contain('https://login.example.org').and.to.contain('client_shop');
        expect(text, start.name).to.contain('4310').and.to.contain('openid').and.to.contain('email');
        expect(text, start.name).not.to.contain('offline_access');
        expect(text, start.name).not.to.match(/\bit\.\w|<%|%>/);
        expect(start.missingRedirectUri, start.name).to.equal(null);
      }
    }
  });

  it('name the secret only as a variable, and only where there is one', () => {
    for (const start of [...starts(WEB), ...starts(MACHINE)]) {
      expect(start.secret, start.name).to.match(/^export CLIENT_SECRET=/);
      expect(textOf(start), start.name).to.contain('CLIENT_SECRET');
    }
    for (const start of starts({ ...WEB, type: 'spa' })) {
      expect(start.secret, start.name).to.equal(null);
      expect(textOf(start), start.name).not.to.contain('SECRET').and.not.to.contain('client_secret');
    }
  });

  it('ask for http only of an issuer that speaks it', () => {
    for (const name of ['express', 'browser', 'native']) {
      const client = { ...WEB, type: ({ express: 'web', browser: 'spa' } as const)[name] ?? ('native' as const) };
      expect(textOf(named(client, name)), name).not.to.contain('allowInsecureRequests');
      expect(textOf(named(client, name, 'http://localhost:3000')), name).to.contain('oidc.allowInsecureRequests');
    }
  });

  it('prefer a redirect URI on this machine, and say which one is missing', () => {
    expect(quickStartRedirect('express', WEB)).to.deep.equal({ uri: WEB.redirectUris[1], registered: true });
    const remote = { ...WEB, redirectUris: ['https://shop.example.org/callback'] };
    expect(quickStartRedirect('go', remote)).to.deep.equal({ uri: remote.redirectUris[0], registered: true });
    expect(named(WEB, 'next').missingRedirectUri).to.equal('http://localhost:8080/api/auth/callback/countersign');
    const app = { ...WEB, type: 'native' as const, redirectUris: ['com.example.app:/callback'] };
    expect(named(app, 'native').missingRedirectUri).to.equal('http://127.0.0.1:8080/callback');
    // Libraries say these differently than they are registered.
    for (const uri of ['https://shop.example.org', 'https://Shop.example.org/a', 'https://shop.example.org/?a=b']) {
      expect(quickStartRedirect('express', { ...WEB, redirectUris: [uri] }).registered, uri).to.equal(false);
    }
  });

  it('quote what somebody else has chosen for the language it lands in', () => {
    const client = { ...WEB, redirectUris: [HOSTILE], scopes: ['openid', "a'b", '$(id)', '`id`'] };
    const curl = named(client, 'curl').files[0]?.text ?? '';
    const lines = curl.split('\n').filter((line) => /^(?:REDIRECT_URI|CLIENT_ID)=/.test(line));
    const shell = spawnSync('sh', ['-c', `${lines.join('\n')}\nprintf %s "$REDIRECT_URI"`], { encoding: 'utf8' });
    expect([shell.stdout, shell.stderr]).to.deep.equal([HOSTILE, '']);
    const [asked = ''] = /^echo "\$ISSUER\/auth.*"$/m.exec(curl) ?? [];
    expect(asked).not.to.match(/\$\(|`/);
    const token = named({ ...MACHINE, scopes: ["x'; id; '"] }, 'curl-machine').files[0]?.text ?? '';
    expect(token).to.contain("'scope=x'\\''; id; '\\'''");
    expect(textOf(named(client, 'express'))).to.contain(JSON.stringify("openid a'b $(id) `id`"));
    expect(textOf(named({ ...WEB, redirectUris: ['http://localhost:4310/a*b'] }, 'express'))).to.contain('"/a\\\\*b"');
  });

  it('serve a redirect URI that is the front page, or where their own sign-in would be', () => {
    const root = textOf(named({ ...WEB, redirectUris: ['http://localhost:4310/'] }, 'express'));
    expect(root).to.contain('if (req.query.state === undefined) return next();');
    const login = textOf(named({ ...WEB, redirectUris: ['http://localhost:4310/login'] }, 'go'));
    expect(login).to.contain('"/sign-in"').and.to.contain('"GET /login"');
  });

  it('let nobody go round in circles with Spring, which takes all of the path of a redirect URI for answers', () => {
    const front = named({ ...WEB, redirectUris: ['http://localhost:4310/'] }, 'spring');
    expect(front.missingRedirectUri).to.equal('http://localhost:8080/callback');
    const both = named({ ...WEB, redirectUris: ['http://localhost:4310/', 'https://shop.example.org/a'] }, 'spring');
    expect([both.redirectUri, both.missingRedirectUri]).to.deep.equal(['https://shop.example.org/a', null]);
    // Without it, Spring answers a refusal or a wrong secret by asking again.
    expect(textOf(both)).to.contain('.failureHandler(');
  });
});
