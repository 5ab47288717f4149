import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { SHARED_SECRET, type Shell, useShell } from './administered.ts';
import { startCommand } from './command-line.ts';

interface Report {
  readonly outcome: string;
  readonly lines: number;
  readonly created: number;
  readonly existing: number;
  readonly refused: number;
  readonly left_out: number;
}

interface Account {
  readonly id: string;
  readonly identifiers: readonly { readonly value: string; readonly verified_at: number | null }[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly created_at: number;
}

/** Every hundredth line is bad, each in another way. */
const BAD = [
  '{"email":"nobody"}',
  '{"email":"ok@example.org","birthdate":"yesterday"}',
  'no JSON at all',
  '{"emial":"typo@example.org"}',
  '["email"]',
  '{"given_name":"Nobody"}',
  '{"email":"old@example.org","created_at":"2999-01-01T00:00:00Z"}',
  '{"email":"x@example.org","__proto__":{"a":1}}',
];
const REASONS = [
  'identifier_invalid',
  'attribute_invalid',
  'record_invalid',
  'record_invalid',
  'record_invalid',
  'id_invalid',
  'created_at_invalid',
  'record_invalid',
];

const isBad = (index: number): boolean => index % 100 === 99;

const linesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    isBad(index)
      ? (BAD[Math.floor(index / 100) % BAD.length] ?? '')
      : JSON.stringify({
          id: `auth0|${index}`,
          email: `p${index}@example.org`,
          email_verified: true,
          given_name: 'Ada',
        }),
  );

const reportIn = (out: string): Report => JSON.parse(out) as Report;

