import { methodOf, SINGLE_FACTOR } from '../../domain/assurance.ts';
import type { Challenge } from '../../domain/challenge.ts';
import type { SignedIn } from '../engine.ts';
import { type Facts, type Outcome, refused, type StepDeps } from '../step.ts';

/** What follows once somebody has proven an identifier, by code or by link. */
export async function afterProof(facts: Facts, { identifier }: Challenge, deps: StepDeps): Promise<Outcome> {
  const { client, caller, signUpOpen } = facts;
  const resolved = await deps.accounts.resolveProven(identifier, {
    mayCreate: signUpOpen,
    clientId: client.id,
    caller,
  });
  // Whoever has proven the address may know that its account is disabled, or that there is none to be had any more.
  if (resolved === null) return refused('this account cannot sign in');
  const signedIn: SignedIn = {
    accountId: resolved.account.id,
    at: Math.floor(facts.now / 1000),
    amr: [methodOf(identifier.channel)],
    acr: SINGLE_FACTOR,
  };
  deps.audit.record({
    type: 'session.started',
    accountId: signedIn.accountId,
    clientId: client.id,
    identifier,
    caller,
  });
  return { kind: 'finish', result: { kind: 'signed-in', signedIn }, proven: identifier };
}
