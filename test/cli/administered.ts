import { expect } from 'chai';
import { command, type Outcome, startCommand, useFolder } from './command-line.ts';

/** `SECRET` of the servers and command lines of a test. */
export const SHARED_SECRET = 'q7Zb3xW9pLr2Tn6VdKs8YhGf4JmCc5AeUu0RoPiXtBw';

/** A person at a shell in a folder of their own. */
export interface Shell {
  readonly folder: (...parts: string[]) => string;
  run(...args: string[]): Promise<Outcome>;
  /** The same with `--json`: what was printed, parsed. @throws Error when it does not end with 0 */
  json<Answer = Readonly<Record<string, unknown>>>(...args: string[]): Promise<Answer>;
}

/**
 * @param env of the commands, asked for each time: servers of a test are there inside of it only
 * @param processes each command in one of its own, as at a shell; otherwise in this one, which is ten times faster
 */
export function useShell(
  env: (folder: string) => Readonly<Record<string, string>>,
  { processes = true }: { readonly processes?: boolean } = {},
): Shell {
  const folder = useFolder();
  const run: Shell['run'] = (...args) => {
    const variables = { SECRET: SHARED_SECRET, DEMO: 'false', ...env(folder()) };
    return processes ? startCommand(args, folder(), variables).ended : inThisProcess(args, variables);
  };
  return {
    folder,
    run,
    async json<Answer>(...args: string[]) {
      const { code, out, err } = await run(...args, '--json');
      expect(code, err).to.equal(0);
      return JSON.parse(out) as Answer;
    },
  };
}

