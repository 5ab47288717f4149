import { primaryOf } from '../../domain/account.ts';
import { Problem } from '../../domain/errors.ts';
import type { Membership } from '../../domain/organization.ts';
import { cancel, type Facts, type Input, type Outcome, refused, type Step } from '../step.ts';

/** Somebody is signed in, has not turned to another account, and has to say for which organization they are here. */
export const hasToChoose = ({ organization, wantsOther, challenge, interaction }: Facts): boolean =>
  organization !== null && !wantsOther && challenge?.state !== 'open' && interaction.proven === null;

/** Which of their organizations somebody signs in for; who has none is told, and may be somebody else elsewhere. */
export const chooseOrganization: Step = {
  name: 'organization',
  async show(facts) {
    const { account, organization } = facts;
    // What was asked may be settled by now, because their memberships or what the application wants have changed.
    if (organization?.kind === 'taken') return chosen(facts, organization.membership);
    if (organization?.kind === 'refused') return refused('not a member of this organization');
    if (organization?.kind === 'none') return { kind: 'finish', result: { kind: 'selected' } };
    const label = account === null ? undefined : (primaryOf(account, 'email') ?? primaryOf(account, 'sms'))?.value;
    const choices = among(facts).map(({ organization: { id, name } }) => ({ value: id, label: name }));
    return { kind: 'show', view: { page: 'organization', model: { label: label ?? '', choices } }, problem: null };
  },
  actions: {
    async ''(facts: Facts, { choice }: Input) {
      const membership = among(facts).find(({ organization }) => organization.id === choice);
      // They are no member any more: the page shows what there is now.
      return membership === undefined ? { kind: 'go', to: null } : chosen(facts, membership);
    },
    other: async () => ({ kind: 'go', to: 'identify', note: 'other' }),
    cancel,
  },
};

const among = ({ organization }: Facts): readonly Membership[] =>
  organization?.kind === 'open' ? organization.among : [];

function chosen({ account }: Facts, { organization }: Membership): Outcome {
  if (account === null) throw new Problem('interaction_expired', { params: { reason: 'changed' } });
  const result = { kind: 'organization-chosen', accountId: account.id, organizationId: organization.id } as const;
  return { kind: 'finish', result };
}
