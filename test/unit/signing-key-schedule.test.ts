import { expect } from 'chai';
import fc from 'fast-check';
import { clientRegistrationShape } from '../../src/config/schema/client.ts';
import { tokensSection } from '../../src/config/schema/sign-in.ts';
import { USUAL_LIFETIMES } from '../../src/domain/client.ts';
import {
  beginningOf,
  isForgotten,
  isPublished,
  isRemembered,
  JWKS_CACHE_SECONDS,
  LEAST_PUBLISH_SECONDS,
  LONGEST_TOKEN_SECONDS,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKey,
  scheduleOf,
  signerOf,
  stateOf,
} from '../../src/domain/signing-key.ts';
import { resourceShape } from '../../src/http/admin/api/resource-schemas.ts';

const START = 1_700_000_000_000;
const LONGEST_MS = LONGEST_TOKEN_SECONDS * 1000;

/** What administrators and nodes do, and how long after each other. */
type Step = { readonly afterMs: number; readonly alg: SigningAlgorithm } & (
  | { readonly kind: 'rotate' | 'replace-leaked' }
  | { readonly kind: 'withdraw'; readonly which: number }
);

interface Lived {
  readonly keys: readonly SigningKey[];
  /** When each of the steps was, and what there was behind it. */
  readonly moments: readonly { readonly at: number; readonly keys: readonly SigningKey[] }[];
}

/** By the rules of the service: what signs is not withdrawn, and only one successor waits. */
function live(steps: readonly Step[], publishSeconds: number): Lived {
  let keys: SigningKey[] = [];
  let at = START;
  const add = (alg: SigningAlgorithm, replacesLeaked: boolean): void => {
    const former = keys.filter((key) => key.alg === alg);
    const beginning = beginningOf(former, at, { publishSeconds, replacesLeaked });
    if (beginning !== null)
      keys = [...keys, { ...beginning, id: `${alg}-${beginning.generation}`, alg, withdrawnAt: null }];
  };
  const moments: { at: number; keys: readonly SigningKey[] }[] = [];
  for (const step of steps) {
    at += step.afterMs;
    if (step.kind !== 'withdraw') add(step.alg, step.kind === 'replace-leaked');
    else {
      const schedule = scheduleOf(keys);
      const key = keys[step.which % Math.max(1, keys.length)];
      const standing = schedule.some((one) => one.key.id === key?.id && stateOf(one, at) !== 'removed');
      if (key !== undefined && standing && signerOf(schedule, key.alg, at)?.id !== key.id) {
        keys = keys.map((one) => (one.id === key.id ? { ...one, withdrawnAt: at } : one));
      }
    }
    moments.push({ at, keys });
  }
  return { keys, moments };
}

const afterMs = fc.oneof(fc.integer({ min: 0, max: 7_200_000 }), fc.integer({ min: 0, max: 40 * 86_400_000 }));
const alg = fc.constantFrom<SigningAlgorithm[]>('RS256', 'ES256');
const rotation = fc.record({ kind: fc.constant<'rotate'>('rotate'), afterMs, alg });
const replacement = fc.record({ kind: fc.constant<'replace-leaked'>('replace-leaked'), afterMs, alg });
const withdrawal = fc.record({ kind: fc.constant<'withdraw'>('withdraw'), afterMs, alg, which: fc.nat(20) });
const histories = fc.array(fc.oneof(rotation, replacement, withdrawal), { minLength: 1, maxLength: 14 });
const quietHistories = fc.array(rotation, { minLength: 1, maxLength: 10 });
const publishing = fc.integer({ min: LEAST_PUBLISH_SECONDS, max: 86_400 });
const later = fc.integer({ min: 0, max: 100 * 86_400_000 });

const idOf = (key: SigningKey | null): string | undefined => key?.id;