/** @param shell in this process */
function imports(shell: Shell): void {
  const write = (name: string, text: string): string => {
    writeFileSync(shell.folder(name), text);
    return shell.folder(name);
  };
  const run = (...args: string[]) => shell.run('import', 'accounts', ...args);
  const find = (identifier: string) => shell.json<Account>('accounts', 'find', identifier);

  it('brings 2,000 lines in, names those that are refused, and goes on as often as one likes', async () => {
    const file = write('people.ndjson', `${linesOf(2000).join('\n')}\n`);
    const first = await run(file, '--trust-verified', '--keep-ids', '--json');
    expect(first.code, first.err).to.equal(1);
    expect(reportIn(first.out)).to.deep.include({
      outcome: 'incomplete',
      lines: 2000,
      created: 1980,
      existing: 0,
      refused: 20,
    });
    const refused = readFileSync(`${file}.refused.ndjson`, 'utf8').trim().split('\n');
    const lines = refused.map((line) => JSON.parse(line) as { line: number; reason: string; detail: string });
    lines.sort((one, other) => one.line - other.line);
    expect(lines.map(({ line }) => line)).to.deep.equal(Array.from({ length: 20 }, (_, index) => 100 * (index + 1)));
    expect(lines.map(({ reason }) => reason)).to.deep.equal(lines.map((_, index) => REASONS[index % REASONS.length]));
    expect(statSync(`${file}.refused.ndjson`).mode & 0o777).to.equal(0o600);

    const person = await find('p7@example.org');
    expect(person).to.deep.include({ id: 'auth0|7', attributes: { given_name: 'Ada' } });
    expect(person.identifiers[0]?.verified_at).to.be.a('number');

    const second = await run(file, '--trust-verified', '--keep-ids', '--json');
    expect(reportIn(second.out)).to.deep.include({ lines: 2000, created: 0, existing: 1980, refused: 20 });
    const { items } = await shell.json<{ items: { reason: string }[] }>(
      'events',
      'list',
      '--type',
      'accounts.imported',
    );
    expect(items.map(({ reason }) => reason).join()).to.match(/\d+ created, \d+ there already, \d+ refused/);
  }).timeout(120_000);

  it('believes a file only where it is told to, and keeps its ids only then', async () => {
    const file = write('a.ndjson', '{"id":"x","email":"ada@example.org","email_verified":true}\n');
    expect((await run(file)).code).to.equal(0);
    const { id, identifiers } = await find('ada@example.org');
    expect(id).to.not.equal('x');
    expect(identifiers[0]?.verified_at).to.equal(null);
    const again = await run(file, '--keep-ids');
    expect(again.code).to.equal(1);
    expect(readFileSync(`${file}.refused.ndjson`, 'utf8')).to.include('identifier_taken');
  }).timeout(60_000);

  it('leaves out what is unproven beside something else', async () => {
    const both = { email: 'eve@example.org', email_verified: true, phone_number: '+4915112345678' };
    const file = write('a.ndjson', JSON.stringify(both));
    const { out } = await run(file, '--trust-verified', '--json');
    expect(reportIn(out)).to.deep.include({ created: 1, left_out: 1 });
    const { identifiers } = await find('eve@example.org');
    expect(identifiers.map(({ value }) => value)).to.deep.equal(['eve@example.org']);
    const proven = write(
      'b.ndjson',
      JSON.stringify({ ...both, email: 'bob@example.org', phone_number_verified: true }),
    );
    await run(proven, '--trust-verified');
    expect((await find('bob@example.org')).identifiers.map(({ value }) => value)).to.deep.equal([
      'bob@example.org',
      '+4915112345678',
    ]);
  }).timeout(60_000);

  it('changes nothing in a dry run, and says what would become of each', async () => {
    const file = write('a.ndjson', `${BAD[0]}\n{"email":"ada@example.org"}\n\n`);
    const { code, out } = await run(file, '--dry-run');
    expect(code).to.equal(1);
    expect(out)
      .to.match(/would be created +1\n/)
      .and.match(/refused +1\n/);
    expect((await shell.run('accounts', 'find', 'ada@example.org')).code).to.equal(1);
    const { items } = await shell.json<{ items: { type: string }[] }>('events', 'list');
    expect(items.filter(({ type }) => type.startsWith('account'))).to.deep.equal([]);
  }).timeout(60_000);

  it('reads CSV: quotes, a byte order mark, empty cells, lines of another length', async () => {
    const rows = [
      '\uFEFFid,email,email_verified,given_name,created_at',
      'one,ada@example.org,true,"Ada, ""Countess""",2020-01-01T00:00:00Z',
      'two,bob@example.org,0,,1577836800000',
      'three,eve@example.org,maybe,Eve,',
      'four,dan@example.org,true',
      'five,zoe@example.org,yes,Zoë,',
    ];
    const file = write('people.csv', `${rows.join('\r\n')}\r\n`);
    const { out } = await run(file, '--trust-verified', '--keep-ids', '--json');
    expect(reportIn(out)).to.deep.include({ lines: 5, created: 3, refused: 2 });
    expect(await find('ada@example.org')).to.deep.include({
      id: 'one',
      created_at: 1_577_836_800_000,
      attributes: { given_name: 'Ada, "Countess"' },
    });
    expect((await find('bob@example.org')).identifiers[0]?.verified_at).to.equal(null);
    expect((await find('zoe@example.org')).attributes).to.deep.equal({ given_name: 'Zoë' });
    const refused = readFileSync(`${file}.refused.ndjson`, 'utf8');
    expect(refused)
      .to.include('"line":4')
      .and.include('email_verified: expected true or false')
      .and.include('"line":5');
  }).timeout(60_000);

  it('reads nothing after a quotation mark that is missing, and says so', async () => {
    const file = write('people.csv', 'email\nada@example.org\n"bob@example.org"x\neve@example.org\n');
    const { code, out } = await run(file, '--json');
    expect(code).to.equal(1);
    expect(reportIn(out)).to.deep.include({ created: 1, refused: 1 });
    expect(readFileSync(`${file}.refused.ndjson`, 'utf8')).to.include('nothing after it was read');
  }).timeout(60_000);

  it('refuses a file of which it would understand the half', async () => {
    for (const [name, text, message] of [
      ['a.csv', 'mail,name\nada@example.org,Ada\n', 'there is no column "mail"'],
      ['b.csv', 'email,email\nada@example.org,Ada\n', 'the column email is there twice'],
    ] as const) {
      const { code, err } = await run(write(name, text));
      expect(code).to.equal(2);
      expect(err).to.include(message);
    }
    const missing = await run(shell.folder('nowhere.ndjson'));
    expect(missing.code).to.equal(2);
    expect(missing.err).to.include('ENOENT');
    expect((await run(write('c.ndjson', ''), '--format', 'xml')).code).to.equal(2);
  }).timeout(60_000);

  it('takes what is no UTF-8, and lines that nobody could send, for what they are', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"email":"ada@example.org","given_name":"Zo'),
      Buffer.from([0xeb]),
      Buffer.from(
        `"}\n{"email":"bob@example.org","given_name":"${'x'.repeat(70_000)}"}\n{"email":"eve@example.org"}\n`,
      ),
    ]);
    writeFileSync(shell.folder('latin1.ndjson'), bytes);
    const { out } = await run(shell.folder('latin1.ndjson'), '--json');
    expect(reportIn(out)).to.deep.include({ lines: 3, created: 1, refused: 2 });
    const refused = readFileSync(shell.folder('latin1.ndjson.refused.ndjson'), 'utf8');
    expect(refused).to.include('is not UTF-8').and.include('longer than 65536 bytes');
  }).timeout(60_000);
}

describe('command line: import accounts, on SQLite', () => {
  imports(useShell((folder) => ({ STORE_URL: `sqlite:${folder}/store.db` }), { processes: false }));

  const shell = useShell((folder) => ({ STORE_URL: `sqlite:${folder}/store.db` }), { processes: false });

  it('goes on after Ctrl-C, and after kill -9', async () => {
    const file = shell.folder('people.ndjson');
    writeFileSync(file, `${linesOf(30_000).join('\n')}\n`);
    const env = { SECRET: SHARED_SECRET, STORE_URL: `sqlite:${shell.folder('store.db')}` };
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const { child, ended } = startCommand(['import', 'accounts', file, '--json'], shell.folder(), env);
      // The first lines that are refused are written down: it is in the middle by then.
      while (!existsSync(`${file}.refused.ndjson`) && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.kill(signal);
      const { code, out } = await ended;
      expect(code).to.equal(signal === 'SIGINT' ? 130 : null);
      if (signal === 'SIGINT') expect(reportIn(out)).to.include({ outcome: 'interrupted' });
    }
    const { out } = await shell.run('import', 'accounts', file, '--json');
    const { created, existing, refused } = reportIn(out);
    expect(existing).to.be.above(0);
    expect({ sum: created + existing, refused }).to.deep.equal({ sum: 29_700, refused: 300 });
  }).timeout(180_000);
});

describeWithMongo('command line: import accounts, on MongoDB', (server) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(server());
  });
  afterEach(() => database.drop());
  imports(useShell(() => ({ STORE_URL: database.url }), { processes: false }));
});
