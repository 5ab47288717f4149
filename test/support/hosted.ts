import { type ApiAnswer, createBackend } from './api.ts';
import type { Browser } from './browser.ts';
import type { Suite } from './journey.ts';
import { linkIn } from './links.ts';
import type { RawAnswer } from './relying-party.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface ProveOptions {
  readonly send?: Fields;
  readonly validation?: Fields;
}

/** A backend that draws its own form (contracts.md §4.4). Who is meant is an address, or a number with a plus. */
export interface Hosted {
  readonly redirectUri: string;
  /** Asks for a code; unknown people may become users unless `fields` say otherwise. */
  send(identifier: string, fields?: Fields): Promise<ApiAnswer>;
  validate(identifier: string, passcode: string, fields?: Fields): Promise<ApiAnswer>;
  /** Asks for a code and reads it. @throws Error when it is refused */
  code(identifier: string, fields?: Fields): Promise<string>;
  /** The `result` of a code that was asked for and typed. @throws Error when that fails */
  prove(identifier: string, options?: ProveOptions): Promise<string>;
  /** Opens a result. @returns where the browser has come back to, with its parameters; null while it is still here */
  open(result: string, browser?: Browser): Promise<URL | null>;
  /** All of it up to the authorization code. @throws Error when there is none */
  authorizationCode(identifier: string, options?: ProveOptions & { readonly browser?: Browser }): Promise<string>;
  /** The link that was asked for. */
  link(address: string, fields?: Fields): Promise<URL>;
  /** The exchange at the token endpoint; without PKCE, as the contract has it. */
  exchange(code: string, parameters?: Readonly<Record<string, string>>): Promise<RawAnswer>;
  /** The deprecated exchange. */
  exchangeAtApi(code: string, credentials?: Fields): Promise<ApiAnswer>;
}

const kindOf = (identifier: string) =>
  identifier.startsWith('+')
    ? { path: '/v1/auth/otp/sms', who: { phone_number: identifier } }
    : { path: '/v1/auth/otp/email', who: { email: identifier } };

export function createHosted(suite: Suite, clientId = 'demo-backend'): Hosted {
  const backend = createBackend(suite);
  const callback = (): string => `${suite.server.application}/callback`;
  const call = async (path: string, body: Fields): Promise<ApiAnswer> =>
    backend.call(path, { token: await backend.token(clientId), body });
  const asked = (fields: Fields): Fields => ({ redirect_uri: callback(), create_new_user: true, ...fields });
  const hosted: Hosted = {
    get redirectUri() {
      return callback();
    },
    send(identifier, fields = {}) {
      const { path, who } = kindOf(identifier);
      return call(path, { ...who, ...asked(fields) });
    },
    validate(identifier, passcode, fields = {}) {
      const { path, who } = kindOf(identifier);
      return call(`${path}/validation`, { ...who, passcode, ...fields });
    },
    async code(identifier, fields) {
      const before = (await suite.server.inbox(identifier)).length;
      const { status, text } = await hosted.send(identifier, fields);
      if (status !== 200) throw new Error(`no code: ${text}`);
      return suite.server.code(identifier, before + 1);
    },
    async prove(identifier, { send, validation } = {}) {
      const { body, text } = await hosted.validate(identifier, await hosted.code(identifier, send), validation);
      if (typeof body.result !== 'string') throw new Error(`no result: ${text}`);
      return body.result;
    },
    async open(result, browser = suite.browser()) {
      await browser.get(result);
      return browser.stoppedAt;
    },
    async authorizationCode(identifier, { browser, ...options } = {}) {
      const landed = await hosted.open(await hosted.prove(identifier, options), browser);
      const code = landed?.searchParams.get('code');
      if (code == null) throw new Error(`no code at ${landed?.href}`);
      return code;
    },
    async link(address, fields = {}) {
      const before = (await suite.server.inbox(address)).length;
      const { status, text } = await call('/v1/auth/links/email', { email: address, ...asked(fields) });
      if (status !== 200) throw new Error(`no link: ${text}`);
      const [mail] = await suite.server.messages(address, before + 1);
      if (mail === undefined) throw new Error('no mail');
      return linkIn(mail);
    },
    async exchange(code, parameters = {}) {
      const party = await suite.party(clientId);
      return party.token({ grant_type: 'authorization_code', code, redirect_uri: callback(), ...parameters });
    },
    exchangeAtApi: (code, credentials = {}) =>
      backend.call('/v1/token', {
        token: null,
        body: { code, client_id: clientId, client_secret: `${clientId}-secret`, ...credentials },
      }),
  };
  return hosted;
}
