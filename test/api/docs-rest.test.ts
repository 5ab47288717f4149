import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { useServer } from '../support/journey.ts';

const text = readFileSync(new URL('../../docs/rest.md', import.meta.url), 'utf8');

/** The commands of a chapter, in their order. */
function commandsOf(title: string): string {
  const chapter = text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  const blocks = [...chapter.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error(`no commands in ${title}`);
  return blocks.join('\n');
}

describe('docs/rest.md', function () {
  this.timeout(30_000);
  before(function () {
    const missing = ['bash', 'curl', 'grep', 'sed'].filter((name) => spawnSync(name, ['--version']).status !== 0);
    if (missing.length > 0) this.skip();
  });
  const suite = useServer();

  /** Runs the commands as a reader would; nobody else is called as the people in them. @returns these variables */
  async function run(title: string, names: readonly string[]): Promise<Record<string, string>> {
    const { issuer, application, directory } = suite.server;
    const script = [
      commandsOf('Before you begin'),
      commandsOf(title),
      ...names.map((name) => `echo; echo "= $${name}"`),
    ]
      .join('\n')
      .replaceAll('http://localhost:3000', issuer)
      .replaceAll('http://localhost:3001', application)
      .replaceAll('ada@example.org', suite.address('ada'))
      .replaceAll('grace@example.org', suite.address('grace'));
    const shell = spawn('bash', ['-u', '-c', script], { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    shell.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    await once(shell, 'close');
    const values = [...output.matchAll(/^= (.*)$/gm)].map(([, value = '']) => value);
    expect(values, output).to.have.length(names.length);
    return Object.fromEntries([...names.map((name, index) => [name, values[index] ?? '']), ['output', output]]);
  }

  it('the commands of the hosted integration run as they stand', async () => {
    const { output, ACCESS_TOKEN } = await run('Hosted integration', ['ACCESS_TOKEN', 'TOKENS']);
    expect(output).to.include('{"message":"OTP email sent"}').and.to.include('{"sessions_count":1}');
    expect(decodeJwt(ACCESS_TOKEN ?? '')).to.include({ aud: 'demo-backend', iss: suite.server.issuer });
  });

  it('those between backends, too', async () => {
    const { output, SESSION, REFRESH_TOKEN } = await run('Backend to backend', ['SESSION', 'REFRESH_TOKEN']);
    expect(output).to.include('{"message":"OTP sent"}').and.to.include('204');
    expect(SESSION).to.have.length.above(20);
    expect(REFRESH_TOKEN).to.have.length.above(20);
  });
});
