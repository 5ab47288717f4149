import type { Client } from '../../../domain/client.ts';
import type { Problem } from '../../../domain/errors.ts';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import type { ShownOnce } from '../../cookies/shown-once.ts';
import { seeOther } from '../../signin/routes.ts';
import { versionIn } from './client-forms.ts';
import { CLIENTS, clientPath } from './client-pages.ts';
import { LEAKED, QUESTIONS, REFUSALS } from './client-questions.ts';
import { toSecret } from './client-secrets.ts';
import { registered } from './clients.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly clientRegistry: ClientRegistry;
  readonly shownOnce: ShownOnce;
}

/** What is done with a client as a whole, after a question. */
export const clientDeedChapter =
  ({ clientRegistry, shownOnce }: Deps): ConsoleChapter =>
  (desk) => {
    const deed = asking(desk, clientRegistry);
    deed('disable', (here, client) => disable(clientRegistry, here, client, true));
    desk.form(
      `${CLIENTS}/:id/enable`,
      { need: 'write', from: at, show: async ({ ctx, params }) => seeOther(ctx, at({ params })) },
      async (here) => disable(clientRegistry, here, await registered(clientRegistry, here), false),
    );
    deed('verify', async (here, client) => {
      await clientRegistry.verify(client.id, versionIn(here), here.actor);
      seeOther(here.ctx, `${clientPath(client.id)}?done=verified`);
    });
    deed('delete', async (here, client) => {
      await clientRegistry.remove(client.id, here.actor);
      seeOther(here.ctx, `${CLIENTS}?done=deleted`);
    });
    deed('secret', async (here, client) => {
      const alone = here.fields.alone === 'yes';
      const { secret } = await clientRegistry.rotateSecret(client.id, alone, here.actor);
      toSecret(shownOnce, here, client, secret, alone ? 'alone' : 'beside');
    });
  };

/** What was asked about is done to the client that was looked at; enabling asks nothing. */
async function disable(registry: ClientRegistry, here: ConsoleSubmission, client: Client, disabled: boolean) {
  const version = disabled ? versionIn(here) : client.version;
  await registry.update(client.id, version, () => ({ disabled }), here.actor);
  seeOther(here.ctx, `${clientPath(client.id)}?done=${disabled ? 'disabled' : 'enabled'}`);
}

const at = ({ params: { id = '' } }: Pick<ConsoleAttendance, 'params'>): string => clientPath(id);

/** A question, and what is done when it is answered. */
const asking =
  (desk: ConsoleDesk, registry: ClientRegistry) =>
  (deed: keyof typeof QUESTIONS, act: (here: ConsoleSubmission, client: Client) => Promise<void>): void => {
    const path = `${CLIENTS}/:id/${deed}`;
    const ask = async (here: ConsoleAttendance, alone: boolean, problem: Problem | null): Promise<void> => {
      const client = await registered(registry, here);
      const question = alone ? { ...LEAKED, lead: client.name } : QUESTIONS[deed](client);
      const model = {
        ...question,
        form: here.form(clientPath(client.id, deed)),
        fields: { version: String(client.version), ...(alone ? { alone: 'yes' } : {}) },
        back: { href: clientPath(client.id), label: client.name },
        problem:
          problem === null ? null : (REFUSALS[problem.code] ?? 'This was refused. Look at the client once more.'),
      };
      desk.render(here, 'confirm', model, { active: 'clients', problem });
    };
    desk.page(path, 'write', (here) => ask(here, deed === 'secret' && here.query.alone === 'yes', null));
    desk.form(
      path,
      { need: 'write', from: at, show: (here, problem) => ask(here, here.fields.alone === 'yes', problem) },
      async (here) => act(here, await registered(registry, here)),
    );
  };
