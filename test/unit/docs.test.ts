import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { configSchema } from '../../src/config/schema.ts';
import type { BudgetRule } from '../../src/domain/budget.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const documents = [
  ...globSync('*.md', { cwd: ROOT }),
  ...globSync('{docs,examples}/**/*.md', { cwd: ROOT, exclude: ['**/node_modules'] }),
];
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** Blocks of code are somebody's input, not our prose. */
const prose = (markdown: string): string => markdown.replace(/^```.*?^```/gms, '');

const linksIn = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** The anchors a page has, made from its headings the way GitHub makes them. */
const anchorsOf = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );

function brokenLinks(path: string): string[] {
  const relative = linksIn(read(path)).filter((target) => !/^[a-z]+:/.test(target));
  return relative.filter((target) => {
    const [file = '', anchor] = target.split('#');
    const page = file === '' ? path : join(dirname(path), decodeURIComponent(file));
    if (!existsSync(join(ROOT, page))) return true;
    return anchor !== undefined && !anchorsOf(read(page)).includes(anchor);
  });
}

/** Files and folders of ours that are named in backticks. */
const pathsIn = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/`((?:src|test|scripts|config|views|docs|examples)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );

describe('documents', () => {
  it('are those a reader looks for', () => {
    expect(documents).to.include.members([
      'README.md',
      'SECURITY.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'docs/architecture.md',
    ]);
  });

  for (const path of documents) {
    it(`${path} links to what is there`, () => expect(brokenLinks(path)).to.deep.equal([]));

    it(`${path} names files that are there`, () =>
      expect(pathsIn(read(path)).filter((named) => !existsSync(join(ROOT, named)))).to.deep.equal([]));

    it(`${path} names scripts that are there`, () => {
      const named = [...read(path).matchAll(/(?:^|`|&& )npm (?:run )?([a-z][\w:-]*)/gm)].map(([, name = '']) => name);
      const own = new Set(['ci', 'init', 'install', 'pkg']);
      const unknown = named.filter((name) => !own.has(name) && manifest.scripts[name] === undefined);
      // The example has a package of its own.
      expect(path.startsWith('examples/') ? [] : unknown).to.deep.equal([]);
    });
  }

  it('list every decision', () => {
    const files = globSync('docs/decisions/0*.md', { cwd: ROOT }).map((path) => path.replace('docs/decisions/', ''));
    const listed = linksIn(read('docs/decisions/README.md'));
    expect([...listed].sort()).to.deep.equal(files.sort());
  });

  it('explain every R-number the code cites', () => {
    const explained = new Set(read('SECURITY.md').match(/\bR-\d\d\b/g));
    const cited = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((path) => [
      ...(read(path).match(/\bR-\d\d\b/g) ?? []),
    ]);
    expect([...new Set(cited)].filter((number) => !explained.has(number))).to.deep.equal([]);
  });
});

describe('the README on dependencies', () => {
  const readme = read('README.md');
  const section = readme.slice(readme.indexOf('## Dependencies'), readme.indexOf('## Licence'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );

  const atRunTime = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });

  it('names each of them once, and none that is gone', () => {
    const installed = [...atRunTime, ...Object.keys(manifest.devDependencies)];
    expect([...named].sort()).to.deep.equal(installed.sort());
  });

  it('has a sentence for each', () => {
    expect(rows.filter((row) => !/\w.*\.\s*\|$/.test(row.split('|').slice(2).join('|')))).to.deep.equal([]);
  });

  it('tells what runs from what only develops', () => {
    const development = section.indexOf('For development');
    const running = atRunTime.filter((name) => section.indexOf(`| \`${name}\``) > development);
    expect(running).to.deep.equal([]);
  });
});

describe('the limits in SECURITY.md', () => {
  const { challenge, budgets, interaction, session, tokens, limits } = configSchema('production').parse({});
  const minutes = (seconds: number): number => seconds / 60;
  const hours = (seconds: number): number => seconds / 3600;
  const days = (seconds: number): number => seconds / 86_400;
  const limitsOf = (rules: readonly BudgetRule[]): number[] => rules.map(({ limit }) => limit);
  const windowOf = ([first]: readonly BudgetRule[]): number => minutes(first?.windowSeconds ?? Number.NaN);
  const shortAndDay = (rules: readonly BudgetRule[]): (number | undefined)[] => {
    const [short, day] = limitsOf(rules);
    return [short, windowOf(rules), day];
  };

  /** The numbers of the default, in the order the row has them. */
  const rows: Readonly<Record<string, readonly (number | undefined)[]>> = {
    'digits in a code': [challenge.codeLength],
    'life of a code': [minutes(challenge.lifetimeSeconds)],
    'guesses per code': [challenge.maxAttempts],
    'wait before a resend': [challenge.resendSeconds, challenge.resendCapSeconds],
    'messages per code': [challenge.maxSends],
    'open codes of an address at a client': [challenge.openPerSlot],
    'messages to an address': shortAndDay(budgets.sendsPerIdentifier),
    'messages to a number': shortAndDay(budgets.sendsPerNumber),
    'messages by the other channel': shortAndDay(budgets.sendsByOtherChannel),
    'messages to a block of numbers': limitsOf(budgets.sendsPerPrefix),
    'messages to a block that nobody answers from': limitsOf(budgets.unansweredPerPrefix),
    'messages to a country': limitsOf(budgets.sendsPerCountry),
    'messages asked for from a network': limitsOf(budgets.sendsPerNetwork),
    'messages caused by a client': limitsOf(budgets.sendsPerClient),
    'wrong codes for an address': [...limitsOf(budgets.failuresPerIdentifier), budgets.consecutiveFailures],
    'wrong codes at a client': [...limitsOf(budgets.failuresPerClient), windowOf(budgets.failuresPerClient)],
    'sign-ins begun from a network': limitsOf(budgets.interactionsPerNetwork),
    'changes to an account, each with its notices': limitsOf(budgets.noticesPerAccount),
    'life of an interaction': [minutes(interaction.lifetimeSeconds)],
    'life of a session': [days(session.lifetimeSeconds)],
    'life of an authorization code': [tokens.authorizationCodeSeconds],
    'life of an access or ID token': [hours(tokens.accessTokenSeconds)],
    'life of a refresh token': [days(tokens.refreshTokenSeconds), days(tokens.refreshTokenAbsoluteSeconds)],
    'repeating a refresh': [tokens.refreshReuseSeconds],
    'request body, head, fields': [limits.bodyBytes / 1024, limits.headerBytes / 1024, limits.parameters],
  };

  const security = read('SECURITY.md');
  const table = security.slice(security.indexOf('<!-- limits:begin -->'), security.indexOf('<!-- limits:end -->'));
  const written = table
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:What|---)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('are all there', () => {
    expect(written.map(([, what]) => what)).to.deep.equal(Object.keys(rows));
  });

  for (const [, what = '', value = ''] of written) {
    it(`say of ${what} what the configuration says`, () => {
      const numbers = value
        .replace(/(\d),(\d)/g, '$1$2')
        .match(/\d+/g)
        ?.map(Number);
      expect(numbers).to.deep.equal(rows[what]);
    });
  }
});
