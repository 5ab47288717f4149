import type { Administrator } from '../../domain/administration.ts';
import { CONSOLE_CLIENT_ID } from '../../domain/own-clients.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { OutboxStore } from '../../ports/store/outbox.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import { queuedNotice } from './notices.ts';

/** Mails to those who were invited to administer: who has invited them, to what, and where they sign in. */
export interface Invitations {
  send(invited: Administrator, by: AdminActor): Promise<void>;
}

interface Deps {
  readonly store: { readonly outbox: Pick<OutboxStore, 'add'> };
  readonly clock: Clock;
  readonly random: Random;
  /** In which language; BCP 47. Nothing is known of whoever is invited. */
  readonly locale: string;
  /** Told when messages are waiting. */
  readonly queued: () => void;
}

export const createInvitations = (deps: Deps): Invitations => ({
  async send({ email, role }, by) {
    const notice = { kind: `invited_as_${role}`, identifier: namedIn(by) } as const;
    const about = { notice, clientId: CONSOLE_CLIENT_ID, locale: deps.locale, createdAt: deps.clock.now() };
    const to = { channel: 'email', value: email } as const;
    await deps.store.outbox.add([queuedNotice(deps.random.id(), to, { ...about, template: 'invitation' })]);
    deps.queued();
  },
});

/** An actor in words for people: `console:a•••@e•••.org (…)` is `a•••@e•••.org`, `key:… (deployment)` is `deployment`. */
function namedIn({ name }: AdminActor): string {
  const [, surface, id = '', label] = /^(\w+):(.*?)(?: \((.*)\))?$/.exec(name) ?? [];
  return surface === 'key' && label !== undefined ? label : id === '' ? name : id;
}
