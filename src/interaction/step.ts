import type { Account } from '../domain/account.ts';
import type { SecondFactorDemand } from '../domain/assurance.ts';
import type { Challenge } from '../domain/challenge.ts';
import type { Client } from '../domain/client.ts';
import { Problem } from '../domain/errors.ts';
import type { Channel, Identifier } from '../domain/identifier.ts';
import type { OrganizationChoice } from '../domain/organization.ts';
import type { Country } from '../domain/phone.ts';
import type { DeviceToken } from '../domain/remembered-device.ts';
import type { Pages } from '../ports/views.ts';
import type { Caller } from '../services/caller.ts';
import type { Challenges } from '../services/challenges/challenges.ts';
import type { Audiences } from '../services/clients/audiences.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Devices } from '../services/people/devices.ts';
import type { Newcomers } from '../services/people/newcomers.ts';
import type { Profile } from '../services/people/profile.ts';
import type { Tickets } from '../services/tickets.ts';
import type { Audit } from '../services/trail/audit.ts';
import type { Interaction, JourneyResult, SignedIn } from './engine.ts';

/** Everything a step may decide from. Nothing of it is stored for the journey's sake: reload and Back are always right. */
export interface Facts {
  readonly interaction: Interaction;
  readonly client: Client;
  /** By what people may sign in at this client, as far as the installation offers it. */
  readonly channels: readonly Channel[];
  /** Whose numbers are sent text messages; none where people cannot sign in by them. */
  readonly countries: readonly Country[];
  /** BCP 47 tags of what the application and the browser want to speak, best first. */
  readonly languages: readonly string[];
  /** Who wants a second factor; `unmet` when none can be had here. */
  readonly demand: SecondFactorDemand | 'unmet';
  /** The newest challenge of this interaction. */
  readonly challenge: Challenge | null;
  readonly session: SignedIn | null;
  /** The account of the session, if it is active. */
  readonly account: Account | null;
  /** The account of `interaction.proven`, if it is active. */
  readonly provenAccount: Account | null;
  /** For which organization the account of the session signs in; null where nobody is asked. */
  readonly organization: OrganizationChoice | null;
  /** What this browser holds of being remembered. */
  readonly deviceTokens: readonly DeviceToken[];
  /** Days for which this installation remembers a browser; 0 when it does not. */
  readonly rememberDays: number;
  /** What the browser calls itself, for its owner to recognise. */
  readonly browser: string;
  /** BCP 47 tag of the page. */
  readonly locale: string;
  /** Whether somebody without an account may get one at this client. */
  readonly signUpOpen: boolean;
  /** The person asked for another account than the signed-in one. */
  readonly wantsOther: boolean;
  /** The token of the link that this request came by; null for every other request. */
  readonly linkToken: string | null;
  /** A code was sent again by the request that led here. */
  readonly justResent: boolean;
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Fields of a submitted form; absent ones are undefined. */
export type Input = Readonly<Record<string, string | undefined>>;

/** The services a step may use. */
export interface StepDeps {
  readonly challenges: Challenges;
  readonly accounts: Accounts;
  readonly audiences: Pick<Audiences, 'find'>;
  readonly audit: Audit;
  readonly devices: Devices;
  readonly profile: Pick<Profile, 'attachProven'>;
  readonly newcomers: Newcomers;
  readonly tickets: Pick<Tickets, 'take'>;
}

type PageName = 'identify' | 'code' | 'link' | 'factor' | 'enroll' | 'held' | 'account' | 'organization' | 'consent';

/** Forms are added by the edge: a step knows actions by name, not by URL. */
type FormFields = 'form' | 'resend' | 'change' | 'cancel' | 'other' | 'deny' | 'progress' | 'accountUrl';
export type StepModel<Name extends PageName> = Omit<Pages[Name], FormFields>;

/** What a step answers. The edge turns it into HTTP and nothing else. */
export type Outcome =
  | { readonly kind: 'show'; readonly view: StepView; readonly problem: Problem | null }
  /** See other: the step that the facts now call for, or the named one. */
  | { readonly kind: 'go'; readonly to: StepName | null; readonly note?: 'resent' | 'other' }
  /** A first factor is proven: to be kept in the interaction, then on to the second. */
  | {
      readonly kind: 'advance';
      readonly proven: SignedIn;
      readonly account: Account;
      readonly identifier: Identifier;
    }
  | {
      readonly kind: 'finish';
      readonly result: JourneyResult;
      /** What was proven last, for the browser to be known by. */
      readonly proven?: Identifier;
      /** This browser is remembered from now on. */
      readonly device?: DeviceToken | null;
    };

export type StepView = {
  readonly [Name in PageName]: { readonly page: Name; readonly model: StepModel<Name> };
}[PageName];

export type StepName =
  | 'account'
  | 'organization'
  | 'turn-away'
  | 'resume'
  | 'ticket'
  | 'link'
  | 'code'
  | 'factor'
  | 'enroll'
  | 'held'
  | 'identify'
  | 'consent';

/** One step of the journey: a function from facts to an outcome, and the actions its page offers. */
export interface Step {
  readonly name: StepName;
  show(facts: Facts, deps: StepDeps): Promise<Outcome>;
  /** By name; the empty name is the page's main form. A problem thrown here is shown on the page of this step. */
  readonly actions: Readonly<Record<string, (facts: Facts, input: Input, deps: StepDeps) => Promise<Outcome>>>;
  /** The page with a problem on it. */
  problem?(facts: Facts, input: Input, problem: Problem, deps: StepDeps): Promise<Outcome>;
}

/** Another submission of this journey was right already; this one proves nothing more. */
export const alreadyUsed = (): Problem => new Problem('interaction_expired', { params: { reason: 'used' } });

/** Back to the application with an error it understands (RFC 6749 §4.1.2.1). */
export const refused = (description: string): Outcome => ({
  kind: 'finish',
  result: { kind: 'refused', error: 'access_denied', description },
});

/** What is demanded cannot be had here (OpenID Connect Core §5.5.1.1, RFC 9470 §5). */
export const unmet = (description = 'no such acr here'): Outcome => ({
  kind: 'finish',
  result: { kind: 'refused', error: 'unmet_authentication_requirements', description },
});

export async function cancel(facts: Facts, _input: Input, deps: StepDeps): Promise<Outcome> {
  if (facts.challenge?.state === 'open') await deps.challenges.abandon(facts.challenge);
  return refused('the sign-in was cancelled');
}
