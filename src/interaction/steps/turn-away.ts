import { type Facts, refused, type Step, unmet } from '../step.ts';

/**
 * Nothing this person could do here leads on any more: what the request demands is no longer to be had, or the account
 * was disabled or deleted between the factors, or whoever came with a ticket is somebody else: that is proven at the
 * application's own form, and not here.
 */
export const isHopeless = ({ demand, interaction, provenAccount, wantsOther }: Facts): boolean =>
  demand === 'unmet' ||
  (interaction.proven !== null && provenAccount === null) ||
  (interaction.ticket !== null && wantsOther);

export const turnAway: Step = {
  name: 'turn-away',
  show: async ({ demand }) => (demand === 'unmet' ? unmet() : refused('this account cannot sign in')),
  actions: {},
};
