import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { Problem } from '../domain/errors.ts';
import type { Engine, Interaction, JourneyResult, SignedIn } from '../interaction/engine.ts';
import { lifeId, RESUMED } from './session-life.ts';

type EngineInteraction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What the journey sees of the engine: its interaction read, its result written once. */
export function createEngine(provider: Provider): Engine {
  // The record that was read for a request is the one that is written at its end; it need not be read again.
  const loaded = new WeakMap<IncomingMessage, EngineInteraction>();
  return {
    async load(req, res, uid) {
      const details = await detailsOf(provider, req, res);
      if (details.uid !== uid) throw expired('cookie of another interaction');
      loaded.set(req, details);
      return interactionOf(details);
    },
    async session(req, res) {
      const session = await provider.Session.get(provider.createContext(req, res));
      if (session.accountId === undefined) return null;
      const { accountId, loginTs = 0, amr = [], acr = '' } = session;
      return { accountId, at: loginTs, amr, acr };
    },
    async sessionId(req, res) {
      const { accountId, uid } = await provider.Session.get(provider.createContext(req, res));
      return accountId === undefined ? null : lifeId(uid);
    },
    async advance(req, res, proven) {
      const interaction = loaded.get(req) ?? (await detailsOf(provider, req, res));
      interaction.lastSubmission = { login: loginOf(proven) };
      await interaction.persist();
    },
    async finish(req, res, result) {
      const interaction = loaded.get(req) ?? (await detailsOf(provider, req, res));
      const written = resultsOf(result);
      interaction.result = 'error' in written ? written : { ...interaction.lastSubmission, ...written };
      await interaction.persist();
      return interaction.returnTo;
    },
  };
}

const expired = (reason: string, cause?: unknown): Problem =>
  new Problem('interaction_expired', { params: { reason }, cause });

async function detailsOf(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<EngineInteraction> {
  try {
    return await provider.interactionDetails(req, res);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) throw expired(error.error_description ?? '', error);
    throw error;
  }
}

function interactionOf(details: EngineInteraction): Interaction {
  const { params, prompt } = details;
  const scopes = text(params.scope)?.split(' ') ?? [];
  return {
    uid: details.uid,
    prompt: promptName(prompt.name),
    reasons: prompt.reasons,
    clientId: text(params.client_id) ?? '',
    redirectUri: text(params.redirect_uri) ?? '',
    state: text(params.state),
    loginHint: text(params.login_hint),
    uiLocales: text(params.ui_locales)?.split(' ') ?? [],
    maxAge: params.max_age === undefined ? null : Number(params.max_age),
    // Asked again although nothing is missing: the page shows everything that was asked for.
    acrWanted: acrWantedBy(params),
    proven: provenOf(details),
    missingScopes: strings(prompt.details.missingOIDCScope) ?? scopes,
    missingClaims: strings(prompt.details.missingOIDCClaims) ?? [],
    finishedAt: details.result === undefined ? null : details.returnTo,
  };
}

/** An essential `acr` claim is stronger than the voluntary `acr_values` (OpenID Connect Core §5.5.1.1, §3.1.2.1). */
function acrWantedBy({ claims, acr_values: voluntary }: EngineInteraction['params']): string[] {
  const asked = typeof claims === 'string' ? (JSON.parse(claims) as ClaimsRequest) : undefined;
  const acr = asked?.id_token?.acr;
  const essential = acr?.essential === true ? (strings(acr.values) ?? [text(acr.value) ?? '']) : [];
  return [...essential, ...(text(voluntary)?.split(' ') ?? [])];
}

interface ClaimsRequest {
  readonly id_token?: { readonly acr?: { essential?: unknown; value?: unknown; values?: unknown } | null };
}

function provenOf({ lastSubmission }: EngineInteraction): SignedIn | null {
  const login = lastSubmission?.login;
  if (login === undefined) return null;
  return { accountId: login.accountId, at: login.ts ?? 0, amr: login.amr ?? [], acr: login.acr ?? '' };
}

function promptName(name: string): Interaction['prompt'] {
  if (name === 'login' || name === 'consent' || name === 'select_account') return name;
  throw new Problem('request_invalid', { params: { prompt: name } });
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const strings = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;

function resultsOf(result: JourneyResult): InteractionResults {
  switch (result.kind) {
    case 'signed-in':
      return { login: loginOf(result.signedIn), select_account: {} };
    case 'resumed':
      return { login: { ...loginOf(result.signedIn), ...RESUMED }, select_account: {} };
    case 'selected':
      return { select_account: {} };
    case 'consented':
      return { consent: {} };
    case 'refused':
      return { error: result.error, error_description: result.description };
  }
}

const loginOf = ({ accountId, at, amr, acr }: SignedIn) => ({ accountId, ts: at, amr: [...amr], acr, remember: true });
