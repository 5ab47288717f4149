// Makes a fresh clone ready: `npm start` and `npm test` run this first. It runs on whatever Node the machine has, so it
// is plain JavaScript without dependencies; everything after it runs on the Node that package.json pins.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './prepare-lock.mjs';

/** The first release that strips types without a flag (`engines` of package.json). */
const LEAST_NODE = [22, 18];

const NO_NETWORK = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;

/** Something the person at the terminal has to do; shown without a stack. */
export class Unprepared extends Error {}

/** @param {string} version for instance `24.1.0` */
export function canRun(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
}

/** What node_modules was made from: another lock file, system or processor needs another one. */
const stampOf = (lockText, platform, arch) =>
  `${createHash('sha256').update(lockText).digest('hex')} ${platform}-${arch}`;

/**
 * Compares what npm says it installed (`node_modules/.package-lock.json`) with what the lock file wants.
 * Packages for other platforms are optional and may be missing; so may all development ones at once.
 *
 * @returns {'matching' | 'without-dev' | 'foreign'}
 */
export function compareInstalled(wanted, installed) {
  const entries = Object.entries(wanted.packages ?? {}).filter(([path]) => path !== '');
  const has = ([path]) => installed.packages?.[path] !== undefined;
  const same = ([path, entry]) => installed.packages[path].version === entry.version;
  if (!entries.filter(has).every(same)) return 'foreign';
  const missing = entries.filter((entry) => !has(entry) && entry[1].optional !== true);
  if (missing.length === 0) return 'matching';
  const allDev = entries.filter(([, entry]) => entry.dev === true && entry.optional !== true);
  return missing.every(([, entry]) => entry.dev === true) && missing.length === allDev.length
    ? 'without-dev'
    : 'foreign';
}

/**
 * @param {{ production: boolean, runnable: boolean, binary: boolean, stamped: false | 'pinned' | 'machine',
 *   modules: 'missing' | 'foreign' | 'matching' | 'without-dev' }} facts
 * @returns {'nothing' | 'stamp' | 'binary' | 'install' | 'refuse-modules' | 'refuse-node'}
 */
export function decide({ production, runnable, binary, stamped, modules }) {
  // Whoever runs in production has installed on purpose; nothing is fetched behind their back.
  if (production && modules === 'missing') return 'refuse-modules';
  if (production) return runnable ? 'nothing' : 'refuse-node';
  if (stamped === 'pinned' && binary) return 'nothing';
  if (stamped === 'machine' && runnable) return 'nothing';
  if (modules === 'without-dev' && runnable) return 'nothing';
  if (modules !== 'matching') return 'install';
  return binary ? 'stamp' : 'binary';
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Looks at a checkout. The comparison of packages is left out when the stamp already answers. */
export function observe(root, { env, node, platform, arch }) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const modules = join(root, 'node_modules');
  const stamp = stampOf(lockText, platform, arch);
  const stampPath = join(modules, '.countersign-prepared');
  const [kept = '', kind] = existsSync(stampPath) ? readFileSync(stampPath, 'utf8').trim().split('\n') : [];
  const stamped = kept === stamp && (kind === 'pinned' || kind === 'machine') ? kind : false;
  const hidden = join(modules, '.package-lock.json');
  const compare = () => (existsSync(hidden) ? compareInstalled(JSON.parse(lockText), readJson(hidden)) : 'missing');
  return {
    stamp,
    stampPath,
    facts: {
      production: env.NODE_ENV === 'production',
      runnable: canRun(node),
      binary: existsSync(binaryPath(root, platform)),
      stamped,
      modules: stamped === false ? compare() : 'matching',
    },
  };
}

const binaryPath = (root, platform) => join(root, 'node_modules', '.bin', platform === 'win32' ? 'node.cmd' : 'node');

