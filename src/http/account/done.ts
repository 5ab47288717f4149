import type { Context } from 'koa';
import type { Done } from '../../ports/views/account-pages.ts';

const KNOWN: readonly Done[] = [
  'added',
  'removed',
  'primary',
  'ended',
  'ended_others',
  'forgotten',
  'confirmed',
  'released',
];

/** What the request before has done, as the redirect after it says; anybody may write it, and it changes nothing. */
export const doneBefore = ({ query }: Context): Done | null => KNOWN.find((done) => done === query.done) ?? null;
