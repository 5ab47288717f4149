import { timingSafeEqual } from 'node:crypto';
import type { BudgetRule } from '../../domain/budget.ts';
import type { Client } from '../../domain/client.ts';
import { isProblem, Problem } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { AbuseLimits } from '../budgets/abuse-limits.ts';
import { spendsIn } from '../budgets/budget-names.ts';
import type { CallerFailures } from '../budgets/caller-failures.ts';
import type { Caller } from '../caller.ts';
import type { Audit } from '../trail/audit.ts';
import { digestOf } from '../vault.ts';
import type { ClientFields, ClientRegistry, Registered } from './client-registry.ts';

/** A client as it came to be, with the token by which it looks after itself: shown for the only time. */
export interface SelfRegistered extends Registered {
  readonly token: string;
}

/** Clients that register themselves (RFC 7591) and look after themselves (RFC 7592). */
export interface ClientRegistrations {
  /**
   * @param by the holder of an initial access token
   * @throws Problem `too_many_requests`, `registrations_full`
   */
  register(fields: ClientFields, by: AdminActor, caller: Caller): Promise<SelfRegistered>;
  /**
   * The client whose registration access token this is, in the same time whatever is wrong.
   * @throws Problem `caller_unknown`, also when it is gone or was verified; `client_invalid` when it is disabled;
   *   `too_many_requests`
   */
  read(id: string, token: string | null, caller: Caller): Promise<Client>;
  /**
   * The former token is good for nothing from then on; of several callers with one token one wins.
   * @param change makes the new fields of the present ones, or throws
   * @throws Problem as `read` does
   */
  replace(
    id: string,
    token: string | null,
    change: (present: Client) => ClientFields,
    caller: Caller,
  ): Promise<{ readonly client: Client; readonly token: string }>;
  /** @throws Problem as `read` does */
  remove(id: string, token: string | null, caller: Caller): Promise<void>;
}

export interface RegistrationRules {
  /** How many of these clients there may be. */
  readonly clients: number;
  readonly perToken: readonly BudgetRule[];
  readonly perNetwork: readonly BudgetRule[];
}

interface Deps {
  readonly registry: ClientRegistry;
  readonly rules: RegistrationRules;
  readonly store: Store;
  readonly limits: AbuseLimits;
  readonly failures: CallerFailures;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

/** Twice the 128 bits that nobody can try out. */
const TOKEN_BYTES = 32;

/** What is compared with where there is no such client, so that this takes no other time. */
const NOBODY = digestOf('');

/** Clients read at a time while they are counted. */
const PAGE = 500;

export function createClientRegistrations(deps: Deps): ClientRegistrations {
  const { registry } = deps;
  const freshToken = (): string => deps.random.bytes(TOKEN_BYTES).toString('base64url');
  const itself = ({ id }: Client, caller: Caller): AdminActor => ({ name: `registration:${id}`, caller, owns: false });
  const read: ClientRegistrations['read'] = (id, token, caller) => holderOf(deps, id, token, caller);
  return {
    async register(fields, by, caller) {
      await admit(deps, by, caller);
      const token = freshToken();
      return { ...(await registry.create(fields, by, digestOf(token))), token };
    },
    read,
    async replace(id, token, change, caller) {
      const present = await read(id, token, caller);
      const next = freshToken();
      try {
        const changed = (client: Client) => ({ ...change(client), registrationTokenHash: digestOf(next) });
        const client = await registry.update(id, present.version, changed, itself(present, caller));
        return { client, token: next };
      } catch (error) {
        if (!isProblem(error, 'version_conflict')) throw error;
        // Somebody was faster: with this token, which is over then, or an administrator.
        await read(id, token, caller);
        throw error;
      }
    },
    async remove(id, token, caller) {
      const present = await read(id, token, caller);
      await registry.remove(id, itself(present, caller));
    },
  };
}

/** @throws Problem `caller_unknown`, `client_invalid`, `too_many_requests` */
async function holderOf(
  { store, failures, audit }: Deps,
  id: string,
  token: string | null,
  caller: Caller,
): Promise<Client> {
  const found = await store.clients.find(id);
  const held = found?.registrationTokenHash ?? null;
  const right = timingSafeEqual(Buffer.from(held ?? NOBODY), Buffer.from(digestOf(token ?? '')));
  if (found === null || held === null || token === null || !right) {
    await failures.count(caller);
    const reason = token === null ? 'registration: no token' : 'registration: no valid token';
    audit.record({ type: 'client.authentication_failed', clientId: found?.id, caller, reason });
    throw new Problem('caller_unknown');
  }
  if (found.disabled) throw new Problem('client_invalid');
  return found;
}

/** @throws Problem `too_many_requests`, `registrations_full` */
async function admit({ rules, store, limits, clock }: Deps, by: AdminActor, caller: Caller): Promise<void> {
  const spends = [
    ...spendsIn(rules, 'registrations.token', digestOf(by.name)),
    ...spendsIn(rules, 'registrations.network', caller.network),
  ];
  const refused = await store.budgets.spend(spends, clock.now());
  if (refused !== null) throw limits.refusal(refused, { caller });
  let registered = 0;
  let after: string | null = null;
  do {
    const page: Client[] = await store.clients.list(after, PAGE);
    registered += page.filter(({ source }) => source === 'registration').length;
    if (registered >= rules.clients) throw new Problem('registrations_full');
    after = page.length < PAGE ? null : (page.at(-1)?.id ?? null);
  } while (after !== null);
}
