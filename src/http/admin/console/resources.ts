import type { z } from 'zod';
import { isProblem, Problem } from '../../../domain/errors.ts';
import type { Resource } from '../../../domain/resource.ts';
import { SIGNING_ALGORITHMS } from '../../../domain/signing-key.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { Resources } from '../../../services/clients/resources.ts';
import { seeOther } from '../../signin/routes.ts';
import { newResource } from '../api/resource-schemas.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import { problemsOf } from './field-problems.ts';
import { listWays, PAGE_SIZE } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly resources: Resources;
}

const RESOURCES = '/admin/resources';
const NEW = `${RESOURCES}/new`;

const resourcePath = (id: string, deed?: string): string =>
  `${RESOURCES}/${encodeURIComponent(id)}${deed === undefined ? '' : `/${deed}`}`;

type Typed = Readonly<Record<string, string | undefined>>;

/** APIs that access tokens are for. */
export const resourceChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(RESOURCES, 'read', (here) => showList(desk, here, deps));
    attendNew(desk, deps);
    attendOne(desk, deps);
    attendRemoval(desk, deps);
  };

async function showList(desk: ConsoleDesk, here: ConsoleAttendance, { resources }: Deps): Promise<void> {
  const { cursor, done = null } = here.query;
  const found = await resources.list(cursor ?? null, PAGE_SIZE + 1);
  const page = found.slice(0, PAGE_SIZE);
  const model = {
    resources: page.map(({ id, name, audience, scopes, accessTokenFormat }) => ({
      href: resourcePath(id),
      name,
      audience,
      scopes: scopes.map((scope) => scope.name),
      format: accessTokenFormat,
    })),
    ways: listWays(RESOURCES, {}, cursor, found.length > PAGE_SIZE ? (page.at(-1)?.id ?? null) : null),
    mayWrite: here.may('write'),
    done,
  };
  desk.render(here, 'resources/list', model, { active: 'resources' });
}

function attendNew(desk: ConsoleDesk, { resources }: Deps): void {
  const usual = { accessTokenFormat: 'jwt', signingAlg: 'RS256' };
  const again = async (here: ConsoleSubmission, refusal: Problem): Promise<void> => {
    const taken = isProblem(refusal, 'id_taken');
    const problems = taken ? { audience: ['This audience is registered already, or is that of this server.'] } : {};
    showForm(desk, here, null, { typed: here.fields, problems, refusal });
  };
  desk.page(NEW, 'write', async (here) => showForm(desk, here, null, { typed: usual, problems: {}, refusal: null }));
  desk.form(NEW, { need: 'write', from: () => NEW, show: again }, async (here) => {
    const checked = checkedResource(here.fields, here.fields.audience?.trim() ?? '');
    if ('problems' in checked) return showForm(desk, here, null, { typed: here.fields, refusal: null, ...checked });
    const { audience, ...fields } = checked.resource;
    const { id } = await resources.create(audience, fields, here.actor);
    seeOther(here.ctx, `${resourcePath(id)}?done=created`);
  });
}

function attendOne(desk: ConsoleDesk, { resources }: Deps): void {
  const path = `${RESOURCES}/:id`;
  const read = ({ params: { id = '' } }: Pick<ConsoleAttendance, 'params'>) => resources.read(id);
  desk.page(path, 'read', async (here) => {
    const resource = await read(here);
    showForm(desk, here, resource, { typed: valuesOf(resource), problems: {}, refusal: null });
  });
  const again = async (here: ConsoleSubmission, refusal: Problem): Promise<void> =>
    showForm(desk, here, await read(here), { typed: here.fields, problems: {}, refusal });
  desk.form(path, { need: 'write', from: ({ params: { id = '' } }) => resourcePath(id), show: again }, async (here) => {
    const present = await read(here);
    const checked = checkedResource(here.fields, present.audience);
    if ('problems' in checked) {
      return showForm(desk, here, present, { typed: here.fields, refusal: null, ...checked });
    }
    const { audience: _fixed, ...fields } = checked.resource;
    const version = /^\d{1,15}$/.test(here.fields.version ?? '') ? Number(here.fields.version) : 0;
    await resources.update(present.id, version, () => fields, here.actor);
    seeOther(here.ctx, `${resourcePath(present.id)}?done=saved`);
  });
}

