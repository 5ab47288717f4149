import { attribute, contentOf, descendants, type HtmlElement, parseHtml, visibleText } from './html-document.ts';
import { type FormControl, formsOf, type HtmlForm } from './html-forms.ts';
import type { WireResponse } from './wire.ts';

/** One request of a navigation. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  /** As it was sent, or null. */
  readonly location: string | null;
  readonly setCookies: readonly string[];
}

/** What the browser shows. */
export interface Page {
  readonly status: number;
  readonly url: URL;
  readonly headers: Headers;
  readonly html: string;
  /** What a person can read. */
  readonly text: string;
  readonly title: string;
  readonly forms: readonly HtmlForm[];
  /** Text of the first filled element with `role="alert"`, or null. */
  readonly alert: string | null;
  /** Requests that led here, this page's own last. */
  readonly hops: readonly Hop[];
  has(id: string): boolean;
  /** @throws Error when there is no such element */
  element(id: string): HtmlElement;
  /** The value of a control. @throws Error when there is no such control */
  value(id: string): string;
  /** @throws Error when there is no such element */
  textOf(id: string): string;
  /** Where a link leads. @throws Error when the element is no link */
  href(id: string): URL;
  /** The form that an element belongs to, and the control it is, if it is one. @throws Error when it is in no form */
  formAt(id: string): { readonly form: HtmlForm; readonly control: FormControl | null };
  json(): unknown;
}

export function createPage(response: WireResponse, url: URL, hops: readonly Hop[]): Page {
  const root = parseHtml(response.body);
  const elements = [...descendants(root)];
  const forms = formsOf(root);
  const title = elements.find((element) => element.name === 'title');
  return {
    status: response.status,
    url,
    headers: headersOf(response),
    html: response.body,
    text: visibleText(root),
    title: title === undefined ? '' : contentOf(title).trim(),
    forms,
    alert: alertOf(elements),
    hops,
    json: () => JSON.parse(response.body) as unknown,
    ...lookups(elements, forms, url, response.status),
  };
}

type Lookups = Pick<Page, 'has' | 'element' | 'value' | 'textOf' | 'href' | 'formAt'>;

function lookups(elements: readonly HtmlElement[], forms: readonly HtmlForm[], url: URL, status: number): Lookups {
  const find = (id: string): HtmlElement | undefined => elements.find((element) => attribute(element, 'id') === id);
  const missing = (what: string): Error => new Error(`${what} on ${url.pathname} (status ${status})`);
  const element = (id: string): HtmlElement => {
    const found = find(id);
    if (found === undefined) throw missing(`no element #${id}`);
    return found;
  };
  return {
    has: (id) => find(id) !== undefined,
    element,
    textOf: (id) => visibleText(element(id)),
    value(id) {
      const control = forms.flatMap((form) => form.controls).find((candidate) => candidate.element === element(id));
      const value = control === undefined ? attribute(element(id), 'value') : control.value;
      if (value === undefined || value === null) throw missing(`#${id} has no value`);
      return value;
    },
    href(id) {
      const href = attribute(element(id), 'href');
      if (href === undefined) throw missing(`#${id} is no link`);
      return new URL(href, url);
    },
    formAt(id) {
      const target = element(id);
      for (const form of forms) {
        const control = form.controls.find((candidate) => candidate.element === target) ?? null;
        if (form.element === target || control !== null) return { form, control };
      }
      const around = forms.find((form) => [...descendants(form.element)].includes(target));
      if (around === undefined) throw missing(`#${id} is in no form`);
      return { form: around, control: null };
    },
  };
}

function alertOf(elements: readonly HtmlElement[]): string | null {
  const alerts = elements.filter((element) => attribute(element, 'role') === 'alert').map(visibleText);
  return alerts.find((text) => text !== '') ?? null;
}

function headersOf(response: WireResponse): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    for (const line of Array.isArray(value) ? value : [value]) if (line !== undefined) headers.append(name, line);
  }
  return headers;
}
