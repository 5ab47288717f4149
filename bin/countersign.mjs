#!/usr/bin/env node
// Plain JavaScript, so that a Node which cannot strip types says so instead of failing at the first annotation.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

// `engines` of package.json.
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`Countersign needs Node 22.18 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { runCommandLine } = await import('../src/cli/main.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
