import { join } from 'node:path';
import { accentOf } from '../../domain/accent.ts';
import type { Pages, Views } from '../../ports/views.ts';
import { accentSheet, shadesOf } from './accent-sheet.ts';
import { loadAssets } from './assets.ts';
import { consoleScope } from './console-scope.ts';
import { VIEWS_DIRECTORY } from './directory.ts';
import { targetLink } from './links.ts';
import { loadQuickStarts } from './quick-starts.ts';
import { pageScope } from './scope.ts';
import { loadTemplates } from './templates.ts';
import { loadTexts } from './texts.ts';

export interface ViewsOptions {
  /** The folder with templates, locale files and `public`; by default `views` of this repository. */
  readonly directory?: string;
  /** Takes the place of the content hash in the URL of every static file, for instance the name of a release. */
  readonly assetVersion?: string;
}

const templateOf: Readonly<Record<keyof Pages, string>> = {
  home: 'dev/home',
  inbox: 'dev/inbox',
  reference: 'dev/reference',
  identify: 'signin/identify',
  code: 'signin/code',
  link: 'signin/link',
  linkElsewhere: 'signin/link-elsewhere',
  linkCode: 'signin/link-code',
  factor: 'signin/factor',
  enroll: 'signin/enroll',
  held: 'signin/held',
  account: 'signin/account',
  organization: 'signin/organization',
  accountOverview: 'account/overview',
  accountAdd: 'account/add',
  accountProof: 'account/proof',
  accountRemove: 'account/remove',
  accountSessions: 'account/sessions',
  accountDelete: 'account/delete',
  accountDeleted: 'account/deleted',
  consent: 'signin/consent',
  expired: 'signin/expired',
  error: 'signin/error',
  logout: 'signin/logout',
  loggedOut: 'signin/logged-out',
  proceed: 'signin/proceed',
  consoleDoor: 'admin/door',
};

/**
 * Pages and messages from Eta templates and locale files. Everything is read and compiled here, once: a broken template
 * stops the start, not a sign-in.
 *
 * @throws Error when a template, a locale file or a static file is broken
 */
export function createViews(options: ViewsOptions = {}): Views {
  const directory = options.directory ?? VIEWS_DIRECTORY;
  const texts = loadTexts(join(directory, 'locales'));
  const templates = loadTemplates(directory);
  const asset = assetUrls(directory, options.assetVersion);
  return {
    page: (name, frame, model) =>
      templates.render(templateOf[name], pageScope(frame, model, texts.speak(frame.locale), asset)),
    console: (name, frame, model) =>
      templates.render(`admin/${name}`, consoleScope(frame, model, texts.speak('en'), asset)),
    message: (channel, template, locale, service, model) => {
      const phrases = texts.speak(locale);
      const scope = {
        ...phrases,
        service,
        model,
        direction: phrases.t('locale.direction'),
        target: (url: string | null): string => targetLink(url) ?? '',
        accentOf,
        shadesOf,
      };
      const render = (name: string): string => templates.render(name, scope);
      if (channel === 'sms') return { subject: '', text: render(`sms/${template}.text`), html: null };
      return {
        subject: render(`mail/${template}.subject`),
        text: render(`mail/${template}.text`),
        html: render(`mail/${template}.html`),
      };
    },
    quickStart: loadQuickStarts(directory),
    accentSheet,
    locales: texts.locales,
    locale: texts.lookup,
  };
}

function assetUrls(directory: string, version: string | undefined): (name: string) => string {
  const assets = loadAssets({ directory });
  return (name) => {
    const asset = assets.get(`/assets/${name}`);
    if (asset === undefined) throw new Error(`no static file ${name}`);
    return version === undefined ? asset.url : `/assets/${name}?v=${encodeURIComponent(version)}`;
  };
}
