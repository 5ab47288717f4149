import type { SignedIn } from './sessions.ts';

/** Markup that has been escaped. */
interface Html {
  readonly markup: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped unless they are markup themselves. */
function html(strings: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const escaped = (value: string | Html): string =>
    typeof value === 'string' ? value.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '') : value.markup;
  return { markup: strings.map((text, index) => text + escaped(values[index] ?? '')).join('') };
}

const nothing = html``;

/** @param model.now milliseconds since the epoch */
export function homePage(model: {
  readonly signedIn: SignedIn | undefined;
  readonly thirdParty: boolean;
  readonly now: number;
}): string {
  return model.signedIn === undefined
    ? page('Sign in', signedOut(model.thirdParty))
    : page('Signed in', signedInBody(model.signedIn, model.now));
}

/** An OAuth error, or one of ours in the same form. */
export function errorPage({ error, description }: { readonly error: string; readonly description: string }): string {
  return page(
    'Sign-in failed',
    html`<h1>That did not work</h1>
      <p id="error-description">${description}</p>
      <p class="quiet">Error: <code id="error">${error}</code></p>
      <p class="actions"><a class="button" id="login" href="/login">Try again</a><a href="/">Back to the start</a></p>`,
  );
}

/** Asks for two factors: `acr_values` of OpenID Connect Core §3.1.2.1. */
const TWO_FACTORS = '/login?acr_values=urn:countersign:acr:2fa';

function signedOut(thirdParty: boolean): Html {
  const asThirdParty = html`<a id="login-third-party" href="/login?as=third-party">Sign in as a third-party client</a>`;
  return html`<h1>Demo application</h1>
    <p>You are not signed in. You will be asked for an e-mail address and get a code; there is no password.</p>
    <p class="actions"><a class="button" id="login" href="/login">Sign in</a><a id="login-second-factor" href="${TWO_FACTORS}">Sign in with a second factor</a>${thirdParty ? asThirdParty : nothing}</p>`;
}

function signedInBody(signedIn: SignedIn, now: number): Html {
  const { claims, idClaims, refreshToken, accessTokenExpiresAt } = signedIn;
  const name = [claims.name, claims.email, claims.phone_number].find((claim) => typeof claim === 'string');
  const refresh = html`<a class="button" id="refresh" href="/refresh">Refresh</a>`;
  return html`<h1>Hello${typeof name === 'string' ? html`, <span id="name">${name}</span>` : nothing}</h1>
    <p>From an ID token whose signature, issuer, audience, times and nonce have been checked, and from userinfo.</p>
    <pre id="claims" tabindex="0">${JSON.stringify(claims, null, 2)}</pre>
    <dl>
      <dt>Access token</dt>
      <dd id="access-token">${lifetime(accessTokenExpiresAt, now)}</dd>
      <dt>ID token</dt>
      <dd id="id-token">${lifetime(idClaims.exp * 1000, now)}</dd>
      <dt>Refresh token</dt>
      <dd id="refresh-token">${refreshToken === undefined ? 'none' : 'yes, kept on the server'}</dd>
    </dl>
    <p class="actions">
      ${refreshToken === undefined ? nothing : refresh}
      ${idClaims.acr === 'urn:countersign:acr:1fa' ? html`<a id="login-second-factor" href="${TWO_FACTORS}">Prove a second factor</a>` : nothing}
      <a id="account" href="${idClaims.iss}/account">Your account</a>
      <a class="button second" id="logout" href="/logout">Log out</a>
    </p>`;
}

function lifetime(endsAt: number | undefined, now: number): string {
  if (endsAt === undefined) return 'lifetime not said';
  const seconds = Math.round((endsAt - now) / 1000);
  return seconds > 0 ? `valid for ${seconds} s, until ${new Date(endsAt).toUTCString()}` : 'expired';
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Demo application</title>
        <link rel="icon" href="/icon.svg" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`.markup;
}
