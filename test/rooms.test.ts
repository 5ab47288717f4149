import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { checkRooms, type RoomException, type RoomRule } from './support/rooms.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const EXCEPTIONS: readonly RoomException[] = [
  {
    rule: 'world',
    file: 'src/config/secret-file.ts',
    reason: 'the secrets of a fresh installation are made before anything is composed that could be given randomness',
  },
  {
    rule: 'file',
    file: 'src/main.ts',
    reason: 'development starts the example application beside the server; a release image does not have it',
  },
  {
    rule: 'style',
    file: 'src/oidc/adapter.ts',
    reason: 'the engine constructs its adapter with `new`',
  },
];

const RULES: Readonly<Record<RoomRule, string>> = {
  room: 'nobody knows a room above or beside',
  package: 'every technology is named in its own room only',
  file: 'every import is a file of src by its full name, in a room that was planned',
  cycle: 'no two files know each other',
  environment: 'only config/load reads the environment',
  world: 'only adapters ask the machine for time and randomness',
  style: 'no default exports, no any, no classes but errors',
  length: 'files have at most 250 lines, functions 40',
  exception: 'no exception outlives its need',
};

describe('rooms: the source', () => {
  const names = globSync('src/**/*.ts', { cwd: ROOT });
  const files = new Map(names.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
  const violations = checkRooms(files, EXCEPTIONS);

  it('was read, all of it', () => {
    expect([...files.keys()]).to.include.members(['src/main.ts', 'src/compose.ts', 'src/domain/challenge.ts']);
  });

  for (const [rule, promise] of Object.entries(RULES)) {
    it(promise, () => {
      const broken = violations.filter((violation) => violation.rule === rule);
      expect(broken.map(({ file, line, message }) => `${file}:${line} ${message}`)).to.deep.equal([]);
    });
  }
});

/** A small house in order; every case below breaks it in one place. */
const HOUSE: Readonly<Record<string, string>> = {
  'src/domain/code.ts': "import { createHmac } from 'node:crypto';\nexport const code = () => createHmac;\n",
  'src/ports/store.ts': "import type { code } from '../domain/code.ts';\nexport type Store = typeof code;\n",
  'src/services/sending.ts':
    "import type { Store } from '../ports/store.ts';\nexport const send = (store: Store) => store;\n",
  'src/services/audit.ts':
    "import type { send } from './sending.ts';\nexport const audit: typeof send | null = null;\n",
  'src/http/health.ts': 'export const health = 1;\n',
  'src/interaction/step.ts': "export { send } from '../services/sending.ts';\n",
  'src/oidc/engine.ts': "import { Provider } from 'oidc-provider';\nexport const engine = Provider;\n",
  'src/http/app.ts':
    "import { engine } from '../oidc/engine.ts';\nimport Koa from 'koa';\nexport const app = [engine, Koa];\n",
  'src/config/schema.ts': "import { z } from 'zod';\nexport type Config = typeof z;\n",
  'src/config/load.ts': 'export const load = () => process.env;\n',
  'src/adapters/system/clock.ts': 'export const now = () => Date.now();\n',
  'src/adapters/store-sqlite/store.ts': "import Database from 'better-sqlite3';\nexport const open = Database;\n",
  'src/compose.ts':
    "import { app } from './http/app.ts';\nimport { open } from './adapters/store-sqlite/store.ts';\nexport const all = [app, open];\n",
  'src/main.ts':
    "import { all } from './compose.ts';\nimport { now } from './adapters/system/clock.ts';\nvoid [all, now];\n",
};

const lines = (count: number): string => '  one();\n'.repeat(count);

/** What breaks: the file, what is added at its end, and the rule that must say so. */
const BREAKS: readonly (readonly [RoomRule, string, string])[] = [
  ['room', 'src/domain/code.ts', "import type { Store } from '../ports/store.ts';"],
  ['room', 'src/ports/store.ts', "export * from '../services/audit.ts';"],
  ['room', 'src/services/sending.ts', "import { now } from '../adapters/system/clock.ts';"],
  ['room', 'src/services/sending.ts', "import '../http/health.ts';"],
  ['room', 'src/interaction/step.ts', "const late = await import('../oidc/engine.ts');"],
  ['room', 'src/interaction/step.ts', "type Late = import('../http/app.ts').App;"],
  ['room', 'src/oidc/engine.ts', "import {\n  app,\n} from '../http/app.ts';"],
  ['room', 'src/adapters/store-sqlite/store.ts', "import { now } from '../system/clock.ts';"],
  ['room', 'src/adapters/store-sqlite/store.ts', "import { audit } from '../../services/audit.ts';"],
  ['room', 'src/http/app.ts', "import { all } from '../compose.ts';"],
  ['room', 'src/http/app.ts', "import { load } from '../config/load.ts';"],
  ['room', 'src/domain/code.ts', "import type { Config } from '../config/schema.ts';"],
  ['room', 'src/main.ts', "import { open } from './adapters/store-sqlite/store.ts';"],
  ['package', 'src/services/sending.ts', "import { connect } from 'mongoose';"],
  ['package', 'src/adapters/system/clock.ts', "import Database from 'better-sqlite3';"],
  ['package', 'src/services/sending.ts', "import nodemailer from 'nodemailer';"],
  ['package', 'src/http/app.ts', "import type { Provider } from 'oidc-provider';"],
  ['package', 'src/http/app.ts', "import pino from 'pino';"],
  ['package', 'src/http/app.ts', "import { Eta } from 'eta/core';"],
  ['package', 'src/domain/code.ts', "import { readFileSync } from 'node:fs';"],
  ['package', 'src/ports/store.ts', "import type Koa from 'koa';"],
  ['package', 'src/config/schema.ts', "import { env } from 'node:process';"],
  ['file', 'src/http/app.ts', "import { x } from './nowhere.ts';"],
  ['file', 'src/http/app.ts', "import { engine } from '../oidc/engine';"],
  ['file', 'src/http/app.ts', 'await import(name);'],
  ['file', 'src/http/app.ts', "await import('../../test/support/browser.ts');"],
  ['file', 'src/attic/box.ts', 'export const box = 1;'],
  ['file', 'src/http/utils.ts', 'export const box = 1;'],
  ['file', 'src/services/helpers/text.ts', 'export const box = 1;'],
  ['cycle', 'src/services/sending.ts', "import type { audit } from './audit.ts';"],
  ['cycle', 'src/services/sending.ts', "export * from './sending.ts';"],
  ['environment', 'src/compose.ts', 'const port = process.env.PORT;'],
  ['environment', 'src/compose.ts', 'const { env } = process;'],
  ['environment', 'src/config/schema.ts', "const env = process['env'];"],
  ['world', 'src/services/sending.ts', 'const at = Date.now();'],
  ['world', 'src/services/sending.ts', 'const at = new Date();'],
  ['world', 'src/services/sending.ts', `const at = \`\${new Date}\`;`],
  ['world', 'src/services/sending.ts', 'const at = performance.now();'],
  ['world', 'src/interaction/step.ts', 'const at = Math.random();'],
  ['world', 'src/services/sending.ts', "import { randomUUID } from 'node:crypto';"],
  ['style', 'src/http/app.ts', 'export default 1;'],
  ['style', 'src/http/app.ts', 'export { app as default };'],
  ['style', 'src/http/app.ts', 'const list: any[] = [];'],
  ['style', 'src/http/app.ts', 'const value = {} as Record<string, any>;'],
  ['style', 'src/http/app.ts', 'class Server {}'],
  ['style', 'src/http/app.ts', 'class Server extends Base {}'],
  ['style', 'src/http/app.ts', 'const createSessionManager = 1;'],
  ['length', 'src/http/app.ts', lines(250)],
  ['length', 'src/http/app.ts', `function long(one: { a: 1 }): Promise<{ b: 2 }> {\n${lines(39)}}`],
  ['length', 'src/http/app.ts', `const long = async (): Promise<void> => {\n${lines(39)}};`],
  ['length', 'src/http/app.ts', `const long = () => ({\n${lines(39)}});`],
  ['length', 'src/http/app.ts', `const long = () =>\n  chain(\n${lines(39)}  );`],
  ['length', 'src/http/app.ts', `const box = {\n  get long() {\n${lines(39)}  },\n};`],
  ['length', 'src/http/app.ts', `const box = {\n  async long<T>(one: T): Promise<T[]> {\n${lines(39)}  },\n};`],
];

const ALLOWED: readonly (readonly [string, string])[] = [
  ['src/http/app.ts', "import type { Config } from '../config/schema.ts';"],
  ['src/http/app.ts', "// import mongoose from 'mongoose'; process.env Date.now() any export default"],
  ['src/http/app.ts', `const text = 'process.env' + \`Math.random() \${'any'}\`; const pattern = /any new Date()/;`],
  ['src/services/sending.ts', 'const at = new Date(now).toISOString(); const first = Promise.any([]);'],
  ['src/http/app.ts', 'class Refusal extends Error {}\nclass Other extends Problem {}'],
  ['src/http/app.ts', `function fits() {\n${lines(38)}}`],
  ['src/http/app.ts', `if (one()) {\n${lines(60)}}`],
  ['src/http/app.ts', `const list = [\n${lines(60)}];`],
];

describe('rooms: the checker itself', () => {
  const withAdded = (file: string, added: string): Map<string, string> => {
    const house = new Map(Object.entries(HOUSE));
    return house.set(file, `${house.get(file) ?? ''}${added}\n`);
  };

  it('finds nothing in a house in order', () => {
    expect(checkRooms(withAdded('src/main.ts', ''))).to.deep.equal([]);
  });

  for (const [rule, file, added] of BREAKS) {
    it(`finds (${rule}) ${file}: ${added.slice(0, 70).replaceAll('\n', ' ')}`, () => {
      const found = checkRooms(withAdded(file, added)).filter((violation) => violation.rule === rule);
      expect(found).to.have.lengthOf.at.least(1);
      for (const violation of found) expect(violation.file).to.equal(file);
    });
  }

  for (const [file, added] of ALLOWED) {
    it(`lets pass ${file}: ${added.slice(0, 70).replaceAll('\n', ' ')}`, () => {
      expect(checkRooms(withAdded(file, added))).to.deep.equal([]);
    });
  }

  it('lets an exception pass, and tells when it is not needed', () => {
    const exception = { rule: 'world', file: 'src/services/sending.ts', reason: 'a test' } as const;
    expect(checkRooms(withAdded('src/services/sending.ts', 'Date.now();'), [exception])).to.deep.equal([]);
    expect(checkRooms(withAdded('src/main.ts', ''), [exception])).to.have.lengthOf(1);
  });
});
