import type { Client, ClientType } from '../../../domain/client.ts';
import { isProblem, Problem } from '../../../domain/errors.ts';
import type { ClientAdminPages } from '../../../ports/views/admin-clients.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import type { Resources } from '../../../services/clients/resources.ts';
import type { Trail } from '../../../services/trail/trail.ts';
import type { ShownOnce } from '../../cookies/shown-once.ts';
import { seeOther } from '../../signin/routes.ts';
import { checkedClient, formFields, NEW_CLIENT, valuesOf } from './client-fields.ts';
import { CLIENTS, clientPath } from './client-pages.ts';
import { toSecret } from './client-secrets.ts';
import { registered } from './clients.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import type { ConsoleChapter } from './routes.ts';
import { shownEvent } from './shown-event.ts';

export interface ClientFormDeps {
  readonly clientRegistry: ClientRegistry;
  readonly resources: Pick<Resources, 'list'>;
  readonly trail: Pick<Trail, 'page'>;
  readonly shownOnce: ShownOnce;
}

const NEW = `${CLIENTS}/new`;

/** Most APIs that the form offers; others are typed. */
const OFFERED = 50;

const TYPES: readonly string[] = ['web', 'spa', 'native', 'machine'] satisfies ClientType[];
const isType = (text: string | undefined): text is ClientType => text !== undefined && TYPES.includes(text);

/** What stands in the form, and what is wrong with it. */
interface Filled {
  readonly values: FieldValues;
  readonly problems?: FieldProblems;
  readonly refusal?: Problem;
}

/** Applications: registered, and changed. */
export const clientFormChapter =
  (deps: ClientFormDeps): ConsoleChapter =>
  (desk) => {
    attendRegistration(desk, deps);
    attendSettings(desk, deps);
  };

function attendRegistration(desk: ConsoleDesk, deps: ClientFormDeps): void {
  const show = async (here: ConsoleAttendance, type: ClientType, filled: Filled): Promise<void> => {
    const model = { client: null, form: here.form(NEW), readonly: null, conflict: null };
    await showForm(desk, here, deps, { ...model, type }, filled);
  };
  desk.page(NEW, 'write', async (here) => {
    const { type } = here.query;
    if (isType(type)) return show(here, type, { values: NEW_CLIENT });
    desk.render(here, 'clients/types', {}, { active: 'clients' });
  });
  const typeOf = ({ fields: { type } }: ConsoleSubmission): ClientType => (isType(type) ? type : 'web');
  desk.form(
    NEW,
    {
      need: 'write',
      from: () => NEW,
      show: (here, refusal) => show(here, typeOf(here), { values: typedIn(here), refusal }),
    },
    async (here) => {
      const checked = checkedClient(typeOf(here), here.fields, null);
      if ('problems' in checked) return show(here, typeOf(here), { values: typedIn(here), ...checked });
      const { client, secret } = await deps.clientRegistry.create(checked.fields, here.actor);
      toSecret(deps.shownOnce, here, client, secret, 'registered');
    },
  );
}

function attendSettings(desk: ConsoleDesk, deps: ClientFormDeps): void {
  const path = `${CLIENTS}/:id/settings`;
  const show = async (
    here: ConsoleAttendance,
    client: Client,
    filled: Filled,
    conflict: ClientAdminPages['clients/form']['conflict'] = null,
  ): Promise<void> => {
    const { id, name, type, version, source } = client;
    const readonly = source === 'configuration' ? 'configuration' : here.may('write') ? null : 'role';
    const shown = { client: { name, href: clientPath(id), version }, form: here.form(clientPath(id, 'settings')) };
    await showForm(desk, here, deps, { ...shown, type, readonly, conflict }, filled);
  };
  desk.page(path, 'read', async (here) => {
    const client = await registered(deps.clientRegistry, here);
    await show(here, client, { values: valuesOf(client) });
  });
  const again = async (here: ConsoleSubmission, refusal: Problem): Promise<void> => {
    const present = await registered(deps.clientRegistry, here);
    const conflict = isProblem(refusal, 'version_conflict') ? await changesSince(deps, present, versionIn(here)) : null;
    await show(here, present, { values: typedIn(here), refusal }, conflict);
  };
  desk.form(
    path,
    { need: 'write', from: ({ params: { id = '' } }) => clientPath(id, 'settings'), show: again },
    async (here) => {
      const present = await registered(deps.clientRegistry, here);
      if (present.source === 'configuration') throw new Problem('declared_elsewhere');
      const checked = checkedClient(present.type, here.fields, present);
      if ('problems' in checked) return show(here, present, { values: typedIn(here), ...checked });
      await deps.clientRegistry.update(present.id, versionIn(here), () => checked.fields, here.actor);
      seeOther(here.ctx, `${clientPath(present.id)}?done=saved`);
    },
  );
}

/** What was typed, without what the form carries along. */
const typedIn = ({
  fields: { csrf: _csrf, version: _version, type: _type, ...typed },
}: ConsoleSubmission): FieldValues =>
  Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, value ?? '']));

/** The version that the form was made of; no version is 0. */
export const versionIn = ({ fields: { version = '' } }: ConsoleSubmission): number =>
  /^\d{1,15}$/.test(version) ? Number(version) : 0;

/** What others have changed since a version, newest first: each of them was one event. */
async function changesSince({ trail }: ClientFormDeps, client: Client, version: number) {
  const { events } = await trail.page({ clientId: client.id, type: 'client.changed' }, null, 20);
  return events.slice(0, Math.max(1, client.version - version)).map(shownEvent);
}

async function showForm(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  { resources }: ClientFormDeps,
  shown: Pick<ClientAdminPages['clients/form'], 'client' | 'type' | 'form' | 'readonly' | 'conflict'>,
  { values, problems = {}, refusal }: Filled,
): Promise<void> {
  const isFaulty = Object.keys(problems).length > 0;
  const known = await resources.list(null, OFFERED);
  const model = {
    ...shown,
    fields: formFields(shown.type),
    values,
    problems,
    refusal: refusal?.code ?? null,
    audiences: known.map(({ audience, name }) => ({ audience, name })),
  };
  const problem = refusal ?? (isFaulty ? new Problem('request_invalid') : null);
  desk.render(here, 'clients/form', model, { active: 'clients', problem });
}
