import { setTimeout as delay } from 'node:timers/promises';
import { createBrowser } from '../support/browser.ts';
import { enterCode } from '../support/journey.ts';
import { createRelyingParty, type RelyingParty, type Tokens } from '../support/relying-party.ts';
import type { SmtpSink } from '../support/smtp-sink.ts';
import { type ChildServer, CLIENT } from './child-server.ts';

/** People who sign in at a server in another process, and get their mail over SMTP. */
export interface Customers {
  /** Asks for a code. Resolves when the server has said that it is on its way. */
  askForCode(address: string): Promise<Asked>;
  /** Signs in, from the address to tokens. */
  signIn(address: string): Promise<Tokens>;
  refresh(token: string): Promise<{ status: number; token: string }>;
  /** Resolves when the server has said that the token is no more. */
  revoke(token: string): Promise<void>;
}

export interface Asked {
  /** Enters the code of the message, once it has come. @param signal to wait for it no longer */
  finish(signal?: AbortSignal): Promise<Tokens>;
}

const [CALLBACK = ''] = CLIENT.redirectUris;
let networks = 0;

export function createCustomers(server: () => ChildServer, sink: SmtpSink): Customers {
  const parties = new Map<string, Promise<RelyingParty>>();
  const party = (): Promise<RelyingParty> => {
    const { issuer } = server();
    const known = parties.get(issuer) ?? partyAt(issuer);
    parties.set(issuer, known);
    return known;
  };
  const askForCode = async (address: string): Promise<Asked> => {
    networks += 1;
    const ip = `10.9.${networks >> 8}.${networks & 255}`;
    const browser = createBrowser({ stopAt: [new URL(CALLBACK).origin], ip });
    const application = await party();
    const started = await application.start({ scope: 'openid email' });
    const before = codesFor(sink, address).length;
    await browser.get(started.url);
    const page = await browser.submit('identifier-submit', { identifier: address });
    if (!page.has('code')) throw new Error(`${page.status} ${page.title}`);
    return {
      async finish(signal) {
        await enterCode(browser, await nextCode(sink, address, before, signal));
        return application.finish(browser.landedAt(), started);
      },
    };
  };
  return {
    askForCode,
    signIn: async (address) => (await askForCode(address)).finish(),
    async refresh(token) {
      const { status, body } = await (await party()).token({ grant_type: 'refresh_token', refresh_token: token });
      return { status, token: String(body.refresh_token) };
    },
    revoke: async (token) => (await party()).revoke(token),
  };
}

const partyAt = (issuer: string): Promise<RelyingParty> =>
  createRelyingParty({ issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUri: CALLBACK });

/** The codes an address was sent, oldest first. */
const codesFor = ({ messages }: SmtpSink, address: string): string[] =>
  messages.filter(({ envelope }) => envelope.to.includes(address)).map(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? '');

/** Longer than a lease, after which the message of a worker that died goes out. */
const PATIENCE_MS = 12_000;

async function nextCode(sink: SmtpSink, address: string, before: number, signal?: AbortSignal): Promise<string> {
  for (const started = performance.now(); performance.now() - started < PATIENCE_MS; await delay(5)) {
    signal?.throwIfAborted();
    const code = codesFor(sink, address)[before];
    if (code !== undefined) return code;
  }
  throw new Error(`no message to ${address}`);
}