function attendRemoval(desk: ConsoleDesk, { resources }: Deps): void {
  const path = `${RESOURCES}/:id/delete`;
  const ask = async (here: ConsoleAttendance, problem: Problem | null): Promise<void> => {
    const { id, name, audience } = await resources.read(here.params.id ?? '');
    const model = {
      title: 'Delete this resource?',
      lead: `${name}, ${audience}`,
      consequences: [
        'Its audience is taken from all clients: nobody gets tokens for it any more, by a refresh neither.',
        'Signed tokens live until they expire.',
      ],
      form: here.form(resourcePath(id, 'delete')),
      fields: {},
      submit: 'Delete the resource',
      dangerous: true,
      back: { href: resourcePath(id), label: name },
      problem: problem === null ? null : (REFUSALS[problem.code] ?? 'This was refused. Look at it once more.'),
    };
    desk.render(here, 'confirm', model, { active: 'resources', problem });
  };
  desk.page(path, 'write', (here) => ask(here, null));
  desk.form(path, { need: 'write', from: ({ params: { id = '' } }) => resourcePath(id), show: ask }, async (here) => {
    await resources.remove(here.params.id ?? '', here.actor);
    seeOther(here.ctx, `${RESOURCES}?done=deleted`);
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  declared_elsewhere: 'A client of the configuration names its audience. Take it out there first.',
  version_conflict: 'Somebody changes clients at the same time. Try once more.',
};

/** A resource as the form shows it; each scope is a line: its name, and what people read of it. */
const valuesOf = (resource: Resource): FieldValues => ({
  audience: resource.audience,
  name: resource.name,
  scopes: resource.scopes.map(({ name, description }) => `${name} = ${description}`).join('\n'),
  accessTokenFormat: resource.accessTokenFormat,
  signingAlg: resource.signingAlg,
  accessTokenSeconds: String(resource.accessTokenSeconds ?? ''),
});

type Checked = { readonly resource: z.output<typeof newResource> } | { readonly problems: FieldProblems };

/** What was typed, by the rules of the Admin API and in their words. */
function checkedResource(typed: Typed, audience: string): Checked {
  const { name = '', scopes = '', accessTokenFormat, signingAlg, accessTokenSeconds: seconds = '' } = typed;
  const lines = scopes.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const said = lines.filter(({ line }) => line !== '');
  const parsed = newResource.safeParse({
    audience,
    name,
    scopes: said.map(({ line }) => scopeIn(line)),
    accessTokenFormat,
    signingAlg,
    accessTokenSeconds: seconds.trim() === '' ? null : /^\d{1,15}$/.test(seconds.trim()) ? Number(seconds) : seconds,
  });
  if (parsed.success) return { resource: parsed.data };
  const at = ({ path: [first, index] }: { readonly path: readonly PropertyKey[] }) => ({
    field: String(first),
    line: first === 'scopes' && typeof index === 'number' ? (said[index]?.number ?? null) : null,
  });
  return { problems: problemsOf(parsed.error.issues, at) };
}

const scopeIn = (line: string): { name: string; description: string } => {
  const [name = '', ...words] = line.split('=');
  return { name: name.trim(), description: words.join('=').trim() };
};

interface Filled {
  readonly typed: Typed;
  readonly problems: FieldProblems;
  readonly refusal: Problem | null;
}

function showForm(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  resource: Resource | null,
  { typed, problems, refusal }: Filled,
): void {
  const names = ['audience', 'name', 'scopes', 'accessTokenFormat', 'signingAlg', 'accessTokenSeconds'];
  const values = Object.fromEntries(names.map((name) => [name, typed[name] ?? '']));
  const model = {
    resource:
      resource === null
        ? null
        : { name: resource.name, version: resource.version, deleteHref: resourcePath(resource.id, 'delete') },
    form: here.form(resource === null ? NEW : resourcePath(resource.id)),
    values: resource === null ? values : { ...values, audience: resource.audience },
    problems,
    mayWrite: here.may('write'),
    algorithms: SIGNING_ALGORITHMS,
    isConflict: isProblem(refusal, 'version_conflict'),
    done: here.query.done ?? null,
  };
  const problem = refusal ?? (Object.keys(problems).length > 0 ? new Problem('request_invalid') : null);
  desk.render(here, 'resources/form', model, { active: 'resources', problem });
}
