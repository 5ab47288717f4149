import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ConfigError, loadFromProcess } from './config/load.ts';
import { unsafeInProduction } from './config/safety.ts';
import { type Config, keepsMessages } from './config/schema.ts';

// What is loaded from here on is compiled once for all starts, where `npm start` has made a folder for it. An image has none:
// nothing is written there beside its data.
const compiled = fileURLToPath(new URL('../node_modules/.cache/countersign/compiled', import.meta.url));
if (existsSync(compiled)) enableCompileCache(compiled);
const { createServer } = await import('./compose.ts');

/** `sysexits.h`: the configuration is wrong. */
const EX_CONFIG = 78;

/** Says what is wrong on the error stream, all of it, and ends. */
function refuse(title: string, problems: readonly string[]): never {
  process.stderr.write(`${title}\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
  process.exit(EX_CONFIG);
}

function readConfig(): { config: Config; warnings: string[] } {
  try {
    return loadFromProcess();
  } catch (error) {
    if (error instanceof ConfigError) refuse('The configuration cannot be used:', error.problems);
    throw error;
  }
}

async function startDemo(config: Config): Promise<{ url: string; close(): void } | null> {
  if (!config.demo) return null;
  // Only development has the example and its dependencies.
  const { startBeside } = await import('../examples/relying-party/beside.ts');
  return startBeside(config.issuer, config.port + 1);
}

function announce(config: Config, demoUrl: string | null): void {
  const lines = [
    ['Countersign', config.issuer],
    ...(demoUrl === null ? [] : [['Demo application', demoUrl]]),
    ...(keepsMessages(config) ? [['Dev inbox', `${config.issuer}/dev/inbox`]] : []),
    ['Console', `${config.issuer}/admin`],
    ['Discovery', `${config.issuer}/.well-known/openid-configuration`],
    ['Store', config.store.url.replace(/\/\/[^@/]*@/, '//***@')],
  ];
  const text = lines.map(([label = '', value = '']) => `  ${label.padEnd(18)}${value}`).join('\n');
  process.stdout.write(`\n${text}\n\n`);
}

const { config, warnings } = readConfig();
const unsafe = config.environment === 'production' ? unsafeInProduction(config) : [];
if (unsafe.length > 0) refuse('Production refuses to start like this:', unsafe);

const server = await createServer(config).catch((error: unknown) => {
  process.stderr.write(`Countersign cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
for (const warning of warnings) server.log.warn({}, warning);
await server.listen().catch(async (error: unknown) => {
  process.stderr.write(`Countersign cannot listen: ${error instanceof Error ? error.message : String(error)}\n`);
  await server.close(true);
  process.exit(1);
});
const demo = await startDemo(config);
announce(config, demo?.url ?? null);
// Now, because whoever is killed keeps nothing.
flushCompileCache();

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C does not wait.
    if (stopping) process.exit(130);
    stopping = true;
    server.log.info({ signal }, 'stopping');
    demo?.close();
    server.close(signal === 'SIGINT').then(
      () => process.exit(0),
      (error: unknown) => {
        server.log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  });
}
