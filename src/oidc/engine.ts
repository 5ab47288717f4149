import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { Problem } from '../domain/errors.ts';
import type { Engine, Interaction, JourneyResult, SignedIn } from '../interaction/engine.ts';
import { acrRequestOf } from './prompts/acr-request.ts';
import { CHOSEN_ORGANIZATION, type ChosenOrganization } from './prompts/organizations.ts';
import { lifeId, RESUMED } from './sessions/life.ts';

type EngineInteraction = Awaited<ReturnType<Provider['interactionDetails']>>;

/**
 * Where a first factor waits for the second. The engine hands the result of one interaction to the next as its
 * `lastSubmission`; so the factor is kept under a name of its own with the interaction it belongs to, never gets into a
 * result, and what an earlier sign-in left behind is never taken for one.
 */
const FIRST_FACTOR = 'first_factor';

interface KeptFactor extends SignedIn {
  readonly uid: string;
}

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
      const kept: KeptFactor = { ...proven, uid: interaction.uid };
      interaction.lastSubmission = { ...interaction.lastSubmission, [FIRST_FACTOR]: kept };
      await persisted(interaction);
    },
    async finish(req, res, result) {
      const interaction = loaded.get(req) ?? (await detailsOf(provider, req, res));
      const written = resultsOf(result);
      const { [FIRST_FACTOR]: _used, ...earlier } = interaction.lastSubmission ?? {};
      interaction.result = 'error' in written ? written : { ...earlier, ...written };
      await persisted(interaction);
      return interaction.returnTo;
    },
  };
}

const expired = (reason: string, cause?: unknown): Problem =>
  new Problem('interaction_expired', { params: { reason }, cause });

/** @throws Problem `interaction_expired` when another request has gone on with it meanwhile */
async function persisted(interaction: EngineInteraction): Promise<void> {
  try {
    await interaction.persist();
  } catch (error) {
    if (error instanceof errors.SessionNotFound) throw expired('used', error);
    throw error;
  }
}

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
    asked: acrRequestOf(params),
    organizationId: text(params.org_id),
    proven: provenOf(details),
    ticket: text(params.ticket),
    request: params,
    // Asked again although nothing is missing: the page shows everything that was asked for.
    missingScopes: missingScopesOf(prompt.details) ?? scopes,
    missingClaims: strings(prompt.details.missingOIDCClaims) ?? [],
    finishedAt: details.result === undefined ? null : details.returnTo,
  };
}

/** People agree to scopes, whatever resource each of them is for. */
function missingScopesOf({ missingOIDCScope, missingResourceScopes }: EngineInteraction['prompt']['details']) {
  const ofResources = Object.values(missingResourceScopes ?? {}).flatMap((scopes) => strings(scopes) ?? []);
  const missing = new Set([...(strings(missingOIDCScope) ?? []), ...ofResources]);
  return missing.size === 0 ? undefined : [...missing];
}

function provenOf({ uid, lastSubmission }: EngineInteraction): SignedIn | null {
  const kept = lastSubmission?.[FIRST_FACTOR] as KeptFactor | undefined;
  if (kept === undefined || kept.uid !== uid) return null;
  const { uid: _interaction, ...factor } = kept;
  return factor;
}

const PROMPTS = ['login', 'select_account', 'organization', 'consent'] as const satisfies Interaction['prompt'][];

function promptName(name: string): Interaction['prompt'] {
  const known = PROMPTS.find((prompt) => prompt === name);
  if (known !== undefined) return known;
  throw new Problem('request_invalid', { params: { prompt: name } });
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const strings = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;

function resultsOf(result: JourneyResult): InteractionResults {
  switch (result.kind) {
    case 'signed-in':
      return { login: { ...loginOf(result.signedIn), ...wanting(result.wantsSecond) }, select_account: {} };
    case 'resumed':
      return { login: { ...loginOf(result.signedIn), ...RESUMED }, select_account: {} };
    case 'selected':
      return { select_account: {} };
    case 'organization-chosen': {
      const chosen: ChosenOrganization = { accountId: result.accountId, id: result.organizationId };
      return { [CHOSEN_ORGANIZATION]: chosen };
    }
    case 'consented':
      return { consent: {} };
    case 'refused':
      return { error: result.error, error_description: result.description };
  }
}

const loginOf = ({ accountId, at, amr, acr, context }: SignedIn) => ({
  accountId,
  ts: at,
  amr: [...amr],
  acr,
  remember: true,
  ...(context === undefined ? {} : { context }),
});

/** Read by the policy, which ends the request with an error once the sign-in was taken up (ticket-check.ts). */
const wanting = (methods: readonly string[] | undefined) =>
  methods === undefined ? {} : { wants_second: [...methods] };
