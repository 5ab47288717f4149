import { type Message, uselessness } from '../../domain/message.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Sender } from '../../ports/sender.ts';
import type { Leased, Settlement } from '../../ports/store/outbox.ts';
import type { Store } from '../../ports/store.ts';
import type { Audit, Counter } from '../trail/audit.ts';
import { createMessageWriter, type MessageWriter, type MessageWriterDeps } from './message-writer.ts';

/** How the outbox is worked off. */
export interface DeliveryRules {
  /** Messages in work at once. */
  readonly concurrency: number;
  /** How long a worker may take before another one takes over (R-77: ≤ 60 s). */
  readonly leaseSeconds: number;
  /** How often an idle worker looks for messages of others, in milliseconds. */
  readonly pollMilliseconds: number;
  readonly retryFirstSeconds: number;
  readonly retryCapSeconds: number;
}

interface DeliveryDeps extends MessageWriterDeps {
  readonly rules: DeliveryRules;
  readonly store: Store;
  readonly senders: readonly Sender[];
  readonly audit: Audit & Counter;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Deps extends DeliveryDeps {
  readonly writer: MessageWriter;
}

export interface Delivery {
  /**
   * Leases as many due messages as there are free hands and begins to deliver them. It waits for none: one slow mailbox
   * does not hold up the others.
   * @param free told when, after all hands were busy, one is free again
   * @returns whether more messages may be due and hands free
   */
  deliverDue(free: () => void): Promise<boolean>;
  /** Resolves when everything that was begun has been settled. */
  idle(): Promise<void>;
}

/** Works off the outbox: lease, derive the code at the last moment, render, send, record. */
export function createDelivery(given: DeliveryDeps): Delivery {
  const deps: Deps = { ...given, writer: createMessageWriter(given) };
  const worker = deps.random.id();
  const inWork = new Set<Promise<void>>();
  return {
    async deliverDue(free) {
      const hands = deps.rules.concurrency - inWork.size;
      if (hands <= 0) return false;
      const now = deps.clock.now();
      const until = now + deps.rules.leaseSeconds * 1000;
      const leased = await deps.store.outbox.lease(worker, now, until, hands);
      for (const work of leased) {
        const handled = handle(deps, worker, work).finally(() => {
          const allBusy = inWork.size === deps.rules.concurrency;
          inWork.delete(handled);
          if (allBusy) free();
        });
        inWork.add(handled);
      }
      return leased.length === hands;
    },
    async idle() {
      while (inWork.size > 0) await Promise.all(inWork);
    },
  };
}

/** Never rejects: a message that could not be settled is taken over when its lease ends. */
async function handle(deps: Deps, worker: string, work: Leased): Promise<void> {
  try {
    await deliver(deps, worker, work);
  } catch (error) {
    deps.log.error({ err: error }, 'a message could not be settled');
  }
}

async function deliver(deps: Deps, worker: string, work: Leased): Promise<void> {
  const { message } = work;
  const settlement = await settle(deps, work).catch((error: unknown): Settlement => {
    deps.log.error({ err: error }, 'a message could not be prepared');
    return retryOrFail(deps, message, 'error');
  });
  const held = await deps.store.outbox.settle(message.id, worker, settlement);
  deps.log.debug({ ...settlement, tries: message.tries, held }, 'message settled');
  const { clientId, to } = message;
  // Notices are not what somebody signs in with.
  if (settlement.state === 'accepted' && message.challengeId !== null) {
    deps.audit.count('sends', { clientId, identifier: to });
  }
  if (settlement.state === 'failed') {
    deps.audit.record({ type: 'message.failed', clientId, identifier: to, reason: settlement.outcome });
  }
}

/** Says what becomes of a message; sends it if it is still worth having. */
async function settle(deps: Deps, { message, challenge }: Leased): Promise<Settlement> {
  const useless = uselessness(message, challenge, deps.clock.now());
  if (useless !== null) return dropped(useless);
  // A decoy goes through everything above, so that its cost is that of a real one.
  if (message.decoy) return dropped('decoy');
  const sender = deps.senders.find(({ channel }) => channel === message.to.channel);
  if (sender === undefined) return { state: 'failed', outcome: `no sender for ${message.to.channel}` };
  const outgoing = await deps.writer.write(message, challenge);
  if (outgoing === null) return dropped('pepper gone');
  const result = await sender.send(outgoing);
  if (result.outcome === 'accepted') return { state: 'accepted', outcome: result.detail };
  if (result.outcome === 'permanent') return { state: 'failed', outcome: result.detail };
  return retryOrFail(deps, message, result.detail);
}

const dropped = (outcome: string): Settlement => ({ state: 'dropped', outcome });

/** Doubling waits, as long as the message will still be worth having at the next try. */
function retryOrFail({ rules, clock }: Deps, message: Message, outcome: string): Settlement {
  const wait = Math.min(rules.retryCapSeconds, rules.retryFirstSeconds * 2 ** Math.max(0, message.tries - 1));
  const notBefore = clock.now() + wait * 1000;
  return notBefore < message.notAfter ? { state: 'queued', outcome, notBefore } : { state: 'failed', outcome };
}
