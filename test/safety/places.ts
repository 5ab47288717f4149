import { openAccount } from '../support/account.ts';
import { shotOf, visitOf } from '../support/attack.ts';
import type { Suite } from '../support/journey.ts';
import { waitForMail } from '../support/links.ts';
import type { WireRequest } from '../support/wire.ts';

/** A place in a request that a text can be put into. */
export interface Place {
  readonly name: string;
  with(text: string): WireRequest;
}

const AUTHORIZATION = [
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'login_hint'],
  ...['ui_locales', 'prompt', 'max_age', 'claims', 'acr_values', 'id_token_hint', 'code_challenge', 'display'],
  ...['code_challenge_method', 'request', 'request_uri', 'registration', 'resource', 'claims_locales', 'unheard_of'],
  ...['ticket', 'org_id'],
];
const TOKEN = [
  'grant_type',
  'code',
  'redirect_uri',
  'code_verifier',
  'refresh_token',
  'scope',
  'client_id',
  'unheard_of',
];
const LOGOUT = ['id_token_hint', 'post_logout_redirect_uri', 'state', 'client_id', 'logout_hint', 'ui_locales'];
const HEADERS = [
  'cookie',
  'accept-language',
  'accept',
  'authorization',
  'origin',
  'referer',
  'user-agent',
  'x-forwarded-for',
];
const FORGED = ['x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-http-method-override', 'sec-fetch-site'];

/** Every place of the endpoints and pages there are; what needs a person before it has one. */
export async function allPlaces(suite: Suite): Promise<Place[]> {
  const at = (path: string): URL => new URL(path, suite.server.issuer);
  const { url } = await (await suite.party()).start();
  return [
    ...AUTHORIZATION.map((name) => inQuery(`GET /auth ${name}`, url, name)),
    // A posted request is sent on as it is; one field of it stands for all.
    inForm('POST /auth state', at('/auth'), Object.fromEntries(url.searchParams), 'state'),
    ...AUTHORIZATION.map((name) =>
      inForm(`POST /request ${name}`, at('/request'), Object.fromEntries(url.searchParams), name),
    ),
    ...TOKEN.map((name) => inForm(`POST /token ${name}`, at('/token'), TOKEN_REQUEST, name)),
    ...LOGOUT.map((name) => inQuery(`GET /session/end ${name}`, at('/session/end'), name)),
    ...['token', 'token_type_hint'].flatMap((name) =>
      ['/token/introspection', '/token/revocation'].map((path) => inForm(`POST ${path} ${name}`, at(path), {}, name)),
    ),
    ...['xsrf', 'logout'].map((name) =>
      inForm(`POST /session/end/confirm ${name}`, at('/session/end/confirm'), {}, name),
    ),
    inForm('POST /me access_token', at('/me'), {}, 'access_token'),
    inQuery('GET /me access_token', at('/me'), 'access_token'),
    inQuery('GET /dev/inbox to', at('/dev/inbox'), 'to'),
    inQuery('GET /session/end/success client_id', at('/session/end/success'), 'client_id'),
    inQuery('GET /account/signed-in state', at('/account/signed-in'), 'state'),
    inQuery('GET /account/signed-in error', at('/account/signed-in'), 'error'),
    ...['token', 'csrf'].map((name) => inForm(`POST /link ${name}`, at('/link'), { token: 'x.y', csrf: 'x' }, name)),
    ...['/interaction/', '/link/', '/auth/', '/assets/', '/', '/.well-known/', '/interaction/x/'].map((path) =>
      inPath(path, at('/')),
    ),
    ...[...HEADERS, ...FORGED].map((name) => inHeader(name, url)),
    ...(await onPages(suite)),
    ...(await onAccountPages(suite)),
  ];
}

const TOKEN_REQUEST = {
  grant_type: 'authorization_code',
  code: 'x',
  redirect_uri: 'http://localhost/',
  code_verifier: 'x',
};
const CREDENTIALS = { authorization: `Basic ${Buffer.from('demo:demo-secret').toString('base64')}` };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const HTML = { accept: 'text/html' };

const inQuery = (name: string, url: URL, parameter: string): Place => ({
  name,
  with(text) {
    const changed = new URL(url);
    changed.searchParams.set(parameter, text);
    return { method: 'GET', url: changed, headers: HTML, body: null };
  },
});

const inForm = (name: string, url: URL, fields: Readonly<Record<string, string>>, field: string): Place => ({
  name,
  with: (text) => ({
    method: 'POST',
    url,
    headers: { ...HTML, ...FORM, ...(url.pathname.startsWith('/auth') ? {} : CREDENTIALS) },
    body: new URLSearchParams({ ...fields, [field]: text }).toString(),
  }),
});