/**
 * How to call npm: the one that called us, on a Node that does not lie in the directory npm is about to empty.
 *
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function npmCommand(root, env, execPath, platform) {
  const cli = env.npm_execpath ?? '';
  const outside = [env.npm_node_execpath, execPath].find(
    (path) => path && !path.startsWith(join(root, 'node_modules')),
  );
  if (basename(cli) === 'npm-cli.js' && outside !== undefined) return { command: outside, args: [cli], shell: false };
  return platform === 'win32'
    ? { command: 'npm.cmd', args: [], shell: true }
    : { command: 'npm', args: [], shell: false };
}

/** @returns {Promise<{ code: number, output: string }>} */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 127, output: String(error.code ?? error.message) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** What to tell somebody whose npm failed. */
export function explain(what, output) {
  const lines = output.trim().split('\n');
  const tail = lines
    .filter((line) => !/^npm error\s+at /.test(line))
    .slice(-12)
    .join('\n');
  const hint = NO_NETWORK.test(output)
    ? 'The package registry cannot be reached. The first start needs the network once; later ones do not.'
    : `To see more, run: ${what}`;
  return `${what} failed.\n${tail}\n${hint}`;
}

async function npm(root, args) {
  const { command, args: first, shell } = npmCommand(root, process.env, process.execPath, process.platform);
  // A script of npm finds node_modules/.bin first on its PATH; the npm we call must not run on a Node from there.
  const inside = join(root, 'node_modules');
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.startsWith(inside))
    .join(delimiter);
  const all = [...args, '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retry-maxtimeout=10000'];
  const { code, output } = await run(command, [...first, ...all], {
    cwd: root,
    shell,
    env: { ...process.env, PATH: path },
  });
  if (code !== 0) throw new Unprepared(explain(`npm ${args.join(' ')}`, output));
}

/** Brings the pinned Node. Where it has no build that runs, a new enough Node of the machine does as well. */
async function installNode(root) {
  const binary = binaryPath(root, process.platform);
  let reason;
  try {
    await npm(root, ['rebuild', 'node', '--ignore-scripts=false']);
    const { code } = await run(binary, ['--version'], { cwd: root, shell: process.platform === 'win32' });
    if (code === 0) return 'pinned';
    reason = new Unprepared(`The pinned Node does not run on ${process.platform}-${process.arch}.`);
  } catch (error) {
    reason = error;
  }
  if (!canRun(process.versions.node)) throw reason;
  rmSync(binary, { force: true });
  console.error(`Going on with Node ${process.versions.node} of this machine: the pinned one is not available.`);
  return 'machine';
}

async function act(root, action, { stamp, stampPath }) {
  const began = Date.now();
  if (action === 'install') {
    console.error('Installing what package-lock.json names…');
    await npm(root, ['ci', '--ignore-scripts', '--include=dev']);
  }
  let kind = 'pinned';
  if (action !== 'stamp') {
    console.error('Fetching the pinned Node…');
    kind = await installNode(root);
    console.error(`Ready after ${Math.round((Date.now() - began) / 1000)} s.`);
  }
  writeFileSync(stampPath, `${stamp}\n${kind}\n`);
}

/**
 * Makes the checkout ready, or does nothing when it is.
 *
 * @throws {Unprepared} with words for the person at the terminal
 */
export async function prepare(root) {
  const machine = { env: process.env, node: process.versions.node, platform: process.platform, arch: process.arch };
  const look = () => {
    const seen = observe(root, machine);
    return { ...seen, action: decide(seen.facts) };
  };
  const { action } = look();
  if (action === 'nothing') return;
  if (action === 'refuse-modules') throw new Unprepared('Nothing is installed. For production run: npm ci --omit=dev');
  if (action === 'refuse-node') {
    throw new Unprepared(`Node ${LEAST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  const onWait = () => console.error('Another process is installing; waiting for it…');
  await withLock(
    join(root, '.prepare.lock'),
    async () => {
      // Whoever had the lock before may have done it all.
      const now = look();
      if (now.action !== 'nothing') await act(root, now.action, now);
    },
    { onWait },
  );
}

/** Where the server and the command line find this folder, they keep in it what Node has compiled (src/main.ts). */
const COMPILED = 'node_modules/.cache/countersign/compiled';

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const root = join(fileURLToPath(import.meta.url), '../..');
    await prepare(root);
    if (process.env.NODE_ENV !== 'production') mkdirSync(join(root, COMPILED), { recursive: true });
  } catch (error) {
    console.error(error instanceof Unprepared ? error.message : error);
    process.exitCode = 1;
  }
}
