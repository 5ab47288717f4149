import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a web framework would give you: routes, forms, pages, and something remembered of each browser. */
export interface Call<Visit> {
  readonly visit: Visit;
  /** Forgets the visit and begins a new one under another cookie, as whoever signs in or out has to. */
  renew(): Visit;
  readonly query: URLSearchParams;
  readonly fields: Readonly<Record<string, string | undefined>>;
}

export type Reply = { readonly html: string } | { readonly redirect: string };

/** By method and path. */
export type Routes<Visit> = Readonly<Record<string, (call: Call<Visit>) => Reply | Promise<Reply>>>;

/** Cookies know no ports, so that on localhost their names have to be all different. */
const COOKIE = 'example-backend';

export function createSite<Visit extends object>(routes: Routes<Visit>): Server {
  const visits = new Map<string, Visit>();
  return createServer((req, res) => {
    answer(req, res, routes, visits).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`);
      if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain' }).end('That did not work.');
    });
  });
}

async function answer<Visit extends object>(
  req: IncomingMessage,
  res: ServerResponse,
  routes: Routes<Visit>,
  visits: Map<string, Visit>,
): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://localhost');
  const route = routes[`${req.method} ${url.pathname}`];
  if (route === undefined) return void res.writeHead(404).end();
  // A page elsewhere may lead here, but not press anything here.
  if (req.method === 'POST' && req.headers['sec-fetch-site'] === 'cross-site') return void res.writeHead(403).end();
  let id = /(?:^|; )example-backend=([\w-]{36})/.exec(req.headers.cookie ?? '')?.[1] ?? '';
  const begin = (): Visit => {
    visits.delete(id);
    id = randomUUID();
    const begun = {} as Visit;
    visits.set(id, begun);
    res.setHeader('set-cookie', `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`);
    return begun;
  };
  const fields = Object.fromEntries(new URLSearchParams(await bodyOf(req)));
  const reply = await route({ visit: visits.get(id) ?? begin(), renew: begin, query: url.searchParams, fields });
  if ('redirect' in reply) res.writeHead(303, { location: reply.redirect }).end();
  else res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(reply.html);
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > 10_000) throw new Error('a form that nobody has here');
  }
  return text;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** @param field its name; null for a mere button */
export const form = (action: string, field: string | null, label: string): string =>
  `<form method="post" action="${action}">${
    field === null
      ? ''
      : `<label for="${field}">${escaped(label)}</label> <input id="${field}" name="${field}" autocomplete="off" autofocus required>`
  } <button id="${action.slice(1)}">${field === null ? escaped(label) : 'Go on'}</button></form>`;

/** @param claims shown as JSON */
export const page = (title: string, content: string, claims?: unknown): Reply => ({
  html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><h1>${escaped(title)}</h1>${content}${
    claims === undefined ? '' : `<pre id="claims">${escaped(JSON.stringify(claims, null, 2))}</pre>`
  }</html>`,
});
