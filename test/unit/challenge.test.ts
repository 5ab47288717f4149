import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  attemptsLeft,
  type Challenge,
  type ChallengeRefusal,
  referenceTag,
  refuseAttempt,
  resendDelay,
} from '../../src/domain/challenge.ts';
import { DIGITS } from '../../src/domain/code.ts';

const NOW = 1_800_000_000_000;

const challenge = (changes: Partial<Challenge> = {}): Challenge => ({
  id: 'c1',
  nonce: 'n',
  pepperId: 'p',
  purpose: 'sign-in',
  identifier: { channel: 'email', value: 'a@example.com' },
  askedAs: null,
  accountId: null,
  clientId: 'app',
  askedFrom: null,
  interactionId: 'i1',
  slot: 's',
  shape: { alphabet: DIGITS, length: 6 },
  proof: 'code',
  attempts: 0,
  maxAttempts: 5,
  sends: 1,
  maxSends: 3,
  nextSendAt: NOW,
  createdAt: NOW,
  expiresAt: NOW + 300_000,
  state: 'open',
  undelivered: false,
  decoy: false,
  locale: 'en',
  intent: null,
  content: null,
  ...changes,
});

describe('challenge: whether an attempt may be made (R-02, R-04, R-05)', () => {
  const cases: readonly (readonly [string, Challenge | null, number, ChallengeRefusal | null])[] = [
    ['none', null, NOW, 'unknown'],
    ['fresh', challenge(), NOW, null],
    ['in its last millisecond', challenge(), NOW + 299_999, null],
    ['at its end', challenge(), NOW + 300_000, 'expired'],
    ['after a clock that ran backwards', challenge(), NOW - 60_000, null],
    ['with one attempt left', challenge({ attempts: 4 }), NOW, null],
    ['with none left', challenge({ attempts: 5 }), NOW, 'exhausted'],
    ['with more attempts than allowed', challenge({ attempts: 6 }), NOW, 'exhausted'],
    ['proven', challenge({ state: 'proven' }), NOW, 'proven'],
    ['superseded', challenge({ state: 'superseded' }), NOW, 'superseded'],
    ['proven and expired', challenge({ state: 'proven' }), NOW + 300_000, 'proven'],
    ['superseded and exhausted', challenge({ state: 'superseded', attempts: 5 }), NOW, 'superseded'],
    ['expired and exhausted', challenge({ attempts: 5 }), NOW + 300_000, 'expired'],
    ['a decoy', challenge({ decoy: true }), NOW, null],
  ];
  for (const [name, record, now, refusal] of cases) {
    it(`${name}: ${refusal ?? 'granted'}`, () => {
      expect(refuseAttempt(record, now)).to.equal(refusal);
    });
  }

  it('is granted exactly to what is open, alive and has attempts left', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('open', 'proven', 'superseded'),
        fc.nat(7),
        fc.integer({ min: -10, max: 10 }),
        (state, attempts, lateness) => {
          const record = challenge({ state, attempts });
          const granted = state === 'open' && attempts < record.maxAttempts && lateness < 0;
          expect(refuseAttempt(record, record.expiresAt + lateness) === null).to.equal(granted);
        },
      ),
    );
  });

  it('counts what is left, never below zero', () => {
    expect([0, 4, 5, 9].map((attempts) => attemptsLeft(challenge({ attempts })))).to.deep.equal([5, 1, 0, 0]);
  });
});

describe('challenge: when it may be sent again (R-15)', () => {
  it('doubles the wait from the first one up to the cap', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((sends) => resendDelay(sends, 60_000, 600_000));
    expect(delays).to.deep.equal([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  });

  it('never waits less than at first, never more than the cap, never less after more sends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.nat(1_000_000),
        (sends, first, more) => {
          const cap = first + more;
          const delay = resendDelay(sends, first, cap);
          expect(delay).to.be.within(first, cap);
          expect(resendDelay(sends + 1, first, cap)).to.be.at.least(delay);
        },
      ),
    );
  });

  it('waits as after the first where nothing was sent yet', () => {
    expect(resendDelay(0, 60_000, 600_000)).to.equal(60_000);
  });
});

describe('challenge: the tag that page and message share', () => {
  const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

  it('is two characters that nobody mistakes for others, stable for a challenge', () => {
    fc.assert(
      fc.property(id, (one) => {
        expect(referenceTag(one)).to.match(/^[A-HJ-NP-Z2-9]{2}$/);
        expect(referenceTag(one)).to.equal(referenceTag(one));
      }),
    );
  });

  it('is seldom the same for two challenges', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => createHash('md5').update(`${index}`).digest('base64url'));
    // 1024 tags: about 638 different ones in 1000 fair draws.
    expect(new Set(ids.map(referenceTag)).size).to.be.within(590, 690);
  });
});
