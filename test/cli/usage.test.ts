import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { COMMANDS, GROUPS } from '../../src/cli/commands.ts';
import { parseCommandLine } from '../../src/cli/parse.ts';
import { freePort } from '../support/server.ts';
import { command, startCommand, useFolder } from './command-line.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
  version: string;
  engines: { node: string };
};

describe('command line: finding the way', () => {
  it('has a help that names every command and every exit code', async () => {
    const { code, out, err } = await command(['--help']);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    for (const { name, summary } of COMMANDS) expect(out).to.include(name).and.include(summary);
    for (const exit of ['0', '1', '2', '78']) expect(out).to.match(new RegExp(`^  ${exit} `, 'm'));
  });

  for (const { name, options, details } of COMMANDS) {
    it(`explains ${name} and each of its options`, async () => {
      const { code, out } = await command([...name.split(' '), '--help']);
      expect(code).to.equal(0);
      expect(out).to.include(`Usage: countersign ${name}`);
      for (const option of Object.keys(options)) expect(out).to.include(`--${option}`);
      expect(out.replace(/\s+/g, ' ')).to.include(details[0]);
      expect(await command(['help', ...name.split(' ')])).to.deep.include({ code: 0, out });
    });
  }

  for (const { name } of GROUPS) {
    it(`lists what ${name} can do`, async () => {
      const members = COMMANDS.filter((one) => one.name.startsWith(`${name} `));
      expect(members).to.have.length.above(0);
      const asked = await command([name, '--help']);
      expect(asked.code).to.equal(0);
      for (const member of members) expect(asked.out).to.include(member.name);
      expect(await command([name])).to.deep.equal({ code: 2, out: '', err: asked.out });
    });
  }

  it('has no line that is too long for a screen, but examples', async () => {
    for (const { name, examples } of COMMANDS) {
      const { out } = await command([...name.split(' '), '--help']);
      const long = out.split('\n').filter((line) => line.length > 88 && !examples.includes(line.trim()));
      expect(long).to.deep.equal([]);
    }
  });

  it('is described in the documents, every command and every option', () => {
    const page = readFileSync(`${ROOT}docs/command-line.md`, 'utf8');
    for (const { name, summary, options } of COMMANDS) {
      const own = page.slice(page.indexOf(`\n## ${name}\n`)).split('\n## ')[1] ?? '';
      expect(own, name).to.match(new RegExp(`^${name}\n`));
      for (const option of Object.keys(options)) expect(own, name).to.include(`--${option}`);
      expect(page.toLowerCase(), name).to.include(summary.toLowerCase());
    }
  });

  it('says its version', async () => {
    expect(await command(['--version'])).to.deep.equal({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  const misunderstood: readonly (readonly [string[], RegExp])[] = [
    [[], /Usage: countersign COMMAND/],
    [['sing-in'], /no command sing-in/],
    [['store', 'cpoy'], /no command store cpoy; did you mean store copy\?/],
    [['stroe', 'copy'], /did you mean store copy\?/],
    [['--verbose'], /no option --verbose/],
    [['start', 'now'], /Unexpected argument 'now'[\s\S]*countersign start --help/],
    [['store', 'migrate', '--froce'], /Unknown option '--froce'[\s\S]*countersign store migrate --help/],
    [['store', 'copy', '--from'], /--from/],
  ];
  for (const [args, message] of misunderstood) {
    it(`ends with 2 for: countersign ${args.join(' ')}`, async () => {
      const { code, out, err } = await command(args);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(message);
    });
  }

  it('does not repeat a password that stands in the wrong place', async () => {
    const { err } = await command(['store', 'copy', 'mongodb://admin:hunter2@db.example.org/x']);
    expect(err).to.include('db.example.org').and.not.include('hunter2');
  });
});

describe('command line: ids', () => {
  const memberCommand = COMMANDS.find(({ name }) => name === 'organizations put-member');
  const eventsCommand = COMMANDS.find(({ name }) => name === 'events list');
  if (memberCommand === undefined || eventsCommand === undefined) throw new Error('a command is missing');
  const [one, other] = ['-125qLQ-nbC9R9R8ztymGA', '--RgByk8FLPSVx99mby-Lw'];

  it('may begin with dashes, wherever they stand', () => {
    const { given, values } = parseCommandLine(memberCommand, [one, '--role', 'admin', other]);
    expect(given).to.deep.equal([one, other]);
    expect(values.role).to.deep.equal(['admin']);
    expect(parseCommandLine(eventsCommand, ['--account', one]).values.account).to.equal(one);
    expect(parseCommandLine(eventsCommand, [`--account=${other}`]).values.account).to.equal(other);
    expect(parseCommandLine(memberCommand, ['--', one, other]).given).to.deep.equal([one, other]);
  });

  it('are not what a mistyped option is', () => {
    for (const typo of ['-x', '-json', '--acount', '--refresh-token-second']) {
      expect(() => parseCommandLine(eventsCommand, [typo]), typo).to.throw('Unknown option');
    }
  });
});

describe('command line: the program', () => {
  const folder = useFolder();

  it('runs where nothing is configured, and leaves nothing behind', async () => {
    const { ended } = startCommand(['--version'], folder());
    expect(await ended).to.deep.equal({ code: 0, out: `${manifest.version}\n`, err: '' });
    expect(readdirSync(folder())).to.deep.equal([]);
  });

  it('passes the exit code on', async () => {
    expect((await startCommand(['nonsense'], folder()).ended).code).to.equal(2);
  });

  it('refuses the Node versions that package.json does', () => {
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? [];
    const source = readFileSync(`${ROOT}bin/countersign.mjs`, 'utf8');
    expect(source).to.include(`major < ${major} || (major === ${major} && minor < ${minor})`);
  });

  it('hands over to the Node that npm start has fetched where that of the machine is too old', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;
    const run = (word: string) =>
      spawnSync(process.execPath, ['--import', `data:text/javascript,${older}`, `${ROOT}bin/countersign.mjs`, word], {
        cwd: folder(),
        env: {},
        encoding: 'utf8',
      });
    expect(run('--version')).to.include({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
    expect(run('nonsense').status).to.equal(2);
  });

  it('starts the server and ends with it', async () => {
    const port = await freePort();
    const env = { PORT: String(port), DEMO: 'false', STORE_URL: `sqlite:${folder('store.db')}`, LOG_LEVEL: 'warn' };
    const { child, ended } = startCommand(['start'], folder(), env);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    // Who answers has come to the end of its start, where signals are taken.
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).finally(() => child.kill('SIGTERM'));
    expect(ready.status).to.equal(200);
    const { code, out } = await ended;
    expect(code).to.equal(0);
    expect(out).to.include('Discovery');
  });

  it('ends a start that cannot go well with 78', async () => {
    const { code, err } = await startCommand(['start'], folder(), { NODE_ENV: 'production' }).ended;
    expect(code).to.equal(78);
    expect(err).to.include('SECRET is not set');
  });
});
