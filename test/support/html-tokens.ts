/** What a page consists of, in source order. Comments and the doctype are left out. */
export type HtmlToken =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

/** Elements whose content is not markup (HTML §13.2.5); in the second kind entities still count. */
const RAW_TEXT = new Set(['script', 'style', 'iframe', 'noembed', 'noframes', 'xmp']);
const ESCAPABLE_RAW_TEXT = new Set(['textarea', 'title']);

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bull: '•',
  copy: '©',
  gt: '>',
  hellip: '…',
  laquo: '«',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  middot: '·',
  nbsp: '\u00a0',
  ndash: '–',
  quot: '"',
  raquo: '»',
  rdquo: '”',
  rsquo: '’',
  shy: '\u00ad',
};

/** Decodes character references: numeric ones and the named ones that pages of ours use; others stay as they are. */
const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });

const SKIPPED = /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>?/y;
const CLOSE_TAG = /<\/([a-z][^\s/>]*)[^>]*>?/iy;
const OPEN_TAG = /<([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/iy;
const TEXT = /[^<]+|</y;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?/g;

/** Splits a page into tokens the way a browser without script does: `noscript` is ordinary content. */
export function* tokenize(html: string): Generator<HtmlToken> {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(html);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (at < html.length) {
    if (take(SKIPPED) !== null) continue;
    const close = take(CLOSE_TAG);
    if (close !== null) {
      yield { kind: 'close', name: (close[1] ?? '').toLowerCase() };
      continue;
    }
    const open = take(OPEN_TAG);
    if (open === null) {
      yield { kind: 'text', text: decodeEntities(take(TEXT)?.[0] ?? '') };
      continue;
    }
    const name = (open[1] ?? '').toLowerCase();
    yield { kind: 'open', name, attributes: attributesOf(open[2] ?? '') };
    const content = rawContent(html, at, name);
    if (content === null) continue;
    at += content.length;
    yield { kind: 'text', text: RAW_TEXT.has(name) ? content : decodeEntities(content.replace(/^\n/, '')) };
  }
}

/** The text up to the end tag of an element whose content is not markup, or null for other elements. */
function rawContent(html: string, from: number, name: string): string | null {
  if (!RAW_TEXT.has(name) && !ESCAPABLE_RAW_TEXT.has(name)) return null;
  const rest = html.slice(from);
  const end = rest.search(new RegExp(`</${name}[\\s/>]`, 'i'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The first of two attributes with one name counts (HTML §13.2.5.33). */
function attributesOf(source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single, bare] of source.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decodeEntities(double ?? single ?? bare ?? ''));
  }
  return attributes;
}
