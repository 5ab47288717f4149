import type { ConsoleFrame } from '../../src/ports/views/admin-frame.ts';
import type { ConsolePages } from '../../src/ports/views/admin-pages.ts';
import type { Views } from '../../src/ports/views.ts';
import { clientSamples } from './console-clients.ts';
import { operationSamples } from './console-operations.ts';
import { overviewSamples } from './console-overview.ts';
import { peopleSamples } from './console-people.ts';

/** A page of the console with its model, and what its frame has that others do not. */
export type ConsoleSample = {
  [Name in keyof ConsolePages]: {
    readonly page: Name;
    readonly model: ConsolePages[Name];
    readonly frame?: Partial<ConsoleFrame>;
  };
}[keyof ConsolePages];

const form = (path: string): { action: string; csrf: string } => ({ action: `/admin/${path}`, csrf: 'x' });

/** The frame of a sample, where it says nothing else. */
export const consoleFrame: ConsoleFrame = {
  administrator: { email: 'ada.lovelace@example.org', role: 'owner' },
  active: null,
  service: 'Countersign',
  issuer: 'https://id.example.com',
  development: false,
  signOut: form('sign-out'),
};

/** The pages of the console in the states worth a look, by file name. */
export const consoleSamples: Readonly<Record<string, ConsoleSample>> = {
  ...overviewSamples,
  ...clientSamples,
  ...peopleSamples,
  ...operationSamples,
  refused: {
    page: 'refused',
    model: {
      status: 404,
      error: 'not_found',
      needed: null,
      requestId: '8f14e45f-ceea-467f-a8b6-2d1c3a',
      back: { href: '/admin', label: 'To the overview' },
    },
  },
  confirm: {
    page: 'confirm',
    frame: { active: 'accounts' },
    model: {
      title: 'Delete this account?',
      lead: 'a•••@e•••.org, here since 3 March 2026.',
      consequences: [
        'Its sessions end, and its tokens are dead at once.',
        'It is a member of no organization any more.',
        'The person is told. Signing in again makes a new account with another id.',
      ],
      form: form('accounts/x/delete'),
      fields: {},
      submit: 'Delete the account',
      dangerous: true,
      back: { href: '/admin/accounts/x', label: 'Account' },
      problem: null,
    },
  },
};

/** The page of a sample. */
export function renderConsoleSample(views: Views, sample: ConsoleSample): string {
  const page = <Name extends keyof ConsolePages>(name: Name, model: ConsolePages[Name]): string =>
    views.console(name, { ...consoleFrame, ...sample.frame }, model);
  return page(sample.page, sample.model);
}
