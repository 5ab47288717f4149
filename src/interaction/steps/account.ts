import { primaryOf } from '../../domain/account.ts';
import { cancel, type Facts, type Step } from '../step.ts';

/** There is a signed-in account to stay with, and the person has not turned to another one. */
export const mayStay = ({ account, wantsOther, challenge, interaction }: Facts): boolean =>
  account !== null && !wantsOther && challenge?.state !== 'open' && interaction.proven === null;

/** `prompt=select_account`: go on as the signed-in account, or as another one (OpenID Connect Core §3.1.2.1). */
export const chooseAccount: Step = {
  name: 'account',
  async show({ account }) {
    const label = account === null ? '' : (primaryOf(account, 'email') ?? primaryOf(account, 'sms'))?.value;
    return { kind: 'show', view: { page: 'account', model: { label: label ?? '' } }, problem: null };
  },
  actions: {
    '': async () => ({ kind: 'finish', result: { kind: 'selected' } }),
    other: async () => ({ kind: 'go', to: 'identify', note: 'other' }),
    cancel,
  },
};
