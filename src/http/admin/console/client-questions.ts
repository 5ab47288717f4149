import type { Client } from '../../../domain/client.ts';
import type { ConsoleStandingPages } from '../../../ports/views/admin-standing.ts';

type Question = Pick<ConsoleStandingPages['confirm'], 'title' | 'lead' | 'consequences' | 'submit' | 'dangerous'>;

const disable = ({ name }: Client): Question => ({
  title: 'Disable this client?',
  lead: name,
  consequences: [
    'Within five seconds nobody signs in to it any more, and it gets no tokens.',
    'It can be enabled again; its settings, secrets and consents stay.',
  ],
  submit: 'Disable the client',
  dangerous: true,
});

const remove = ({ name }: Client): Question => ({
  title: 'Delete this client?',
  lead: name,
  consequences: [
    'Within five seconds its refresh tokens and opaque access tokens are good for nothing; signed ones live until they expire.',
    'Its id is never given again. This cannot be taken back.',
  ],
  submit: 'Delete the client',
  dangerous: true,
});

const verify = ({ name }: Client): Question => ({
  title: 'Verify this client?',
  lead: `${name} has registered itself. Look at its redirect URIs before you vouch for it.`,
  consequences: [
    'People are not warned of it any more, and may agree once and for all.',
    'It can be made first-party and be given permissions.',
    'It can no longer change or remove itself.',
  ],
  submit: 'Verify the client',
  dangerous: false,
});

const makeSecret = ({ name, secrets }: Client): Question => ({
  title: 'Make a new secret?',
  lead: name,
  consequences: [
    'The newest secret stays valid beside the new one, so that the application can be changed over in peace.',
    ...(secrets.length > 1 ? ['The older one of the two that are valid now ends at once.'] : []),
    'The new secret is shown once.',
  ],
  submit: 'Make a new secret',
  dangerous: false,
});

/** What is asked before something is done with a client. */
export const QUESTIONS: Readonly<Record<'disable' | 'delete' | 'verify' | 'secret', (client: Client) => Question>> = {
  disable,
  delete: remove,
  verify,
  secret: makeSecret,
};

/** The other way to change a secret: for one that somebody else may have. */
export const LEAKED: Question = {
  title: 'End all former secrets?',
  lead: 'For a secret that may have leaked.',
  consequences: [
    'The secrets that are valid now end at once: the application gets no tokens until it has the new one.',
    'The new secret is shown once.',
  ],
  submit: 'End them and make a new one',
  dangerous: true,
};

/** Why a deed was refused, by the code of its problem. */
export const REFUSALS: Readonly<Record<string, string>> = {
  version_conflict: 'Somebody else has changed it meanwhile. Look at it once more before you go on.',
  declared_elsewhere: 'It is declared in the configuration, and changed only there.',
};
