import { type Account, primaryOf } from '../../domain/account.ts';
import { withoutIdentifier } from '../../domain/account-identifiers.ts';
import type { BudgetRule } from '../../domain/budget.ts';
import { type Identifier, maskIdentifier } from '../../domain/identifier.ts';
import type { AccountNotice, Message, Notice } from '../../domain/message.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import type { AbuseLimits } from '../budgets/abuse-limits.ts';
import { spendsIn } from '../budgets/budget-names.ts';
import type { Caller } from '../caller.ts';

/** What is about to happen to an account. */
export interface AccountChange {
  readonly kind: AccountNotice;
  /** What it is about; for a deletion, what the account is called by. */
  readonly identifier: Identifier;
  /** As in the notice; null or left out when the change is not held. */
  readonly heldUntil?: number | null;
}

export interface Notices {
  /**
   * Tells the owner of an account what is about to change, at the identifiers that have no part in it: the
   * primary one of each channel, and one that is removed, too. To be called before the change is written, with the
   * account as it is until then: a crash can leave a notice without its change, never a change without its notice.
   *
   * @param context.clientId at which application it happened
   * @param context.locale BCP 47 tag of the page on which it was asked for
   * @throws Problem `too_many_requests` when this account has been told too often, or too many text messages have gone
   *   where one would have to go; the change must not happen then
   */
  send(
    account: Account,
    change: AccountChange,
    context: { readonly clientId: string; readonly locale: string; readonly caller: Caller },
  ): Promise<void>;
}

interface Deps {
  /** Changes of one account; each may cost a text message. */
  readonly rules: { readonly noticesPerAccount: readonly BudgetRule[] };
  readonly store: Store;
  readonly limits: AbuseLimits;
  readonly clock: Clock;
  readonly random: Random;
  /** Told when messages are waiting. */
  readonly queued: () => void;
}

/** How long a notice is worth delivering: something can still be done about a change of yesterday. */
const WORTH_MS = 24 * 3600 * 1000;

export function createNotices(deps: Deps): Notices {
  return {
    async send(account, change, { clientId, locale, caller }) {
      const now = deps.clock.now();
      const told = toldAt(account, change).map((to) => ({ to, spends: deps.limits.noticing(to) }));
      const reached = told.filter(({ spends }) => spends !== null);
      const perAccount = spendsIn(deps.rules, 'notices.account', account.id);
      // One after the other: two numbers of one country spend the same budget twice.
      for (const spends of [perAccount, ...reached.map((one) => one.spends ?? [])]) {
        const refused = await deps.store.budgets.spend(spends, now);
        if (refused !== null) throw deps.limits.refusal(refused, { clientId, caller });
      }
      const notice = noticeOf(change);
      const about = { notice, clientId, locale, createdAt: now, template: 'notice' } as const;
      await deps.store.outbox.add(reached.map(({ to }) => queuedNotice(deps.random.id(), to, about)));
      deps.queued();
    },
  };
}

const noticeOf = ({ kind, identifier, heldUntil = null }: AccountChange): Notice => ({
  kind,
  identifier: maskIdentifier(identifier),
  ...(heldUntil === null ? {} : { heldUntil }),
});

const CHANNELS = ['email', 'sms'] as const;

/** Who is told: what the account is left with, and whoever loses it. */
function toldAt(account: Account, { kind, identifier }: AccountChange): Identifier[] {
  const identifiers = withoutIdentifier(account.identifiers, identifier);
  const left = CHANNELS.map((channel) => primaryOf({ ...account, identifiers }, channel)).filter(
    (entry) => entry !== undefined,
  );
  const loses = kind === 'identifier_removed' || kind === 'account_deleted';
  return [...(loses ? [identifier] : []), ...left].map(({ channel, value }) => ({ channel, value }));
}

/** A notice as it waits to be delivered. */
export const queuedNotice = (
  id: string,
  to: Identifier,
  about: Pick<Message, 'notice' | 'clientId' | 'locale' | 'createdAt' | 'template'>,
): Message => ({
  ...about,
  id,
  to,
  challengeId: null,
  decoy: false,
  state: 'queued',
  tries: 0,
  notBefore: about.createdAt,
  notAfter: about.createdAt + WORTH_MS,
  leasedBy: null,
  leasedUntil: null,
  outcome: null,
});