async function inThisProcess(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Outcome> {
  const before = process.env;
  process.env = { ...variables };
  try {
    return await command(args);
  } finally {
    process.env = before;
  }
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly more: boolean;
}

/** A client from its registration to its end, as at a shell: on whatever store, with or without a server. */
export function registersClients(shell: Shell): void {
  it('clients: registered, changed, removed', async () => {
    const { client } = await shell.json<{ client: { id: string } }>(
      'clients',
      'add',
      '--name',
      'N',
      '--type',
      'machine',
    );
    expect(await shell.json('clients', 'edit', client.id, '--name', 'M')).to.include({ name: 'M', version: 2 });
    expect(await shell.json('clients', 'remove', client.id, '--yes')).to.deep.equal({ removed: client.id });
    const events = await shell.json<Listed>('events', 'list', '--client', client.id);
    expect(events.items.map(({ type }) => type)).to.deep.equal(['client.removed', 'client.changed', 'client.created']);
  }).timeout(60_000);
}

/** What an administrator does all day, on whatever store, with or without a server. */
export function administers(shell: Shell): void {
  it('clients: registered, found, changed, disabled, given another secret, removed', async () => {
    const added = await shell.run('clients', 'add', '--name', 'Shop', '--redirect-uri', 'https://shop.example.org/cb');
    expect(added.code, added.err).to.equal(0);
    const [, id = '', secret = ''] = /^client_id +(\S+)\nclient_secret +(\S{43})\n$/.exec(added.out) ?? [];
    expect(id, added.out).to.match(/^client_/);
    expect(added.err).to.include('shown this once').and.not.include(secret);

    const found = await shell.json<Listed>('clients', 'list', '--search', 'sho');
    expect(found).to.deep.include({ more: false });
    expect(found.items.map((client) => client.id)).to.deep.equal([id]);
    expect((await shell.run('clients', 'list')).out).to.match(new RegExp(`^${id} +Shop +web +enabled`, 'm'));

    const edited = await shell.json(
      'clients',
      'edit',
      id,
      '--add-redirect-uri',
      'http://localhost/cb',
      '--first-party',
    );
    expect(edited).to.deep.include({
      redirectUris: ['https://shop.example.org/cb', 'http://localhost/cb'],
      firstParty: true,
      name: 'Shop',
    });
    const outdated = await shell.run('clients', 'edit', id, '--name', 'Other', '--version', '1');
    expect(outdated).to.deep.include({ code: 1, out: '' });
    expect(outdated.err).to.include('Somebody else has changed it meanwhile');

    expect(await shell.json('clients', 'disable', id)).to.include({ disabled: true });
    expect(await shell.json('clients', 'enable', id)).to.include({ disabled: false });
    const rotated = await shell.json<{ secret: string }>('clients', 'rotate-secret', id);
    expect(rotated.secret)
      .to.match(/^\S{43}$/)
      .and.not.equal(secret);
    const shown = await shell.run('clients', 'show', id);
    expect(shown.out).to.include('Shop').and.not.include(secret).and.not.include(rotated.secret);

    expect(await shell.json('clients', 'remove', id, '--yes')).to.deep.equal({ removed: id });
    const gone = await shell.run('clients', 'show', id);
    expect(gone).to.deep.equal({ code: 1, out: '', err: 'countersign: there is no such client\n' });
  }).timeout(60_000);

  it('people: made, found, described, put into an organization, disabled, deleted', async () => {
    const { id } = await shell.json<{ id: string }>('accounts', 'create', 'ada@example.org');
    expect(await shell.json('accounts', 'find', ' ADA@example.org')).to.include({ id });
    const described = await shell.json('accounts', 'set-attributes', id, '--set', 'name=Ada', '--set', 'nickname=A');
    expect(described).to.deep.include({ attributes: { name: 'Ada', nickname: 'A' } });
    const less = await shell.json('accounts', 'set-attributes', id, '--set', 'nickname=');
    expect(less).to.deep.include({ attributes: { name: 'Ada' } });
    const { id: organization } = await shell.json<{ id: string }>('organizations', 'add', 'Analytical Engines');
    await shell.json('organizations', 'put-member', organization, id, '--role', 'admin', '--role', 'author');
    const members = await shell.json<{ items: { roles: string[] }[] }>('organizations', 'members', organization);
    expect(members.items.map(({ roles }) => roles)).to.deep.equal([['admin', 'author']]);
    expect((await shell.run('accounts', 'list')).out)
      .to.include('a•••@e•••.org')
      .and.not.include('ada@');
    expect(await shell.json('accounts', 'disable', id, '--yes')).to.include({ status: 'disabled' });
    expect(await shell.json('accounts', 'remove', id, '--yes')).to.deep.equal({ removed: id });
    expect((await shell.run('accounts', 'find', 'ada@example.org')).code).to.equal(1);
  }).timeout(60_000);

  it('keys, limits, messages and what happened', async () => {
    const made = await shell.run('api-keys', 'create', 'deployment', '--scope', 'write', '--days', '30');
    expect(made.out).to.match(/^[\w-]{22}\.[\w-]{43}\n$/);
    const { items } = await shell.json<Listed>('api-keys', 'list');
    expect(items.map(({ name, scope }) => ({ name, scope }))).to.deep.equal([{ name: 'deployment', scope: 'write' }]);
    await shell.json('api-keys', 'revoke', items[0]?.id ?? '', '--yes');
    const keys = await shell.json<Listed>('keys', 'list');
    expect(keys.items.map(({ state }) => state)).to.deep.equal(['active']);
    const { budgets } = await shell.json<{ budgets: { name: string }[] }>('budgets', 'show', 'ada@example.org');
    const [budget] = budgets;
    await shell.json('budgets', 'reset', 'ada@example.org', budget?.name ?? '', '--yes');
    expect(await shell.json<Listed>('messages', 'list')).to.deep.equal({ items: [], more: false });
    const api = await shell.json<{ id: string }>('resources', 'add', 'https://api.example.org', '--scope', 'o:r=Read');
    expect(await shell.json('resources', 'edit', api.id, '--name', 'Orders')).to.include({ name: 'Orders' });
    await shell.json('resources', 'remove', api.id, '--yes');

    const events = await shell.json<Listed>('events', 'list', '--type', 'admin_key.revoked', '--from', '1h');
    expect(events.items.map(({ actor }) => String(actor))).to.have.length(1);
    expect(events.items[0]?.actor).to.match(/^(?:cli|key):/);
    const tail = await shell.run('events', 'tail', '--lines', '3', '--json');
    const lines = tail.out.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type).slice(-1)).to.deep.equal([
      'resource.removed',
    ]);
    const exported = (await shell.run('events', 'export')).out.trim().split('\n');
    expect(exported.map((line) => (JSON.parse(line) as { type: string }).type)).to.include('admin_key.created');
  }).timeout(60_000);
}
