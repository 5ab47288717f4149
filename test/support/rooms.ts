import { posix } from 'node:path';
import { functionLengths } from './function-length.ts';
import { cyclesOf } from './import-cycles.ts';
import { blankNonCode, importsOf, lineOf, type SourceImport } from './source-scan.ts';

/** What the checker looks at: the rules of the house that a program can check (docs/architecture.md). */
export type RoomRule =
  | 'room'
  | 'package'
  | 'file'
  | 'cycle'
  | 'environment'
  | 'world'
  | 'style'
  | 'length'
  | 'exception';

export interface Violation {
  readonly rule: RoomRule;
  /** Path from the root of the repository. */
  readonly file: string;
  /** 1-based; 0 for the file as a whole. */
  readonly line: number;
  readonly message: string;
}

/** A file that may break one rule, and why. One that is no longer needed is a violation itself. */
export interface RoomException {
  readonly rule: RoomRule;
  readonly file: string;
  readonly reason: string;
}

interface Room {
  /** Other rooms it may import from. */
  readonly rooms: readonly string[];
  /** Packages it may import; `node:*` stands for all that Node brings. */
  readonly packages: readonly string[];
  /** Whether it may name the types of the configuration. */
  readonly configTypes: boolean;
}

const inner = (rooms: string[], packages: string[]): Room => ({ rooms, packages, configTypes: true });
const adapter = (...packages: string[]): Room => inner(['ports', 'domain'], [...packages, 'node:*']);

const BELOW_HTTP = ['oidc', 'interaction', 'services', 'ports', 'domain'];

/**
 * Who may know whom: http → oidc → interaction → services → ports → domain, adapters beside it (design §3). The packages
 * are the second half of the rule: a technology is named in one room.
 */
const ROOMS: Readonly<Record<string, Room>> = {
  domain: { rooms: [], packages: ['node:crypto', 'node:url', 'libphonenumber-js'], configTypes: false },
  ports: { rooms: ['domain'], packages: [], configTypes: false },
  services: inner(['ports', 'domain'], ['node:crypto', 'jose']),
  interaction: inner(['services', 'ports', 'domain'], ['node:http']),
  oidc: inner(['interaction', 'services', 'ports', 'domain'], ['oidc-provider', 'koa', 'jose', 'node:*']),
  http: inner(BELOW_HTTP, ['koa', 'koa-mount', '@koa/router', 'prom-client', 'node:*']),
  // The edge for programs: its schemas validate and document.
  'http/api': inner(['http', ...BELOW_HTTP], ['koa', '@koa/router', 'zod', 'node:*']),
  // Clients are held against the schema that the configuration has for them: there is no second set of rules.
  'http/admin': inner(['http', 'http/api', 'config', ...BELOW_HTTP], ['koa', '@koa/router', 'zod', 'node:*']),
  config: inner(['domain'], ['zod', 'node:*']),
  'adapters/store-sqlite': adapter('better-sqlite3'),
  'adapters/store-mongo': adapter('mongoose', 'mongodb'),
  'adapters/mail-smtp': adapter('nodemailer'),
  'adapters/outbound': adapter(),
  // What all SMS providers have in common; each is a room of its own beside it.
  'adapters/sms-gateway': adapter(),
  'adapters/sms-webhook': inner(['adapters/sms-gateway', 'ports', 'domain'], ['node:*']),
  'adapters/sms-twilio': inner(['adapters/sms-gateway', 'ports', 'domain'], ['twilio', 'node:*']),
  'adapters/sms-sns': inner(['adapters/sms-gateway', 'ports', 'domain'], ['@aws-sdk/client-sns', 'node:*']),
  'adapters/dev-inbox': adapter(),
  'adapters/system': adapter('pino'),
  'adapters/views-eta': adapter('eta', 'zod'),
  // The two adapters that know others: which store, and which SMS provider, a URL names.
  'adapters/open-store.ts': inner(['adapters/store-sqlite', 'adapters/store-mongo', 'ports', 'domain'], ['node:*']),
  'adapters/open-sms.ts': inner(
    ['adapters/outbound', 'adapters/sms-webhook', 'adapters/sms-twilio', 'adapters/sms-sns', 'ports', 'domain'],
    ['node:*'],
  ),
  compose: inner(['*', 'config', 'http', 'http/api', 'http/admin', ...BELOW_HTTP], ['node:*']),
  cli: inner(
    ['main', 'compose', 'config', 'adapters/open-store.ts', 'adapters/system', 'services', 'ports', 'domain'],
    ['csv-parse', 'node:*'],
  ),
  main: inner(['compose', 'config', 'adapters/system'], ['node:*']),
};

const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 40;

