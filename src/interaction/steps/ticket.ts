import type { Account } from '../../domain/account.ts';
import { combinedMethods, methodOf, SINGLE_FACTOR, TWO_FACTORS } from '../../domain/assurance.ts';
import type { Ticket } from '../../services/tickets.ts';
import type { SignedIn } from '../engine.ts';
import { countsAsFirst, isSecondFactor, secondFactorsOf } from '../first-factor.ts';
import { type Facts, type Outcome, refused, type Step, type StepDeps } from '../step.ts';
import { isRequestOf } from '../ticket-request.ts';
import { afterFactor, knownBy, type Proven } from './proven.ts';

/** The request came with a proof that was made over an API, or says so. Nothing else is good for a sign-in in it. */
export const isOfTicket = ({ interaction }: Facts): boolean => interaction.ticket !== null;

/** The same, and the ticket was not redeemed in this interaction yet. */
export const hasTicket = (facts: Facts): boolean => isOfTicket(facts) && facts.interaction.proven === null;

/** Goes on with what was proven over an API, as with what is proven here. */
export const redeemTicket: Step = {
  name: 'ticket',
  async show(facts, deps) {
    const { ticket: handle, request } = facts.interaction;
    const ticket = handle === null ? null : await deps.tickets.take(handle);
    if (ticket === null || ticket.intent.integration !== 'hosted' || !isRequestOf(ticket, request)) {
      const { client, caller } = facts;
      deps.audit.record({ type: 'challenge.failed', clientId: client.id, caller, reason: 'ticket' });
      return refused('the ticket is used, expired or not for this request');
    }
    const person = await personOf(ticket, facts, deps);
    // Whoever has proven the address may know that its account is disabled, or that there is none to be had any more.
    if (person === null) return refused('this account cannot sign in');
    const proven = provenBy(ticket, person);
    return ticket.intent.requireSecondFactor ? demandSecond(facts, proven, deps) : afterFactor(facts, proven, deps);
  },
  actions: {},
};

interface Person {
  readonly account: Account;
  readonly isNew: boolean;
}

/** Whose proof it was; null when that is nobody who may sign in. */
async function personOf(ticket: Ticket, facts: Facts, deps: StepDeps): Promise<Person | null> {
  const { identifier, clientId, intent, provenAt } = ticket;
  const { caller } = facts;
  const known = await deps.accounts.resolveProven(identifier, { mayCreate: false, clientId, caller });
  if (known !== null) return { account: known.account, isNew: false };
  const mayCreate = intent.createAccount && facts.signUpOpen && ticket.askedAs === null;
  if (!mayCreate || !(await deps.accounts.isFree(identifier))) return null;
  // Without an exchange to come, or with a second factor to be added before it, there has to be an account at once.
  if (ticket.responseType === 'id_token' || facts.demand !== 'none') {
    const made = await deps.accounts.resolveProven(identifier, { mayCreate, clientId, caller });
    return made === null ? null : { account: made.account, isNew: made.created };
  }
  return { account: await deps.newcomers.begin({ identifier, clientId, provenAt }), isNew: true };
}

function provenBy({ identifier, intent, provenAt }: Ticket, { account, isNew }: Person): Proven {
  const { organizationId, approvalData } = intent;
  const signedIn: SignedIn = {
    accountId: account.id,
    at: Math.floor(provenAt / 1000),
    amr: [methodOf(identifier.channel)],
    acr: SINGLE_FACTOR,
    // Whether they are a member of it is for the engine's policy to say, in this request as in any other.
    context: { byTicket: true, organizationId, approvalData, isNew },
  };
  return { signedIn, account, identifier };
}

/** How old the other factor may be that a proof completes, in seconds. */
const FRESH_SECONDS = 600;

/**
 * The client wants two factors and draws the forms itself: one proof signs in with one factor and says what is missing; the
 * other one, in the same browser and soon after it, leads on (contracts.md §4.3).
 */
function demandSecond(facts: Facts, proven: Proven, deps: StepDeps): Outcome {
  const { signedIn, account, identifier } = proven;
  const { client, caller, session } = facts;
  const occasion = { accountId: account.id, clientId: client.id, identifier, caller };
  const other = session !== null && isOtherFactor(session, proven, facts) ? session : null;
  if (other === null) {
    deps.audit.record({ type: 'session.started', ...occasion, reason: 'mfa_required' });
    const first = { signedIn: knownBy(account, identifier, signedIn), account, ofSession: false };
    const left = new Set(secondFactorsOf(first, facts).map(({ channel }) => channel));
    const result = { kind: 'signed-in', signedIn, wantsSecond: [...left] } as const;
    return { kind: 'finish', result, proven: identifier };
  }
  deps.audit.record({ type: 'session.raised', ...occasion, reason: 'two_factors' });
  const amr = combinedMethods(other.amr, identifier.channel);
  const raised: SignedIn = { ...signedIn, at: other.at, amr, acr: TWO_FACTORS };
  return { kind: 'finish', result: { kind: 'resumed', signedIn: raised }, proven: identifier };
}

/** Whether the browser's session is of the same person, young enough, and by the other factor, or by both already. */
function isOtherFactor(session: SignedIn, { account, identifier }: Proven, facts: Facts): boolean {
  if (session.accountId !== account.id || facts.now / 1000 - session.at > FRESH_SECONDS) return false;
  if (session.acr === TWO_FACTORS) return countsAsFirst(session, account, facts);
  return isSecondFactor(identifier, { signedIn: session, account, ofSession: true }, facts);
}
