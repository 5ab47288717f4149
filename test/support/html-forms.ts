import { attribute, contentOf, descendants, type HtmlElement } from './html-document.ts';

/** One control of a form. */
export interface FormControl {
  readonly element: HtmlElement;
  readonly id: string | undefined;
  readonly name: string;
  /** `input` types as they are, else `select`, `textarea` or the type of a `button`. */
  readonly type: string;
  /** What it would send untouched; null for an unticked box and for buttons. */
  readonly value: string | null;
}

/** A form as a browser sees it. */
export interface HtmlForm {
  readonly element: HtmlElement;
  readonly id: string | undefined;
  readonly method: 'get' | 'post';
  /** As written; relative to the page. */
  readonly action: string;
  readonly controls: readonly FormControl[];
}

/** What a person enters: by control name. A ticked box is its value, an unticked one the empty string. */
export type FormEntries = Readonly<Record<string, string>>;

const BUTTONS = new Set(['submit', 'button', 'reset', 'image']);

/** All forms of a page, with the controls they own (HTML §4.10.17.3: by ancestry or by the `form` attribute). */
export function formsOf(root: HtmlElement): HtmlForm[] {
  const elements = [...descendants(root)];
  const controls = elements.filter((element) => CONTROL_NAMES.has(element.name));
  return elements
    .filter((element) => element.name === 'form')
    .map((element) => {
      const id = attribute(element, 'id');
      const owned = controls.filter((control) => {
        const explicit = attribute(control, 'form');
        return explicit === undefined ? ancestor(control, 'form') === element : explicit === id;
      });
      return {
        element,
        id,
        method: attribute(element, 'method')?.toLowerCase() === 'post' ? 'post' : 'get',
        action: attribute(element, 'action') ?? '',
        controls: owned.filter((control) => !isDisabled(control)).map(controlOf),
      };
    });
}

const CONTROL_NAMES = new Set(['input', 'button', 'select', 'textarea']);

function ancestor(element: HtmlElement, name: string): HtmlElement | null {
  for (let up = element.parent; up !== null; up = up.parent) if (up.name === name) return up;
  return null;
}

const isDisabled = (element: HtmlElement): boolean =>
  element.attributes.has('disabled') || ancestor(element, 'fieldset')?.attributes.has('disabled') === true;

function controlOf(element: HtmlElement): FormControl {
  const name = attribute(element, 'name') ?? '';
  const type = typeOf(element);
  return { element, id: attribute(element, 'id'), name, type, value: initialValue(element, type) };
}

function typeOf(element: HtmlElement): string {
  if (element.name === 'button') return attribute(element, 'type')?.toLowerCase() ?? 'submit';
  if (element.name === 'input') return attribute(element, 'type')?.toLowerCase() ?? 'text';
  return element.name;
}

function initialValue(element: HtmlElement, type: string): string | null {
  if (BUTTONS.has(type)) return null;
  if (type === 'checkbox' || type === 'radio') return element.attributes.has('checked') ? boxValue(element) : null;
  if (type === 'textarea') return contentOf(element);
  if (type !== 'select') return attribute(element, 'value') ?? '';
  const options = [...descendants(element)].filter((child) => child.name === 'option');
  const chosen = options.find((option) => option.attributes.has('selected')) ?? options[0];
  return chosen === undefined ? null : (attribute(chosen, 'value') ?? contentOf(chosen).trim());
}

const boxValue = (element: HtmlElement): string => attribute(element, 'value') ?? 'on';

/** True for a control that submits its form when it is pressed. */
export const isSubmitter = (control: FormControl): boolean => control.type === 'submit' || control.type === 'image';

/** The button that Enter presses (HTML §4.10.21.2). */
export const defaultButton = (form: HtmlForm): FormControl | null => form.controls.find(isSubmitter) ?? null;

/**
 * What the form sends (HTML §4.10.21.4), after a person has made these entries.
 *
 * @param submitter the button that was pressed; only this one is sent
 * @throws Error when there is no such control to enter something into: a person could not do it either
 */
export function entryList(form: HtmlForm, submitter: FormControl | null, entries: FormEntries): [string, string][] {
  const open = form.controls.filter((control) => control.type !== 'hidden' && !BUTTONS.has(control.type));
  for (const name of Object.keys(entries)) {
    if (!open.some((control) => control.name === name)) throw new Error(`the form has no control "${name}" to fill in`);
  }
  const list: [string, string][] = [];
  for (const control of form.controls) {
    if (control.name === '') continue;
    const value = control === submitter ? (attribute(control.element, 'value') ?? '') : entered(control, entries);
    if (value !== null) list.push([control.name, value.replace(/\r\n?|\n/g, '\r\n')]);
  }
  return list;
}

function entered(control: FormControl, entries: FormEntries): string | null {
  const entry = entries[control.name];
  if (entry === undefined || control.type === 'hidden' || BUTTONS.has(control.type)) return control.value;
  if (control.type !== 'checkbox' && control.type !== 'radio') return entry;
  return boxValue(control.element) === entry ? entry : null;
}
