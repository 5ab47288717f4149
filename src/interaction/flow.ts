import { isAnswerable, sessionSatisfies } from './first-factor.ts';
import type { Facts, Step, StepName } from './step.ts';
import { chooseAccount, mayStay } from './steps/account.ts';
import { enterCode } from './steps/code.ts';
import { giveConsent } from './steps/consent.ts';
import { enrollFactor, lacksSecondFactor } from './steps/enroll.ts';
import { chooseFactor, hasSecondFactor } from './steps/factor.ts';
import { isHeldBack, tellHeld } from './steps/held.ts';
import { identify } from './steps/identify.ts';
import { confirmLink, opensLink } from './steps/link.ts';
import { chooseOrganization, hasToChoose } from './steps/organization.ts';
import { resumeSession } from './steps/resume.ts';
import { hasTicket, isOfTicket, redeemTicket } from './steps/ticket.ts';
import { isHopeless, turnAway } from './steps/turn-away.ts';

interface Row {
  readonly prompts: readonly string[];
  readonly step: Step;
  /** Whether the facts allow this step. The first allowed row is the step a person is at. */
  readonly when: (facts: Facts) => boolean;
}

/** Prompts in which somebody says who they are. */
const ASKING_WHO = ['login', 'select_account'];

/** Prompts in which somebody may turn out to be somebody else than the session says. */
const SIGNING_IN = ['login', 'select_account', 'organization'];

/**
 * THE TABLE. The engine's prompt and the facts choose the step; its actions lead on:
 *
 *   turn-away (no page) → refused (engine)
 *   account   '' → selected (engine)          other → identify
 *   organization '' → chosen (engine)         other → identify                      cancel → refused (engine)
 *   ticket    (no page) → signed in (engine), code, factor, enroll
 *   resume    (no page) → signed in (engine)
 *   link      '' → signed in (engine)
 *   code      '' → signed in (engine)         resend → code    change → identify    cancel → refused (engine)
 *                → code, factor, enroll       other → code     change → factor, enroll
 *   factor    '' → code                                                             cancel → refused (engine)
 *   enroll    '' → code                                                             cancel → refused (engine)
 *   held      '' → refused (engine)
 *   identify  '' → code                                                             cancel → refused (engine)
 *   consent   '' → consented (engine)         deny → refused (engine)
 */
// biome-ignore format: a table is read by its columns
const flow: readonly Row[] = [
  { prompts: SIGNING_IN,         step: turnAway,           when: isHopeless },
  { prompts: ASKING_WHO,         step: redeemTicket,       when: hasTicket },
  { prompts: ['select_account'], step: chooseAccount,      when: mayStay },
  { prompts: ['organization'],   step: chooseOrganization, when: hasToChoose },
  { prompts: ['login'],          step: resumeSession,      when: sessionSatisfies },
  { prompts: SIGNING_IN,         step: confirmLink,        when: (facts) => opensLink(facts) && isAnswerable(facts) },
  { prompts: SIGNING_IN,         step: enterCode,          when: isAnswerable },
  { prompts: SIGNING_IN,         step: chooseFactor,       when: hasSecondFactor },
  { prompts: SIGNING_IN,         step: enrollFactor,       when: lacksSecondFactor },
  { prompts: SIGNING_IN,         step: tellHeld,           when: isHeldBack },
  { prompts: SIGNING_IN,         step: identify,           when: (facts) => !isOfTicket(facts) },
  { prompts: ['consent'],        step: giveConsent,        when: ({ account }) => account !== null },
];

/** The step the facts call for; undefined when nothing fits, for instance consent after the session has ended. */
export const currentStep = (facts: Facts): Step | undefined => allowed(facts)[0];

/** A step by name, if the facts allow it: a form that was left open in another tab may still be right. */
export const allowedStep = (facts: Facts, name: StepName): Step | undefined =>
  allowed(facts).find((step) => step.name === name);

const allowed = (facts: Facts): Step[] =>
  flow.filter((row) => row.prompts.includes(facts.interaction.prompt) && row.when(facts)).map(({ step }) => step);
