import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { COMMANDS } from '../../src/cli/commands.ts';
import { listOptions } from '../../src/config/options.ts';
import { createBrowser } from '../support/browser.ts';
import { STRONG } from '../support/configuration.ts';
import { LOCALHOST_CERTIFICATE } from '../support/localhost-certificate.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { freePort } from '../support/server.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type RunningCommand, startCommand } from './command-line.ts';
import { commandOf, copied, imageVariables, instructions, ROOT } from './dockerfile.ts';

const readJson = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

describe('container image: the Dockerfile', () => {
  it('runs on the Node of package.json, in every stage', () => {
    const bases = instructions('FROM').map((rest) => rest.split(' ')[0]);
    expect(new Set(bases)).to.deep.equal(new Set([`node:${readJson('package.json').devDependencies.node}-slim`]));
    expect(instructions('LABEL').join()).to.include(`base.name="docker.io/library/${bases[0]}"`);
  });

  it('copies what is there, and the builder gets nothing else', () => {
    expect(copied().filter((source) => !existsSync(join(ROOT, source)))).to.deep.equal([]);
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(lines.find((line) => line !== '' && !line.startsWith('#'))).to.equal('*');
    expect([...new Set(copied())].sort()).to.deep.equal(letIn.sort());
    expect(lines).to.include('config/production.json');
  });

  it('installs no development dependency and runs no script of any', () => {
    expect(instructions('RUN')[0]).to.match(/^npm ci --omit=dev --ignore-scripts /);
  });

  it('starts what there is, as nobody in particular', () => {
    const [program, file = ''] = commandOf('ENTRYPOINT');
    expect(program).to.equal('node');
    expect(existsSync(join(ROOT, file.replace(/^\/app\//, '')))).to.equal(true);
    expect(COMMANDS.map(({ name }) => name)).to.include(commandOf('CMD').join(' '));
    expect(Number(instructions('USER')[0]?.split(':')[0])).to.be.above(0);
    expect(instructions('STOPSIGNAL')).to.deep.equal(['SIGTERM']);
    expect(instructions('VOLUME')).to.deep.equal(['/data']);
  });

  it('sets what the configuration knows, and writes to the volume only', () => {
    const { NODE_ENV, ...settings } = imageVariables();
    const known = listOptions('production').flatMap(({ environmentNames }) => environmentNames);
    expect(NODE_ENV).to.equal('production');
    expect(Object.keys(settings).filter((name) => !known.includes(name))).to.deep.equal([]);
    for (const value of Object.values(settings)) expect(value).to.match(/^(?:sqlite:)?\/data/);
  });
});

/** Installed packages that `npm ci --omit=dev` would bring; those inside of others come along with them. */
const productionPackages = (): string[] =>
  Object.entries(readJson('package-lock.json').packages as Record<string, { dev?: boolean }>)
    .filter(([path, { dev }]) => path.lastIndexOf('node_modules/') === 0 && dev !== true)
    .map(([path]) => path)
    .filter((path) => existsSync(join(ROOT, path)));

describe('container image: what is in it', function () {
  this.timeout(30_000);
  let folder: string;
  let sink: SmtpSink;
  let running: RunningCommand | undefined;
  const app = (...parts: string[]): string => join(folder, 'app', ...parts);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-image-'));
    for (const source of copied()) cpSync(join(ROOT, source), app(source), { recursive: true });
    for (const path of productionPackages()) {
      mkdirSync(dirname(app(path)), { recursive: true });
      symlinkSync(join(ROOT, path), app(path), 'junction');
    }
    writeFileSync(join(folder, 'mail.crt'), LOCALHOST_CERTIFICATE);
    sink = await startSmtpSink({ tls: 'starttls' });
  });
  after(async () => {
    running?.child.kill('SIGKILL');
    await running?.ended;
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const secret = 'c'.repeat(32);
  const redirectUri = 'http://localhost:1/callback';
  const environment = (port: number): Record<string, string> => ({
    ...imageVariables(),
    STORE_URL: `sqlite:${join(folder, 'data/countersign.db')}`,
    DATA_DIRECTORY: join(folder, 'data'),
    PORT: String(port),
    HOST: '127.0.0.1',
    LIMITS_DRAIN_SECONDS: '0',
    SECRET: STRONG,
    SMTP_URL: sink.url,
    MAIL_FROM: 'login@example.org',
    NODE_EXTRA_CA_CERTS: join(folder, 'mail.crt'),
    CLIENTS: JSON.stringify([{ id: 'app', secret, redirectUris: [redirectUri], firstParty: true }]),
  });

  async function signIn(port: number): Promise<string | undefined> {
    const issuer = `http://localhost:${port}`;
    const party = await createRelyingParty({ issuer, clientId: 'app', clientSecret: secret, redirectUri });
    const browser = createBrowser({ stopAt: [new URL(redirectUri).origin] });
    const started = await party.start();
    await browser.get(started.url);
    await browser.submit('identifier-submit', { identifier: 'ada@example.org' });
    const mail = await sink.waitFor('ada@example.org');
    expect(mail.secure).to.equal(true);
    await browser.submit('code-submit', { code: /\b\d{6}\b/.exec(mail.text)?.[0] ?? '' });
    return (await party.finish(browser.landedAt(), started)).claims()?.sub;
  }

  it('signs somebody in without development dependencies, is found healthy, and writes nothing beside its data', async () => {
    const files = readdirSync(app(), { recursive: true });
    expect(existsSync(app('node_modules/openid-client'))).to.equal(false);
    const port = await freePort();
    const [, check = '', script = ''] = commandOf('HEALTHCHECK');
    const health = async (): Promise<unknown> => {
      const [code] = await once(spawn(process.execPath, [check, script], { env: { PORT: String(port) } }), 'exit');
      return code;
    };
    const program = app((commandOf('ENTRYPOINT')[1] ?? '').replace(/^\/app\//, ''));
    running = startCommand(commandOf('CMD'), app(), environment(port), program);
    const { child, ended } = running;
    while ((await health()) !== 0) expect(child.exitCode).to.equal(null);
    expect(await signIn(port)).to.be.a('string');
    child.kill('SIGTERM');
    const { code, err } = await ended;
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    expect(await health()).to.equal(1);
    expect(readdirSync(app(), { recursive: true })).to.deep.equal(files);
  });
});
