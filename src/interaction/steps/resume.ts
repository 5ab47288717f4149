import type { Step } from '../step.ts';

/** Goes on with the sign-in that is there already, with its own time and methods. */
export const resumeSession: Step = {
  name: 'resume',
  async show({ session }) {
    if (session === null) return { kind: 'go', to: null };
    return { kind: 'finish', result: { kind: 'resumed', signedIn: session } };
  },
  actions: {},
};
