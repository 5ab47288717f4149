import type { Context } from 'koa';
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { type Account, primaryOf } from '../domain/account.ts';
import type { Client } from '../domain/client.ts';
import { contentSecurityPolicy } from '../domain/content-security-policy.ts';
import { isProblem } from '../domain/errors.ts';
import { formActionSource } from '../domain/redirect-uri.ts';
import type { PageFrame, Pages, Views } from '../ports/views.ts';
import type { Clients } from '../services/clients/clients.ts';
import type { Accounts } from '../services/people/accounts.ts';

/** The pages the engine asks for. */
export interface EnginePages {
  error(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): Promise<void>;
  logout(ctx: KoaContextWithOIDC): Promise<void>;
  loggedOut(ctx: KoaContextWithOIDC): Promise<void>;
  /** Puts the engine's own self-submitting form into our clothes, with a button for people without script. */
  dress(ctx: KoaContextWithOIDC): Promise<void>;
}

export interface EnginePagesDeps {
  readonly views: Views;
  readonly clients: Clients;
  readonly accounts: Accounts;
  readonly frame: (ctx: Context, client: Client | null) => PageFrame;
  readonly development: boolean;
}

type Show = <Name extends keyof Pages>(
  ctx: KoaContextWithOIDC,
  name: Name,
  client: Client | null,
  model: Pages[Name],
) => void;

export function createEnginePages(deps: EnginePagesDeps): EnginePages {
  const show: Show = (ctx, name, client, model) => {
    ctx.type = 'html';
    ctx.body = deps.views.page(name, deps.frame(ctx, client), model);
  };
  return {
    error: async (ctx, out, error) => showError(ctx, out, error, deps.development, show),
    logout: (ctx) => showLogout(ctx, deps, show),
    async loggedOut(ctx) {
      const record = ctx.oidc.client === undefined ? null : await deps.clients.find(ctx.oidc.client.clientId);
      show(ctx, 'loggedOut', record, { clientName: record?.name ?? null });
    },
    async dress(ctx) {
      if (typeof ctx.body !== 'string' || !ctx.body.includes('<title>Submitting Callback</title>')) return;
      const form = selfSubmittingForm(ctx.body);
      // When the account changes at the end of an interaction, the chain of redirects ends at that one's application.
      const { params } = ctx.oidc.entities.Interaction ?? ctx.oidc;
      allowFormTarget(ctx, form.action, params?.redirect_uri, params?.post_logout_redirect_uri);
      show(ctx, 'proceed', null, { ...form, asks: await replacedBy(ctx, deps) });
    },
  };
}

function showError(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error, development: boolean, show: Show): void {
  // The page of the interaction knows the way back to the application (wish 19).
  if (error.name === 'SessionNotFound' && ctx.oidc.route === 'resume') {
    ctx.status = 303;
    ctx.redirect(`/interaction/${encodeURIComponent(String(ctx.params.uid))}`);
    return;
  }
  // The engine calls every fault of the store a server error; people should know that they may come back.
  const outage = isProblem(error, 'store_unavailable');
  if (outage) ctx.status = error.status;
  show(ctx, 'error', null, {
    status: ctx.status,
    error: outage ? error.code : out.error,
    detail: development ? (out.error_description ?? null) : null,
    requestId: String(ctx.state.requestId ?? ''),
  });
}

/**
 * Who gives way when a ticket of somebody else is opened in their browser. The ticket does not say which browser its form was
 * in, so it may have been sent here by whoever wants to be taken for the person at this browser.
 *
 * @returns null when nobody does, or when they have proven it here that they are somebody else
 */
async function replacedBy({ oidc }: KoaContextWithOIDC, deps: EnginePagesDeps): Promise<Pages['proceed']['asks']> {
  const { params, result } = oidc.entities.Interaction ?? {};
  const former = oidc.session?.accountId;
  if (params?.ticket === undefined || former === undefined || result?.login?.accountId === former) return null;
  const account = await deps.accounts.findActive(former);
  const client = await deps.clients.find(String(params.client_id));
  if (account === null || client === null) return null;
  return { label: labelOf(account), clientName: client.name };
}

const labelOf = (account: Account): string => (primaryOf(account, 'email') ?? primaryOf(account, 'sms'))?.value ?? '';

async function showLogout(ctx: KoaContextWithOIDC, deps: EnginePagesDeps, show: Show): Promise<void> {
  const { session, client } = ctx.oidc;
  const account = session?.accountId === undefined ? null : await deps.accounts.findActive(session.accountId);
  const record = client === undefined ? null : await deps.clients.find(client.clientId);
  const state = session?.state as { secret?: string; postLogoutRedirectUri?: string } | undefined;
  allowFormTarget(ctx, state?.postLogoutRedirectUri);
  show(ctx, 'logout', record, {
    action: ctx.oidc.urlFor('end_session_confirm'),
    xsrf: state?.secret ?? '',
    label: account === null ? '' : labelOf(account),
    // The application proves whom it means: no needless question (R-49, wish 29).
    immediate: hintedSubject(ctx) !== undefined && hintedSubject(ctx) === session?.accountId,
  });
}

/** The directive must let the whole chain of redirects through in Chromium. */
function allowFormTarget(ctx: KoaContextWithOIDC, ...uris: unknown[]): void {
  const sources = uris.flatMap((uri) => (typeof uri === 'string' ? (formActionSource(uri) ?? []) : []));
  ctx.set('content-security-policy', contentSecurityPolicy(sources));
}

function hintedSubject(ctx: KoaContextWithOIDC): unknown {
  const hint = ctx.oidc.entities.IdTokenHint as { payload?: { sub?: unknown } } | undefined;
  return hint?.payload?.sub;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const decode = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

/** The engine writes this form itself; it has hidden fields and nothing else. */
function selfSubmittingForm(html: string): { action: string; fields: Record<string, string> } {
  const action = decode(/<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? '');
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action,
    fields: Object.fromEntries(fields.map(([, name = '', value = '']) => [decode(name), decode(value)])),
  };
}
