import type { Account } from '../../domain/account.ts';
import { isSameIdentifier } from '../../domain/account-identifiers.ts';
import { methodOf, SINGLE_FACTOR, secondChannels } from '../../domain/assurance.ts';
import type { Challenge } from '../../domain/challenge.ts';
import { Problem } from '../../domain/errors.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { SignedIn } from '../engine.ts';
import { needsSecond } from '../first-factor.ts';
import { completeByAdding, completeBySecond } from '../second-factor.ts';
import { type Facts, type Input, type Outcome, refused, type StepDeps, unmet } from '../step.ts';

/**
 * What follows once somebody has proven an identifier, by code or by link.
 *
 * @param input the form that proved it
 */
export async function afterProof(
  facts: Facts,
  challenge: Challenge,
  deps: StepDeps,
  input: Input = {},
): Promise<Outcome> {
  switch (challenge.purpose) {
    case 'sign-in':
      return afterFirst(facts, challenge, deps);
    case 'second-factor':
      return completeBySecond(facts, challenge, deps, input);
    case 'add-identifier':
      return completeByAdding(facts, challenge, deps, input);
    case 'approve':
      throw new Problem('request_invalid');
  }
}

/** What follows a first factor: the second one if it is demanded, else the end of the journey. */
export function afterFactor(
  facts: Facts,
  { signedIn, account, identifier }: Proven,
  deps: Pick<StepDeps, 'audit'>,
): Outcome {
  const { client, caller } = facts;
  if (needsSecond(signedIn.acr, account, facts)) {
    if (secondChannels(facts.channels, signedIn.amr).length === 0) return unmet();
    return { kind: 'advance', proven: knownBy(account, identifier, signedIn), account, identifier };
  }
  deps.audit.record({ type: 'session.started', accountId: account.id, clientId: client.id, identifier, caller });
  return { kind: 'finish', result: { kind: 'signed-in', signedIn }, proven: identifier };
}

/** A sign-in with what is known of the identifier it was made with. */
export function knownBy({ identifiers }: Account, identifier: Identifier, signedIn: SignedIn): SignedIn {
  const knownSince = identifiers.find((entry) => isSameIdentifier(entry, identifier))?.verifiedAt ?? null;
  return knownSince === null ? signedIn : { ...signedIn, knownSince };
}

/** Somebody who has proven something, and what. */
export interface Proven {
  readonly signedIn: SignedIn;
  readonly account: Account;
  readonly identifier: Identifier;
}

async function afterFirst(facts: Facts, { identifier, askedAs }: Challenge, deps: StepDeps): Promise<Outcome> {
  const { client, caller, signUpOpen } = facts;
  const resolved = await deps.accounts.resolveProven(identifier, {
    // What was reached in another name belonged to an account; if it does no longer, it begins none by itself.
    mayCreate: signUpOpen && askedAs === null,
    clientId: client.id,
    caller,
  });
  // Whoever has proven the address may know that its account is disabled, or that there is none to be had any more.
  if (resolved === null) return refused('this account cannot sign in');
  const { account } = resolved;
  const signedIn: SignedIn = {
    accountId: account.id,
    at: Math.floor(facts.now / 1000),
    amr: [methodOf(identifier.channel)],
    acr: SINGLE_FACTOR,
  };
  return afterFactor(facts, { signedIn, account, identifier }, deps);
}
