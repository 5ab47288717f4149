import { type Cookie, type CookieJar, createCookieJar } from './cookie-jar.ts';
import type { Initiator } from './fetch-metadata.ts';
import {
  defaultButton,
  entryList,
  type FormControl,
  type FormEntries,
  type HtmlForm,
  isSubmitter,
} from './html-forms.ts';
import { type BrowserOptions, createNavigator, type NavigationRequest, type Navigator } from './navigation.ts';
import type { Hop, Page } from './page.ts';

export type { BrowserOptions } from './navigation.ts';

export interface SubmitOptions {
  /** Pairs a person could not enter: sent besides what the form holds, or instead of a field with that name. */
  readonly forced?: FormEntries;
  /** Instead of what a browser would send; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A browser without script: one tab over a cookie jar. Time is `Date.now()`, so a moved clock ages its cookies. */
export interface Browser {
  /** What it shows. @throws Error before the first page */
  readonly page: Page;
  /** Every request of this tab so far. */
  readonly history: readonly Hop[];
  /** The address in `stopAt` (or of another scheme) that the last navigation ended at, or null. */
  readonly stoppedAt: URL | null;
  /** The same, for tests that expect it. @throws Error that says what is shown instead */
  landedAt(): URL;
  /**
   * Opens an address as if it was typed.
   * @param from address of a foreign page whose link was followed instead
   */
  get(url: string | URL, from?: string | URL): Promise<Page>;
  /**
   * Fills in and submits a form.
   * @param target id of the button to press, or of the form or anything in it: then Enter is pressed; null for the
   *   page's only form
   * @throws Error when the form has no such control, or the page's CSP stops the navigation
   */
  submit(target: string | null, entries?: FormEntries, options?: SubmitOptions): Promise<Page>;
  /** Presses a button or follows a link. */
  click(id: string): Promise<Page>;
  /** Posts a form of a foreign page, as an attacker's would. */
  postFrom(from: string | URL, url: string | URL, fields: FormEntries): Promise<Page>;
  /** Shows the former entry of the tab: from memory, or asked for anew where it was `no-store`. */
  back(): Promise<Page>;
  /** Repeats the request of this page, a POST included (the person confirms it). */
  reload(): Promise<Page>;
  /** Live cookies; with a URL those a request to it would carry. */
  cookies(url?: string | URL): readonly Cookie[];
  /** Another tab: same jar, own history. */
  tab(): Browser;
  /** Another browser that starts with a copy of the jar, as after a theft of cookies. */
  clone(): Browser;
}

export const createBrowser = (options: BrowserOptions = {}): Browser => openTab(options, createCookieJar());

function openTab(options: BrowserOptions, jar: CookieJar): Browser {
  const tab = createNavigator(options, jar);
  const resolve = (url: string | URL): URL => new URL(url, tab.page?.url ?? options.baseUrl);
  const shown = (): Page => {
    if (tab.page === null) throw new Error('no page yet');
    return tab.page;
  };
  return {
    get page() {
      return shown();
    },
    get history() {
      return tab.history;
    },
    get stoppedAt() {
      return tab.stoppedAt;
    },
    landedAt: () => tab.stoppedAt ?? notStopped(shown()),
    get: async (url, from) =>
      tab.open({ ...GET, url: resolve(url), initiator: from === undefined ? null : foreign(from) }),
    submit: async (target, entries = {}, submitOptions = {}) =>
      tab.open(submission(shown(), tab.initiator(), target, entries, submitOptions)),
    click: async (id) => click(tab, shown(), id),
    postFrom: async (from, url, fields) =>
      tab.open({
        ...GET,
        method: 'POST',
        url: resolve(url),
        body: encode(Object.entries(fields)),
        initiator: foreign(from),
      }),
    back: () => tab.back(),
    reload: () => tab.reload(),
    cookies: (url) => jar.list(url === undefined ? undefined : resolve(url)),
    tab: () => openTab(options, jar),
    clone: () => openTab(options, jar.copy()),
  };
}

const GET = { method: 'GET', body: null, headers: {}, formPage: null } as const;

const foreign = (url: string | URL): Initiator => ({ url: new URL(url), referrerPolicy: '' });

const encode = (pairs: readonly (readonly [string, string])[]): string =>
  new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();

function notStopped(page: Page): never {
  throw new Error(`still at ${page.url.href}: ${page.status} ${page.alert ?? page.title}`);
}

function click(tab: Navigator, page: Page, id: string): Promise<Page> {
  if (page.element(id).name === 'a') return tab.open({ ...GET, url: page.href(id), initiator: tab.initiator() });
  const { control } = page.formAt(id);
  if (control === null || !isSubmitter(control)) throw new Error(`#${id} is nothing to click on`);
  return tab.open(submission(page, tab.initiator(), id, {}, {}));
}

function submission(
  page: Page,
  initiator: Initiator | null,
  target: string | null,
  entries: FormEntries,
  options: SubmitOptions,
): NavigationRequest {
  const { form, control } = target === null ? { form: onlyForm(page), control: null } : page.formAt(target);
  const pressed = control !== null && isSubmitter(control);
  if (!pressed && target !== null && page.element(target).name === 'button') {
    throw new Error(`#${target} cannot be pressed`);
  }
  const submitter = pressed ? control : defaultButton(form);
  const forced = Object.entries(options.forced ?? {});
  const pairs = entryList(form, submitter, entries).filter(([name]) => !forced.some(([other]) => other === name));
  const body = encode([...pairs, ...forced]);
  const { method, action } = targetOf(form, submitter);
  const url = new URL(action === '' ? page.url.href : action, page.url);
  if (method === 'get') url.search = body;
  return {
    method: method === 'get' ? 'GET' : 'POST',
    url,
    body: method === 'get' ? null : body,
    headers: options.headers ?? {},
    initiator,
    formPage: page,
  };
}

function onlyForm(page: Page): HtmlForm {
  const [form, ...others] = page.forms;
  if (form === undefined || others.length > 0) throw new Error(`${page.forms.length} forms on ${page.url.pathname}`);
  return form;
}

function targetOf(form: HtmlForm, submitter: FormControl | null): { method: string; action: string } {
  const own = submitter?.element.attributes;
  const enctype = own?.get('formenctype') ?? form.element.attributes.get('enctype') ?? URLENCODED;
  if (enctype !== URLENCODED) throw new Error(`forms of type ${enctype} are not spoken here`);
  return {
    method: own?.get('formmethod')?.toLowerCase() ?? form.method,
    action: own?.get('formaction') ?? form.action,
  };
}

const URLENCODED = 'application/x-www-form-urlencoded';
