import type { Context } from 'koa';
import type { Account } from '../../../domain/account.ts';
import { TWO_FACTORS } from '../../../domain/assurance.ts';
import { canConfirm, isHeld } from '../../../domain/hold.ts';
import type { Channel } from '../../../domain/identifier.ts';
import { CONSOLE_CLIENT_ID } from '../../../domain/own-clients.ts';
import type { Engine, SignedIn } from '../../../interaction/engine.ts';
import type { Random } from '../../../ports/random.ts';
import type { Administrators, Standing } from '../../../services/administration/administrators.ts';
import type { Accounts } from '../../../services/people/accounts.ts';
import type { Sessions } from '../../../services/sessions.ts';
import type { ConsolePass, ConsolePasses, OpenConsole } from '../../cookies/console-passes.ts';
import type { Entrance } from '../../entrance.ts';
import { seeOther } from '../../signin/routes.ts';

/** Who is at the console with this browser. */
export interface ConsoleVisit {
  readonly account: Account;
  /** As it is at this request; null for somebody who is no administrator (any more). */
  readonly standing: Standing | null;
  readonly open: OpenConsole;
}

/** What has become of a sign-in for the console. */
export type Arrival =
  | { readonly kind: 'open'; readonly visit: ConsoleVisit & { readonly standing: Standing }; readonly path: string }
  /** The browser was sent on, to prove more or to where it was. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'stranger'; readonly account: Account }
  /** The engine has not let them sign in, or they have called it off. */
  | { readonly kind: 'refused'; readonly error: string };

/** Who is there, and the way through the engine for whoever has to sign in first. */
export interface ConsoleVisits {
  /** Null when the console is not open in this browser, or not any more. */
  of(ctx: Context): Promise<ConsoleVisit | null>;
  /** Sends the browser to prove who is there, whatever session there is, and back to `path`. */
  signIn(ctx: Context, path: string): void;
  /** Opens the console to a browser that comes back from the engine, if everything is as it has to be. */
  arrive(ctx: Context): Promise<Arrival>;
}

export interface VisitDeps {
  readonly engine: Engine;
  readonly entrance: Entrance;
  readonly passes: ConsolePasses;
  readonly accounts: Pick<Accounts, 'findActive'>;
  readonly administrators: Pick<Administrators, 'of'>;
  readonly sessions: Pick<Sessions, 'list'>;
  readonly random: Random;
  /** By what people may sign in here. */
  readonly channels: readonly Channel[];
  readonly rules: { readonly sessionMinutes: number; readonly sessionHours: number };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long the way through the engine may take, in milliseconds; tabs that begin in that time share it. */
const ASKING_MS = 15 * 60_000;

/** Seconds that a first factor may be old when the second one is asked for. */
const SECOND_WITHIN_SECONDS = 300;

export const HOME = '/admin';

export function createConsoleVisits(deps: VisitDeps): ConsoleVisits {
  const signIn: ConsoleVisits['signIn'] = (ctx, path) => {
    const now = deps.now();
    const before = deps.passes.read(ctx);
    const open = before?.open ?? null;
    const asking = before?.askedAt != null && now - before.askedAt < ASKING_MS;
    const pass = asking ? before : { nonce: deps.random.id(), askedAt: now, open };
    deps.passes.write(ctx, pass);
    deps.entrance.ask(ctx, path, { prompt: 'login' }, pass.nonce);
  };
  return {
    of: (ctx) => visitOf(deps, ctx),
    signIn,
    async arrive(ctx) {
      const pass = deps.passes.read(ctx);
      const { path, error } = deps.entrance.answer(ctx, pass?.nonce ?? '');
      if (error !== null) return { kind: 'refused', error };
      if (pass === null || path === null) return sent(signIn, ctx, HOME);
      // Another tab was faster.
      if (pass.askedAt === null && (await visitOf(deps, ctx)) !== null) return sent(seeOther, ctx, path);
      const proof = await freshProof(deps, ctx, pass);
      if (proof === null) return sent(signIn, ctx, path);
      const { account, session, sessionId } = proof;
      const standing = await deps.administrators.of(account);
      if (standing === null) return { kind: 'stranger', account };
      if (session.acr !== TWO_FACTORS && wantsSecond(account, deps)) {
        return sent((...where) => askForSecond(deps.entrance, pass, ...where), ctx, path);
      }
      const now = deps.now();
      const open = { accountId: account.id, sessionId, since: now, usedAt: now };
      deps.passes.write(ctx, { ...pass, askedAt: null, open });
      return { kind: 'open', visit: { account, standing, open }, path };
    },
  };
}

function sent(send: (ctx: Context, path: string) => void, ctx: Context, path: string): Arrival {
  send(ctx, path);
  return { kind: 'sent' };
}

const askForSecond = (entrance: Entrance, { nonce }: ConsolePass, ctx: Context, path: string): void =>
  entrance.ask(ctx, path, { acr_values: TWO_FACTORS, max_age: String(SECOND_WITHIN_SECONDS) }, nonce);

/**
 * Whoever has two factors proves both. Where something is held nobody comes in with one: somebody may have removed the
 * other (domain/hold.ts).
 */
function wantsSecond(account: Account, { channels, now }: VisitDeps): boolean {
  const identifiers = account.identifiers.filter(({ channel }) => channels.includes(channel));
  return isHeld(account, now()) || canConfirm({ ...account, identifiers }, now());
}

interface Proof {
  readonly account: Account;
  readonly session: SignedIn;
  readonly sessionId: string;
}

/** Who is signed in with this browser, and may act. */
async function proofOf({ engine, accounts }: VisitDeps, { req, res }: Context): Promise<Proof | null> {
  const session = await engine.session(req, res);
  const sessionId = session === null ? null : await engine.sessionId(req, res);
  const account = session === null ? null : await accounts.findActive(session.accountId);
  return session === null || sessionId === null || account === null ? null : { account, session, sessionId };
}

/**
 * The same if it was proven since the console has asked for it, and for the console: another application may know the codes
 * that its people type there, and carry what they prove into a browser of its own. `auth_time` counts whole seconds.
 */
async function freshProof(deps: VisitDeps, ctx: Context, { askedAt }: ConsolePass): Promise<Proof | null> {
  const proof = askedAt === null ? null : await proofOf(deps, ctx);
  if (askedAt === null || proof === null || proof.session.at < Math.floor(askedAt / 1000)) return null;
  const begun = (await deps.sessions.list(proof.account.id)).find(({ id }) => id === proof.sessionId);
  return begun?.clientId === CONSOLE_CLIENT_ID ? proof : null;
}

/** The console is open as long as the very session lasts in which it was opened, and somebody is there. */
async function visitOf(deps: VisitDeps, ctx: Context): Promise<ConsoleVisit | null> {
  const pass = deps.passes.read(ctx);
  if (pass?.open == null || isOver(pass.open, deps)) return null;
  const proof = await proofOf(deps, ctx);
  const { accountId, sessionId } = pass.open;
  if (proof === null || proof.account.id !== accountId || proof.sessionId !== sessionId) return null;
  const open = { ...pass.open, usedAt: deps.now() };
  deps.passes.write(ctx, { ...pass, open });
  return { account: proof.account, standing: await deps.administrators.of(proof.account), open };
}

function isOver({ since, usedAt }: OpenConsole, { rules, now }: VisitDeps): boolean {
  const { sessionMinutes, sessionHours } = rules;
  return now() >= usedAt + sessionMinutes * 60_000 || now() >= since + sessionHours * 3_600_000;
}
