import { type Facts, refused, type Step, unmet } from '../step.ts';

/**
 * Nothing this person could do here leads on any more: what the request demands is no longer to be had, or the account
 * was disabled or deleted between the factors.
 */
export const isHopeless = ({ demand, interaction, provenAccount }: Facts): boolean =>
  demand === 'unmet' || (interaction.proven !== null && provenAccount === null);

export const turnAway: Step = {
  name: 'turn-away',
  show: async ({ demand }) => (demand === 'unmet' ? unmet() : refused('this account cannot sign in')),
  actions: {},
};
