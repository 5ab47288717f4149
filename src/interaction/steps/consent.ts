import { consentCovers, primaryOf } from '../../domain/account.ts';
import { type Facts, refused, type Step } from '../step.ts';

/** Reasons to ask that an earlier answer settles, as opposed to a demand to be asked. */
const ANSWERED_BY_RECORD = new Set(['op_scopes_missing', 'op_claims_missing']);

/** True when the answer was given since this page was asked for, in another tab (wish 20). */
const isGiven = ({ interaction, account, client }: Facts): boolean =>
  account !== null &&
  interaction.reasons.every((reason) => ANSWERED_BY_RECORD.has(reason)) &&
  consentCovers(account, client.id, interaction.missingScopes, interaction.missingClaims);

/** Asks whether a third-party application may have what it asked for. */
export const giveConsent: Step = {
  name: 'consent',
  async show(facts) {
    const { interaction, account } = facts;
    if (isGiven(facts)) return { kind: 'finish', result: { kind: 'consented' } };
    const label = account === null ? '' : ((primaryOf(account, 'email') ?? primaryOf(account, 'sms'))?.value ?? '');
    const model = {
      label,
      scopes: interaction.missingScopes,
      claims: interaction.missingClaims,
      destination: URL.parse(interaction.redirectUri)?.host ?? '',
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
