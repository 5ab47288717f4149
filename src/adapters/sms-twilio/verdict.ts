import { type Verdict, verdictOfStatus } from '../sms-gateway/sender.ts';

/**
 * Codes of Twilio's error dictionary (twilio.com/docs/api/errors) that say something else than the status they come
 * with, which is 400 for nearly all. They are few on purpose: Twilio adds and splits codes, and asks nobody to build on them.
 */
const MEANT: readonly (readonly [Pick<Verdict, 'outcome' | 'ours'>, readonly number[]])[] = [
  // Too much at once: of requests, of messages a second, of messages that wait at one sender.
  [{ outcome: 'transient' }, [20429, 14107, 21611, 30001]],
  // The account or the sender: authentication, suspended, daily limit, a sender that is none or somebody else's.
  [
    { outcome: 'transient', ours: true },
    [20003, 20005, 20008, 21212, 21603, 21606, 21607, 21659, 21660, 21701, 21703, 30002, 63038],
  ],
  // The account may not text this country, or a trial account this number: nobody waits until that has been changed.
  [{ outcome: 'permanent', ours: true }, [21408, 21608]],
];

/** What an answer of the Messages API means. @param code Twilio's own, null when there was none */
export const verdictOf = (status: number, code: number | null): Verdict => ({
  ...(MEANT.find(([, codes]) => code !== null && codes.includes(code))?.[0] ?? verdictOfStatus(status)),
  detail: code === null ? String(status) : `${status} ${code}`,
});