/** Patterns in code, comments and strings left out, and where they may stand. */
const PATTERNS: readonly {
  readonly rule: RoomRule;
  readonly pattern: RegExp;
  readonly message: string;
  readonly allowed: (file: string) => boolean;
}[] = [
  {
    rule: 'environment',
    pattern: /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[|=\s*process\s*[;,)]/g,
    message: 'only src/config/load.ts reads the environment',
    allowed: (file) => file === 'src/config/load.ts',
  },
  {
    rule: 'world',
    pattern:
      /\bDate\s*\.\s*now\b|\bnew\s+Date\b\s*(?!\s*\(\s*[^)\s])|\bMath\s*\.\s*random\b|\bperformance\s*\.\s*now\b|\bhrtime\b|\brandom(?:Bytes|UUID|Int|FillSync)\b|\bgetRandomValues\b/g,
    message: 'time and randomness come through the ports clock and random',
    allowed: (file) => file.startsWith('src/adapters/'),
  },
  {
    rule: 'style',
    pattern: /\bexport\s+default\b|\bas\s+default\b/g,
    message: 'no default exports',
    allowed: () => false,
  },
  { rule: 'style', pattern: /(?<![.\w$])any(?![\w$])/g, message: 'no any', allowed: () => false },
  {
    rule: 'style',
    pattern: /\bclass\s+[\w$]+(?!\s+extends\s+(?:\w*Error|Problem)\b)(?![\w$])/g,
    message: 'no classes but errors',
    allowed: () => false,
  },
  {
    rule: 'style',
    pattern: /\b\w+(?:Impl|Manager)\b/g,
    message: 'no names like Impl or Manager',
    allowed: () => false,
  },
];

const EMPTY_NAMES = /(?:^|\/)(?:utils?|helpers?|common|misc|shared)(?:\/|\.ts$)/i;

/**
 * Checks a tree of source files against the rules.
 *
 * @param files path from the root of the repository → source
 */
export function checkRooms(files: ReadonlyMap<string, string>, exceptions: readonly RoomException[] = []): Violation[] {
  const found = [...files].flatMap(([file, source]) => [
    ...checkImports(file, importsOf(source), files),
    ...checkPatterns(file, blankNonCode(source)),
    ...checkSize(file, source),
  ]);
  found.push(...checkCycles(files));
  const excused = (violation: Violation): boolean =>
    exceptions.some(({ rule, file }) => rule === violation.rule && file === violation.file);
  const idle = exceptions.filter(({ rule, file }) => !found.some((one) => one.rule === rule && one.file === file));
  return [
    ...found.filter((violation) => !excused(violation)),
    ...idle.map(
      ({ rule, file }): Violation => ({ rule: 'exception', file, line: 0, message: `needs no ${rule} exception` }),
    ),
  ];
}

/** The room a file is in: its folder under `src`, for adapters and the APIs their own, for single files their name. */
function roomOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  const inner = first === 'adapters' || (first === 'http' && (second === 'api' || second === 'admin'));
  return inner ? `${first}/${second}` : first.replace(/\.ts$/, '');
}

const resolved = (file: string, specifier: string): string => posix.join(posix.dirname(file), specifier);

function checkImports(file: string, imports: readonly SourceImport[], files: ReadonlyMap<string, string>): Violation[] {
  const room = ROOMS[roomOf(file)];
  if (room === undefined) return [{ rule: 'file', file, line: 0, message: `nobody planned the room ${roomOf(file)}` }];
  return imports.flatMap((imported): Violation[] => {
    const { specifier, line } = imported;
    const say = (rule: RoomRule, message: string): Violation[] => [{ rule, file, line, message }];
    if (specifier === null) return say('file', 'imports a computed name');
    if (!specifier.startsWith('.')) {
      return mayUse(room, specifier) ? [] : say('package', `${roomOf(file)} may not use ${specifier}`);
    }
    const target = resolved(file, specifier);
    if (!files.has(target)) return say('file', `${specifier} is no file of src`);
    return mayKnow(file, room, target, imported) ? [] : say('room', `${roomOf(file)} may not know ${roomOf(target)}`);
  });
}

function mayUse(room: Room, specifier: string): boolean {
  if (specifier === 'node:process' || specifier === 'process') return false;
  const name = specifier.startsWith('@') ? specifier.split('/', 2).join('/') : specifier.split('/', 1).join('');
  return room.packages.includes(name) || (name.startsWith('node:') && room.packages.includes('node:*'));
}

function mayKnow(file: string, room: Room, target: string, { typeOnly }: SourceImport): boolean {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === to || room.rooms.includes(to)) return true;
  if (to === 'config') return typeOnly && room.configTypes;
  return to.startsWith('adapters/') && room.rooms.includes('*');
}

const checkPatterns = (file: string, code: string): Violation[] =>
  PATTERNS.filter(({ allowed }) => !allowed(file)).flatMap(({ rule, pattern, message }) =>
    [...code.matchAll(pattern)].map((match) => ({ rule, file, line: lineOf(code, match.index), message })),
  );

function checkSize(file: string, source: string): Violation[] {
  const lines = source.trimEnd().split('\n').length;
  const long = functionLengths(source).filter((one) => one.lines > MAX_FUNCTION_LINES);
  return [
    ...(EMPTY_NAMES.test(file) ? [{ rule: 'file' as const, file, line: 0, message: 'a name that says nothing' }] : []),
    ...(lines > MAX_FILE_LINES ? [{ rule: 'length' as const, file, line: 0, message: `${lines} lines` }] : []),
    ...long.map((one) => ({
      rule: 'length' as const,
      file,
      line: one.line,
      message: `a function of ${one.lines} lines`,
    })),
  ];
}

function checkCycles(files: ReadonlyMap<string, string>): Violation[] {
  const graph = new Map(
    [...files].map(([file, source]) => [
      file,
      importsOf(source).flatMap(({ specifier }) => (specifier?.startsWith('.') ? [resolved(file, specifier)] : [])),
    ]),
  );
  return cyclesOf(graph).map((cycle) => {
    const [file = ''] = cycle;
    return { rule: 'cycle', file, line: 0, message: [...cycle, file].join(' → ') };
  });
}