describe('signing keys: who signs when (R-71)', () => {
  it('there is exactly one signing key of an algorithm at every moment, once there is one, and it is published', () => {
    fc.assert(
      fc.property(histories, publishing, later, (steps, publishSeconds, wait) => {
        for (const { at, keys } of live(steps, publishSeconds).moments) {
          for (const moment of [at, at + wait]) {
            const schedule = scheduleOf(keys);
            for (const one of SIGNING_ALGORITHMS) {
              const signer = signerOf(schedule, one, moment);
              expect(signer === null).to.equal(!keys.some((key) => key.alg === one));
              const active = schedule.filter((key) => key.key.alg === one && stateOf(key, moment) === 'active');
              expect(active.map(({ key }) => key.id)).to.deep.equal(signer === null ? [] : [signer.id]);
              for (const scheduled of active) expect(isPublished(scheduled, moment)).to.equal(true);
            }
          }
        }
      }),
    );
  });

  it('whatever is signed can be verified until it ends, whatever is rotated meanwhile', () => {
    const life = fc.integer({ min: 0, max: LONGEST_MS });
    fc.assert(
      fc.property(quietHistories, publishing, later, life, (steps, publishSeconds, wait, lives) => {
        const { moments, keys: last } = live(steps, publishSeconds);
        for (const { at, keys } of moments) {
          const signed = at + wait;
          const signer = signerOf(scheduleOf(keys), 'RS256', signed);
          // Signed by what was known at that time; verified by everything that came in time to change it.
          const known = last.filter((key) => key.createdAt <= signed);
          if (signer === null || idOf(signerOf(scheduleOf(known), 'RS256', signed)) !== signer.id) continue;
          const scheduled = scheduleOf(last).find(({ key }) => key.id === signer.id);
          expect(scheduled !== undefined && isPublished(scheduled, signed + lives)).to.equal(true);
          // And by whoever fetches the keys no more often than they have to (max-age).
          expect(
            scheduled !== undefined && isPublished(scheduled, signed + lives + JWKS_CACHE_SECONDS * 1000),
          ).to.equal(true);
        }
      }),
    );
  });

  it('a key never signs before it was published for as long as the former keys may be cached', () => {
    fc.assert(
      fc.property(quietHistories, publishing, later, (steps, publishSeconds, wait) => {
        for (const { at, keys } of live(steps, publishSeconds).moments) {
          const moment = at + wait;
          for (const one of SIGNING_ALGORITHMS) {
            const signer = signerOf(scheduleOf(keys), one, moment);
            if (signer === null || signer.generation === 1) continue;
            expect(moment - signer.createdAt).to.be.at.least(LEAST_PUBLISH_SECONDS * 1000);
          }
        }
      }),
    );
  });

  it('nothing that may be leaked signs, verifies or is remembered from then on', () => {
    fc.assert(
      fc.property(histories, publishing, later, (steps, publishSeconds, wait) => {
        for (const { at, keys } of live(steps, publishSeconds).moments) {
          const newest = keys.findLast(({ replacesLeaked }) => replacesLeaked);
          for (const scheduled of scheduleOf(keys)) {
            const { key } = scheduled;
            const before = newest !== undefined && key.alg === newest.alg && key.generation < newest.generation;
            if (!before && key.withdrawnAt === null) continue;
            for (const moment of [at, at + wait]) {
              expect(signerOf(scheduleOf(keys), key.alg, moment)?.id).to.not.equal(key.id);
              expect([isPublished(scheduled, moment), isRemembered(scheduled, moment)]).to.deep.equal([false, false]);
            }
          }
        }
      }),
    );
  });

  it('what is forgotten changes nothing for the others', () => {
    fc.assert(
      fc.property(histories, publishing, later, (steps, publishSeconds, wait) => {
        const { keys } = live(steps, publishSeconds);
        const moment = START + wait + 100 * 86_400_000;
        const kept = scheduleOf(keys).filter((scheduled) => !isForgotten(scheduled, moment));
        for (const one of SIGNING_ALGORITHMS) {
          const afterwards = scheduleOf(kept.map(({ key }) => key));
          expect(idOf(signerOf(afterwards, one, moment))).to.equal(idOf(signerOf(scheduleOf(keys), one, moment)));
          for (const scheduled of afterwards) expect(kept.map((one) => ({ ...one }))).to.deep.include(scheduled);
        }
      }),
    );
  });

  it('what was signed in the last moment is verified to its end by whoever keeps the keys as long as they may', () => {
    const { keys } = live(
      [...Array(2)].map(() => ({ kind: 'rotate', afterMs: 0, alg: 'RS256' }) as const),
      3600,
    );
    const last = START + 3_600_000 - 1;
    const schedule = scheduleOf(keys);
    expect(signerOf(schedule, 'RS256', last)?.id).to.equal('RS256-1');
    const ends = last + LONGEST_MS + JWKS_CACHE_SECONDS * 1000;
    expect(schedule.map((scheduled) => isPublished(scheduled, ends))).to.deep.equal([true, true]);
    expect(schedule.map((scheduled) => isPublished(scheduled, ends + 60_001))).to.deep.equal([false, true]);
  });

  it('a node whose clock is behind signs with the first key all the same', () => {
    const { keys } = live([{ kind: 'rotate', afterMs: 0, alg: 'RS256' }], LEAST_PUBLISH_SECONDS);
    expect(signerOf(scheduleOf(keys), 'RS256', START - 15_000)?.id).to.equal('RS256-1');
  });

  it('no setting lets anything that is signed live longer than its key stays published', () => {
    const tooLong = LONGEST_TOKEN_SECONDS + 1;
    const lives = ['accessTokenSeconds', 'idTokenSeconds', 'clientCredentialsSeconds'];
    for (const life of lives) {
      expect(tokensSection.safeParse({ [life]: LONGEST_TOKEN_SECONDS }).success, life).to.equal(true);
      expect(tokensSection.safeParse({ [life]: tooLong }).success, life).to.equal(false);
    }
    const { lifetimes } = clientRegistrationShape;
    for (const life of lives.slice(0, 2)) {
      const usual = { ...USUAL_LIFETIMES, [life]: LONGEST_TOKEN_SECONDS };
      expect(lifetimes.safeParse(usual).success, life).to.equal(true);
      expect(lifetimes.safeParse({ ...usual, [life]: tooLong }).success, life).to.equal(false);
    }
    const { accessTokenSeconds } = resourceShape;
    expect(accessTokenSeconds.safeParse(LONGEST_TOKEN_SECONDS).success).to.equal(true);
    expect(accessTokenSeconds.safeParse(tooLong).success).to.equal(false);
  });
});
