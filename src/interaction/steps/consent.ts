import { consentCovers, primaryOf } from '../../domain/account.ts';
import type { ResourceScope } from '../../domain/resource.ts';
import { type Facts, refused, type Step, type StepDeps } from '../step.ts';

/** Reasons to ask that an earlier answer settles, as opposed to a demand to be asked. */
const ANSWERED_BY_RECORD = new Set(['op_scopes_missing', 'op_claims_missing']);

/** True when the answer was given since this page was asked for, in another tab (wish 20). */
const isGiven = ({ interaction, account, client }: Facts): boolean =>
  account !== null &&
  interaction.reasons.every((reason) => ANSWERED_BY_RECORD.has(reason)) &&
  consentCovers(account, client.id, interaction.missingScopes, interaction.missingClaims);

/** What the scopes of those mean whom the tokens are asked for (RFC 8707 §2). */
async function descriptionsOf(
  { request }: Facts['interaction'],
  audiences: StepDeps['audiences'],
): Promise<readonly ResourceScope[]> {
  const asked = [request.resource ?? []].flat().filter((resource) => typeof resource === 'string');
  return (await Promise.all(asked.map(audiences.find))).flatMap((resource) => resource?.scopes ?? []);
}

/** The host, or the application on the device that a private-use scheme opens (RFC 8252 §7.1). */
function destinationOf(redirectUri: string): string {
  const parsed = URL.parse(redirectUri);
  if (parsed === null) return '';
  return parsed.host === '' ? parsed.protocol : parsed.host;
}

/** Asks whether a third-party application may have what it asked for. */
export const giveConsent: Step = {
  name: 'consent',
  async show(facts, { audiences }) {
    const { interaction, account, client } = facts;
    if (isGiven(facts)) return { kind: 'finish', result: { kind: 'consented' } };
    const label = account === null ? '' : ((primaryOf(account, 'email') ?? primaryOf(account, 'sms'))?.value ?? '');
    const model = {
      label,
      scopes: interaction.missingScopes,
      descriptions: await descriptionsOf(interaction, audiences),
      claims: interaction.missingClaims,
      destination: destinationOf(interaction.redirectUri),
      unverified: client.source === 'registration',
    };
    return { kind: 'show', view: { page: 'consent', model }, problem: null };
  },
  actions: {
    async ''({ interaction, client, account, caller }, _input, deps) {
      if (account === null) return { kind: 'go', to: null };
      const { missingScopes: scopes, missingClaims: claims } = interaction;
      const consent = { clientId: client.id, scopes, claims };
      await deps.accounts.recordConsent(account.id, consent);
      await deps.newcomers.recordConsent(account.id, consent);
      deps.audit.record({ type: 'consent.granted', accountId: account.id, clientId: client.id, caller });
      return { kind: 'finish', result: { kind: 'consented' } };
    },
    async deny({ client, account, caller }, _input, deps) {
      deps.audit.record({ type: 'consent.denied', accountId: account?.id, clientId: client.id, caller });
      return refused('the person did not agree');
    },
  },
};
