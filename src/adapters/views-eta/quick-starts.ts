import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta/core';
import type { QuickStartModel, RenderedQuickStart } from '../../ports/views/quick-starts.ts';

/** Renders quick starts by name. @throws Error for a name there are no files for */
export type QuickStartTemplates = (name: string, model: QuickStartModel) => RenderedQuickStart;

/** Where somebody's own computer is reached, and how a listener names it. */
const LOOPBACK: Readonly<Record<string, string>> = { localhost: 'localhost', '127.0.0.1': '127.0.0.1', '[::1]': '::1' };

/** Behind a proxy, which brings https along. */
const PORT_BEHIND_PROXY = 8080;

/** A literal that JavaScript, Go, Java and YAML read alike: ids and addresses are code in a program. */
const literal = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One word of a POSIX shell, whatever is in it. */
const shellWord = (value: unknown): string => {
  const text = String(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
};

/**
 * Reads the programs below `views/quickstart`: one folder each, with `files` as they are to be written and the commands
 * that run them. What is filled in is quoted for the language it lands in, by the name of the file.
 *
 * @param directory the `views` folder
 * @throws Error naming the file that does not compile
 */
export function loadQuickStarts(directory: string): QuickStartTemplates {
  const code = new Eta({ autoEscape: true, autoTrim: false, escapeFunction: literal });
  const shell = new Eta({ autoEscape: true, autoTrim: false, escapeFunction: shellWord });
  const engineOf = (name: string): Eta => (name.endsWith('.sh') ? shell : code);
  const root = join(directory, 'quickstart');
  const names = globSync('**/*.eta', { cwd: root }).map((path) => path.replaceAll('\\', '/').slice(0, -'.eta'.length));
  for (const name of names) engineOf(name).loadTemplate(name, readFileSync(join(root, `${name}.eta`), 'utf8'));
  const render = (name: string, scope: object): string => engineOf(name).render(name, scope);
  return (name, model) => {
    const scope = scopeOf(model);
    const start = `${name}/files/`;
    const files = names.filter((one) => one.startsWith(start)).sort();
    return {
      files: files.map((path) => ({ path: path.slice(start.length), text: render(path, scope) })),
      commands: render(`${name}/commands.sh`, scope).trim().split('\n'),
    };
  };
}

/** What a template finds in `it`. */
const scopeOf = ({ redirectUri, ...model }: QuickStartModel) => ({
  ...model,
  insecure: model.issuer.startsWith('http:'),
  scope: model.scopes.join(' '),
  goScopes: model.scopes.map(literal).join(', '),
  loginPath: URL.parse(redirectUri)?.pathname === '/login' ? '/sign-in' : '/login',
  redirect: redirectOf(redirectUri),
});

/** A redirect URI in the parts that programs want. */
function redirectOf(uri: string) {
  const url = new URL(uri);
  const host = LOOPBACK[url.hostname] ?? null;
  const own = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  const port = host === null || url.protocol === 'https:' ? PORT_BEHIND_PROXY : own;
  return {
    uri,
    origin: url.origin,
    path: url.pathname,
    host,
    port,
    address: `${host === null ? '' : url.hostname}:${port}`,
    // Both routers have characters of their own (path-to-regexp 8; net/http.ServeMux).
    expressRoute: url.pathname.replace(/[*:(){}[\]?+!\\]/g, '\\$&'),
    goRoute: url.pathname.endsWith('/') ? `GET ${url.pathname}{$}` : `GET ${url.pathname}`,
    provider: url.pathname.split('/').at(-1) ?? '',
  };
}