const inPath = (path: string, root: URL): Place => ({
  name: `GET ${path}`,
  with: (text) => ({
    method: 'GET',
    url: new URL(path + encodeURIComponent(text.toWellFormed()), root),
    headers: HTML,
    body: null,
  }),
});

/** What Node refuses to send in a header is what no server can be sent: the rest of the text has to do. */
const inHeader = (name: string, url: URL): Place => ({
  name: `header ${name}`,
  with: (text) => ({
    method: 'GET',
    url,
    headers: { ...HTML, [name]: text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '') },
    body: null,
  }),
});

/** The forms of the journey, each in front of a browser that is allowed to see it. */
async function onPages(suite: Suite): Promise<Place[]> {
  const [identify, consent] = [suite.browser(), suite.browser()];
  await suite.begin(identify);
  const { browser: code, link: opened, uid } = await waitForMail(suite, suite.address());
  const [here, elsewhere] = [code.tab(), suite.browser()];
  for (const browser of [here, elsewhere]) await browser.get(opened);
  await suite.signIn(consent, suite.address());
  await suite.begin(consent, { clientId: 'demo-third-party' });
  const forms = [
    ['identifier', shotOf(identify, 'identifier-submit')],
    ['csrf', shotOf(identify, 'identifier-submit')],
    ['unheard_of', shotOf(identify, 'identifier-submit')],
    ['code', shotOf(code, 'code-submit')],
    ['csrf', shotOf(code, 'code-resend')],
    ['csrf', shotOf(consent, 'consent-allow')],
    ...[here, elsewhere].flatMap((browser) => {
      const shot = shotOf(browser, 'link-confirm');
      return [['csrf', shot] as const, ['token', shot] as const];
    }),
  ] as const;
  const root = identify.page.url;
  const link = new URL(`/interaction/${uid}/link/`, root);
  return [
    ...forms.map(([field, shot]) => ({
      name: `POST ${shot.url.pathname.split('/').slice(3).join('/')} ${field}`,
      with: (text: string) => withField(shot, field, text),
    })),
    ...[here, elsewhere].map((browser, index) => ({
      name: `GET /interaction/link, browser ${index}`,
      with: (text: string) => visitOf(browser, new URL(encodeURIComponent(text.toWellFormed()), link)),
    })),
    {
      name: 'GET /interaction/progress',
      with: (text: string) => visitOf(here, new URL(`../progress/${encodeURIComponent(text.toWellFormed())}`, link)),
    },
    ...['other', 'resent', 'unheard_of'].map((name) => ({
      name: `GET /interaction ${name}`,
      with: (text: string) => visitOf(identify, new URL(`?${new URLSearchParams({ [name]: text })}`, root)),
    })),
  ];
}

/** The pages and forms of somebody's account. */
async function onAccountPages(suite: Suite): Promise<Place[]> {
  const [browser, other] = [suite.browser(), suite.address()];
  await openAccount(suite, browser, suite.address());
  const overview = browser.page.url;
  await browser.click('account-add');
  const add = shotOf(browser, 'identifier-submit');
  await suite.askForCode(browser, other);
  const code = shotOf(browser, 'code-submit');
  await browser.get('/account/delete');
  const forms = [
    ['identifier', add],
    ['country', add],
    ['csrf', add],
    ['code', code],
    ['sure', shotOf(browser, 'delete-confirm')],
  ] as const;
  return [
    ...forms.map(([field, shot]) => ({
      name: `POST ${shot.url.pathname.split('/').slice(1, 3).join('/')} ${field}`,
      with: (text: string) => withField(shot, field, text),
    })),
    ...['done', 'unheard_of'].map((name) => ({
      name: `GET /account ${name}`,
      with: (text: string) => visitOf(browser, new URL(`?${new URLSearchParams({ [name]: text })}`, overview)),
    })),
    ...['proof', 'identifiers', 'sessions'].map((page) => ({
      name: `GET /account/${page}/`,
      with: (text: string) =>
        visitOf(browser, new URL(`/account/${page}/${encodeURIComponent(text.toWellFormed())}`, overview)),
    })),
    ...['/account/devices/', '/account/sessions/', '/account/identifiers/'].map((path) => ({
      name: `POST ${path}`,
      with: (text: string) => {
        const action = path.includes('devices') ? 'forget' : path.includes('sessions') ? 'end' : 'primary';
        const url = new URL(`${path}${encodeURIComponent(text.toWellFormed())}/${action}`, overview);
        return { ...add, url, body: null };
      },
    })),
  ];
}

/** The same submission with another value in one field. */
export function withField(shot: WireRequest, field: string, text: string): WireRequest {
  const fields = new URLSearchParams(shot.body ?? '');
  fields.set(field, text);
  return { ...shot, body: fields.toString() };
}
