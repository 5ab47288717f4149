import type { Model } from 'mongoose';
import type { Challenge } from '../../domain/challenge.ts';
import { above } from './comparisons.ts';
import type { ChallengeDocument } from './documents/challenge.ts';

/** What has to be known of a challenge to decide which of several stay open. */
export type Rival = Pick<ChallengeDocument, '_id' | 'order' | 'state'>;

type Found = Rival & Pick<ChallengeDocument, 'slot' | 'interactionId' | 'expiresAt'>;

/** The challenges that compete with one, and what may remain of them. */
export interface Rivals {
  /** Open and alive, in the same slot. */
  readonly inSlot: readonly Rival[];
  /** In whatever state, of the same interaction. */
  readonly inInteraction: readonly Rival[];
}

/** How many may stay open. */
export interface Room {
  readonly inSlot: number;
  readonly inInteraction: number;
}

const SHOWN = { _id: 1, order: 1, state: 1, slot: 1, interactionId: 1, expiresAt: 1 } as const;

export async function findRivals(model: Model<ChallengeDocument>, challenge: Challenge): Promise<Rivals> {
  const { slot, interactionId } = challenge;
  const at = new Date(challenge.createdAt);
  const open = { slot, state: 'open', expiresAt: above(at) } as const;
  const found = await model
    .find({ $or: interactionId === null ? [open] : [open, { interactionId }] }, SHOWN)
    .lean<Found[]>();
  return {
    inSlot: found.filter((rival) => rival.slot === slot && rival.state === 'open' && rival.expiresAt > at),
    inInteraction: interactionId === null ? [] : found.filter((rival) => rival.interactionId === interactionId),
  };
}

/**
 * The place of a challenge that is opened now: after all that are there. Not the clock's reading alone, because the
 * node that opened the last one may be ahead of this one, and the newest code is the one that has to work.
 */
export const nextOrder = ({ inSlot, inInteraction }: Rivals, createdAt: number): number =>
  Math.max(createdAt, ...[...inSlot, ...inInteraction].map(({ order }) => order + 1));

/**
 * Which ones have to close. All who look at the same challenges name the same ones, and nobody ever names the newest: so
 * whoever looks last leaves no more than there is room for, and at least one.
 */
export function surplusOf({ inSlot, inInteraction }: Rivals, room: Room): string[] {
  const beyond = (rivals: readonly Rival[], places: number): string[] =>
    newestFirst(rivals)
      .slice(places)
      .filter(({ state }) => state === 'open')
      .map(({ _id }) => _id);
  return [...new Set([...beyond(inSlot, room.inSlot), ...beyond(inInteraction, room.inInteraction)])];
}

/** In the order in which they were opened, whatever the nodes' clocks say. */
export const newestFirst = <One extends Rival>(rivals: readonly One[]): One[] =>
  [...rivals].sort((left, right) => right.order - left.order || (left._id < right._id ? 1 : -1));
