import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { canRun, compareInstalled, decide, explain, type Facts, npmCommand, observe } from '../../scripts/prepare.mjs';
import { withLock } from '../../scripts/prepare-lock.mjs';

const ROOT = join(import.meta.dirname, '../..');
const READY: Facts = { production: false, runnable: true, binary: true, stamped: 'pinned', modules: 'matching' };

describe('preparing a clone', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'prepare-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  describe('what to do', () => {
    for (const [what, facts, action] of [
      ['it is ready', {}, 'nothing'],
      ['it is ready and the machine has an old Node', { runnable: false }, 'nothing'],
      ['nothing is installed', { stamped: false, binary: false, modules: 'missing' }, 'install'],
      ['something else is installed', { stamped: false, modules: 'foreign' }, 'install'],
      ['npm ci was run by hand', { stamped: false }, 'stamp'],
      ['npm ci was run by hand without scripts', { stamped: false, binary: false }, 'binary'],
      ['the pinned Node was removed', { binary: false }, 'binary'],
      ['the platform has no pinned Node', { stamped: 'machine', binary: false }, 'nothing'],
      ['and the Node of the machine became old', { stamped: 'machine', binary: false, runnable: false }, 'binary'],
      ['development packages were left out', { stamped: false, binary: false, modules: 'without-dev' }, 'nothing'],
      [
        'but this Node is too old for that',
        { stamped: false, binary: false, modules: 'without-dev', runnable: false },
        'install',
      ],
      ['production', { production: true, stamped: false, modules: 'foreign', binary: false }, 'nothing'],
      ['production with nothing installed', { production: true, stamped: false, modules: 'missing' }, 'refuse-modules'],
      ['production on an old Node', { production: true, runnable: false, modules: 'without-dev' }, 'refuse-node'],
    ] as const) {
      it(`${what}: ${action}`, () => expect(decide({ ...READY, ...facts })).to.equal(action));
    }
    it('takes any Node from 22.18 on', () => {
      expect(['20.20.2', '22.17.9', '22.18.0', '23.0.0', '24.21.0'].filter(canRun)).to.deep.equal([
        '22.18.0',
        '23.0.0',
        '24.21.0',
      ]);
    });
  });

  describe('what is installed', () => {
    const wanted = {
      packages: {
        '': {},
        'node_modules/koa': { version: '3.2.1' },
        'node_modules/mocha': { version: '12.0.3', dev: true },
        'node_modules/chai': { version: '6.3.0', dev: true },
        'node_modules/win32-only': { version: '1.0.0', dev: true, optional: true },
      },
    };
    const without = (...names: string[]) => ({
      packages: Object.fromEntries(
        Object.entries(wanted.packages).filter(([path]) => !names.some((name) => path.endsWith(name))),
      ),
    });

    it('matches when all is there but what other platforms need', () => {
      expect(compareInstalled(wanted, wanted)).to.equal('matching');
      expect(compareInstalled(wanted, without('win32-only'))).to.equal('matching');
    });

    it('is without development packages only when all of them are missing', () => {
      expect(compareInstalled(wanted, without('win32-only', 'mocha', 'chai'))).to.equal('without-dev');
      expect(compareInstalled(wanted, without('mocha'))).to.equal('foreign');
    });

    it('is foreign when a package is missing or has another version', () => {
      expect(compareInstalled(wanted, without('koa'))).to.equal('foreign');
      const older = { packages: { ...wanted.packages, 'node_modules/koa': { version: '3.1.0' } } };
      expect(compareInstalled(wanted, older)).to.equal('foreign');
      expect(compareInstalled(wanted, {})).to.equal('foreign');
    });

    it('is read from the checkout, and the stamp belongs to one lock file and platform', () => {
      const machine = { env: {}, node: '20.0.0', platform: 'linux', arch: 'x64' };
      const see = (change = {}) => observe(directory, { ...machine, ...change }).facts;
      writeFileSync(join(directory, 'package-lock.json'), JSON.stringify(wanted));
      expect(see()).to.deep.equal({
        production: false,
        runnable: false,
        binary: false,
        stamped: false,
        modules: 'missing',
      });
      mkdirSync(join(directory, 'node_modules/.bin'), { recursive: true });
      writeFileSync(join(directory, 'node_modules/.package-lock.json'), JSON.stringify(wanted));
      writeFileSync(join(directory, 'node_modules/.bin/node'), '');
      expect(see()).to.include({ binary: true, stamped: false, modules: 'matching' });
      const { stamp, stampPath } = observe(directory, machine);
      writeFileSync(stampPath, `${stamp}\npinned\n`);
      expect(see()).to.include({ stamped: 'pinned' });
      expect(see({ arch: 'arm64' })).to.include({ stamped: false });
      expect(see({ env: { NODE_ENV: 'production' } })).to.include({ production: true });
      writeFileSync(join(directory, 'package-lock.json'), JSON.stringify(without('mocha')));
      expect(see()).to.include({ stamped: false });
    });
  });

  describe('npm', () => {
    const cli = '/usr/lib/node_modules/npm/bin/npm-cli.js';
    const pinned = '/clone/node_modules/node/bin/node';

    it('is the one that called, on a Node that it will not delete', () => {
      const env = { npm_execpath: cli, npm_node_execpath: '/usr/bin/node' };
      expect(npmCommand('/clone', env, pinned, 'linux')).to.deep.equal({
        command: '/usr/bin/node',
        args: [cli],
        shell: false,
      });
      expect(npmCommand('/clone', { npm_execpath: cli }, '/opt/node', 'linux').command).to.equal('/opt/node');
    });

    it('is the one on the PATH otherwise', () => {
      const plain = { command: 'npm', args: [], shell: false };
      expect(npmCommand('/clone', {}, '/usr/bin/node', 'linux')).to.deep.equal(plain);
      expect(npmCommand('/clone', { npm_execpath: '/usr/lib/yarn.js' }, '/usr/bin/node', 'linux')).to.deep.equal(plain);
      expect(npmCommand('/clone', { npm_execpath: cli }, pinned, 'linux')).to.deep.equal(plain);
      expect(npmCommand('C:\\clone', {}, 'C:\\node.exe', 'win32')).to.deep.equal({
        command: 'npm.cmd',
        args: [],
        shell: true,
      });
    });

    it('failing is explained, being offline by name', () => {
      expect(explain('npm ci', 'npm error code EAI_AGAIN\nnpm error    at x (y:1)')).to.match(
        /^npm ci failed\.\nnpm error code EAI_AGAIN\nThe package registry cannot be reached/,
      );
      expect(explain('npm ci', 'npm error code EINTEGRITY'))
        .to.include('EINTEGRITY')
        .and.not.include('cannot be reached');
    });
  });

  describe('two at once', () => {
    const lock = (): string => join(directory, 'lock');
    const timing = { beat: 5, poll: 1, stale: 10_000, patience: 10_000 };

    it('work one after the other', async () => {
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        inside += 1;
        most = Math.max(most, inside);
        for (let turns = 0; turns < 20; turns += 1) await turn();
        inside -= 1;
      };
      await Promise.all(Array.from({ length: 5 }, () => withLock(lock(), work, { timing })));
      expect(most).to.equal(1);
      expect(readdirSync(directory)).to.deep.equal([]);
    });

    it('are told that they wait', async () => {
      const said: string[] = [];
      await withLock(lock(), async () => {
        const second = withLock(lock(), async () => said.push('worked'), { timing, onWait: () => said.push('waits') });
        while (said.length === 0) await turn();
        queueMicrotask(() => said.push('first done'));
        return { second };
      }).then(({ second }) => second);
      expect(said).to.deep.equal(['waits', 'first done', 'worked']);
    });

    it('do not wait for one that died', async () => {
      const child = spawn(process.execPath, ['-e', '']);
      await once(child, 'close');
      mkdirSync(lock());
      writeFileSync(join(lock(), 'owner'), `${hostname()} ${child.pid}`);
      expect(await withLock(lock(), async () => 'done', { timing })).to.equal('done');
      expect(readdirSync(directory)).to.deep.equal([]);
    });

    it('do not wait for one of another machine that fell silent, but for one that lives', async () => {
      const age = (seconds: number): void => utimesSync(lock(), new Date(), new Date(Date.now() - seconds * 1000));
      mkdirSync(lock());
      writeFileSync(join(lock(), 'owner'), 'elsewhere 1');
      age(5);
      const short = { ...timing, patience: 50 };
      const refused = await withLock(lock(), async () => 'done', { timing: short }).catch(
        (error: Error) => error.message,
      );
      expect(refused).to.include('for too long; remove');
      age(11);
      expect(await withLock(lock(), async () => 'done', { timing })).to.equal('done');
    });

    it('give the lock back when the work fails', async () => {
      const failing = withLock(lock(), () => Promise.reject(new Error('no')), { timing });
      expect(await failing.catch((error: Error) => error.message)).to.equal('no');
      expect(existsSync(lock())).to.equal(false);
    });
  });

  describe('the script itself', () => {
    beforeEach(() => {
      mkdirSync(join(directory, 'scripts'));
      for (const name of ['package-lock.json', 'scripts/prepare.mjs', 'scripts/prepare-lock.mjs']) {
        writeFileSync(join(directory, name), readFileSync(join(ROOT, name)));
      }
    });
    const run = (env: Record<string, string>) =>
      spawnSync(process.execPath, [join(directory, 'scripts/prepare.mjs')], {
        env: { ...process.env, ...env },
        encoding: 'utf8',
      });

    it('does nothing in a clone that is ready, and needs nothing but Node for it', () => {
      const { platform, arch } = process;
      mkdirSync(join(directory, 'node_modules/.bin'), { recursive: true });
      const { stamp, stampPath } = observe(directory, { env: {}, node: '', platform, arch });
      writeFileSync(stampPath, `${stamp}\npinned\n`);
      writeFileSync(join(directory, 'node_modules/.bin', platform === 'win32' ? 'node.cmd' : 'node'), '');
      expect(run({ NODE_ENV: '', PATH: '/nowhere' })).to.include({ status: 0, stdout: '', stderr: '' });
    });

    it('says in one sentence what production lacks', () => {
      const stderr = 'Nothing is installed. For production run: npm ci --omit=dev\n';
      expect(run({ NODE_ENV: 'production' })).to.include({ status: 1, stderr });
    });
  });
});
