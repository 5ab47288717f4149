#!/usr/bin/env node
// Plain JavaScript, so that a Node which cannot strip types says so instead of failing at the first annotation.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

// `engines` of package.json.
if (major < 22 || (major === 22 && minor < 18)) handOver();
else {
  const compiled = fileURLToPath(new URL('../node_modules/.cache/countersign/compiled', import.meta.url));
  if (existsSync(compiled)) module.enableCompileCache(compiled);
  const { runCommandLine } = await import('../src/cli/main.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}

/** The Node that `npm start` has fetched does it, where there is one: whoever could start the server can do the rest. */
function handOver() {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(pinned)) {
    process.stderr.write(`Countersign needs Node 22.18 or newer; this is ${process.versions.node}.\n`);
    process.exitCode = 1;
    return;
  }
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; whoever ends a process by its id means the one that works.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`countersign: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
