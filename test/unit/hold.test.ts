import { expect } from 'chai';
import type { Hold } from '../../src/domain/account.ts';
import { type ChangeTerms, canConfirm, countsAsFactor, heldAfter, isHeld, isSettled } from '../../src/domain/hold.ts';
import { skipsSecondFactor } from '../../src/domain/remembered-device.ts';
import { accountOf, DAY, provenEmail, provenNumber, START } from '../support/factories.ts';

const HELD: Hold = { since: START, until: START + DAY };
const ONE = [provenEmail('ada@example.org')];
const TWO = [...ONE, provenNumber('+4915112345678')];
const UNPROVEN = [...ONE, { ...provenNumber('+4915112345678'), verifiedAt: null }];

const terms = (changes: Partial<ChangeTerms> = {}): ChangeTerms => ({
  confirmed: false,
  at: START,
  holdMs: DAY,
  ...changes,
});

describe('what a change leaves held of an account', () => {
  for (const [what, before, how, after] of [
    ['one factor of two', { identifiers: TWO, held: null }, terms(), HELD],
    ['one factor, and there is no other', { identifiers: ONE, held: null }, terms(), null],
    ['one factor, and the other was never proven', { identifiers: UNPROVEN, held: null }, terms(), null],
    ['both factors', { identifiers: TWO, held: null }, terms({ confirmed: true }), null],
    ['both factors, while something is held', { identifiers: TWO, held: HELD }, terms({ confirmed: true }), null],
    ['one factor, where nothing is to be held', { identifiers: TWO, held: null }, terms({ holdMs: 0 }), null],
    ['the same, while something is held', { identifiers: TWO, held: HELD }, terms({ holdMs: 0 }), HELD],
    [
      'one factor once more',
      { identifiers: TWO, held: HELD },
      terms({ at: START + 5 }),
      { since: START, until: START + DAY + 5 },
    ],
    [
      'one factor once more, when the other one is gone',
      { identifiers: ONE, held: HELD },
      terms({ at: START + 5 }),
      { since: START, until: START + DAY + 5 },
    ],
    [
      'one factor once more, by a clock that is behind',
      { identifiers: TWO, held: HELD },
      terms({ at: START - 5 }),
      { since: START - 5, until: START + DAY },
    ],
    [
      'one factor once more, when holds have become shorter',
      { identifiers: TWO, held: HELD },
      terms({ at: START + 5, holdMs: 10 }),
      HELD,
    ],
    [
      'one factor of two, when the former hold is over',
      { identifiers: TWO, held: HELD },
      terms({ at: START + DAY }),
      { since: START + DAY, until: START + 2 * DAY },
    ],
    [
      'one factor, when the former hold is over and there is no other',
      { identifiers: ONE, held: HELD },
      terms({ at: START + DAY }),
      null,
    ],
  ] as const) {
    it(`${what}: ${after === null ? 'nothing' : `${after.since - START} to ${after.until - START}`}`, () => {
      expect(heldAfter(before, how)).to.deep.equal(after);
    });
  }
});

describe('what counts while something is held', () => {
  const held = accountOf({ identifiers: TWO, held: HELD });

  for (const [what, account, verifiedAt, now, counts] of [
    ['what was proven before', held, START - 1, START, true],
    ['what was proven in the same moment', held, START, START, false],
    ['what was proven since', held, START + 1, START + DAY - 1, false],
    ['the same, when it is over', held, START + 1, START + DAY, true],
    ['anything, where nothing is held', accountOf(), START, START, true],
    ['what nobody has proven', accountOf(), null, START, false],
  ] as const) {
    it(`${what}: ${counts}`, () => {
      expect(countsAsFactor(account, { verifiedAt }, now)).to.equal(counts);
      if (verifiedAt !== null) expect(isSettled(account, verifiedAt, now)).to.equal(counts);
    });
  }

  it('lasts until its end, not longer', () => {
    expect(isHeld(held, START + DAY - 1)).to.equal(true);
    expect(isHeld(held, START + DAY)).to.equal(false);
    expect(isHeld(accountOf(), START)).to.equal(false);
  });

  it('leaves both factors to whoever had them before, and only to them', () => {
    const [email, sms] = [provenEmail('a', { verifiedAt: START - 1 }), provenNumber('+1', { verifiedAt: START - 1 })];
    const added = provenNumber('+2', { verifiedAt: START });
    const can = (identifiers: typeof TWO, now = START) => canConfirm({ identifiers, held: HELD }, now);
    expect(can([email, sms, added])).to.equal(true);
    expect(can([email, added])).to.equal(false);
    expect(can([email, added], START + DAY)).to.equal(true);
    expect(can([email])).to.equal(false);
  });

  it('is no device that was remembered since', () => {
    const rules = { client: { rememberDevices: true }, demand: 'policy' } as const;
    const device = { name: 'Firefox on Linux', expiresAt: START + 2 * DAY };
    const devices = [
      { ...device, id: 'former', createdAt: START - 1 },
      { ...device, id: 'later', createdAt: START },
    ];
    const account = accountOf({ devices, held: HELD });
    const skips = (deviceId: string, now: number) =>
      skipsSecondFactor(account, rules, [{ accountId: account.id, deviceId }], now);
    expect(skips('former', START + 1)).to.equal(true);
    expect(skips('later', START + 1)).to.equal(false);
    expect(skips('later', START + DAY)).to.equal(true);
  });
});
