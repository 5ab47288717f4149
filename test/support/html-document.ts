import { tokenize } from './html-tokens.ts';

/** An element of a parsed page. */
export interface HtmlElement {
  /** Lower case. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: HtmlElement | null;
  readonly children: readonly (HtmlElement | string)[];
}

interface OpenElement extends HtmlElement {
  readonly parent: OpenElement | null;
  readonly children: (HtmlElement | string)[];
}

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
const INLINE = new Set('a abbr b bdi cite code em i kbd mark q s samp small span strong sub sup time u var'.split(' '));
const UNSEEN = new Set(['script', 'style', 'template', 'head', 'title']);

/** Elements whose end tag may be missing, and the start tags that end them (HTML §13.1.2.4). */
const ENDED_BY: Readonly<Record<string, ReadonlySet<string>>> = {
  option: new Set(['option', 'optgroup']),
  li: new Set(['li']),
  dt: new Set(['dt', 'dd']),
  dd: new Set(['dt', 'dd']),
  p: new Set('p div ul ol dl form fieldset section header footer main h1 h2 h3 table pre hr'.split(' ')),
};

/** Parses a page into a tree. Tolerant: stray end tags are ignored, open elements end with their parent. */
export function parseHtml(html: string): HtmlElement {
  const root: OpenElement = { name: '#document', attributes: new Map(), parent: null, children: [] };
  let current = root;
  for (const token of tokenize(html)) {
    if (token.kind === 'text') current.children.push(token.text);
    else if (token.kind === 'close') current = closed(current, token.name);
    else {
      if (ENDED_BY[current.name]?.has(token.name) === true) current = current.parent ?? root;
      const element: OpenElement = { name: token.name, attributes: token.attributes, parent: current, children: [] };
      current.children.push(element);
      if (!VOID.has(token.name)) current = element;
    }
  }
  return root;
}

function closed(current: OpenElement, name: string): OpenElement {
  for (let element: OpenElement | null = current; element !== null; element = element.parent) {
    if (element.name === name && element.parent !== null) return element.parent;
  }
  return current;
}

/** The element's descendants in document order, without itself. */
export function* descendants(element: HtmlElement): Generator<HtmlElement> {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    yield child;
    yield* descendants(child);
  }
}

export const attribute = (element: HtmlElement, name: string): string | undefined => element.attributes.get(name);

/** What a person reads in it: no scripts, styles or hidden elements, white space collapsed. */
export const visibleText = (element: HtmlElement): string => rawText(element).replace(/\s+/g, ' ').trim();

function rawText(element: HtmlElement): string {
  return element.children
    .map((child) => {
      if (typeof child === 'string') return child;
      if (UNSEEN.has(child.name) || child.attributes.has('hidden')) return '';
      return INLINE.has(child.name) ? rawText(child) : ` ${rawText(child)} `;
    })
    .join('');
}

/** Everything between its tags, whatever it is: for `title` and `textarea`. */
export const contentOf = (element: HtmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : contentOf(child))).join('');
