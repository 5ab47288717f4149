import { expect } from 'chai';
import type { RememberedDevice } from '../../src/domain/account.ts';
import {
  type AcrRequest,
  answersRequest,
  combinedMethods,
  SINGLE_FACTOR as ONE,
  secondChannels,
  secondFactorDemand,
  TWO_FACTORS as TWO,
} from '../../src/domain/assurance.ts';
import { skipsSecondFactor, withDevice } from '../../src/domain/remembered-device.ts';
import { accountOf, DAY, START } from '../support/factories.ts';

const asks = (essential: readonly string[] | null, ...voluntary: string[]): AcrRequest => ({ essential, voluntary });
const BOTH = ['email', 'sms'] as const;

describe('who wants a second factor', () => {
  for (const [asked, policy, channels, demand] of [
    [asks(null), 'when-asked', BOTH, 'none'],
    [asks(null), 'always', BOTH, 'policy'],
    [asks(null), 'always', ['email'], 'unmet'],
    [asks(null), 'always', ['email', 'email'], 'unmet'],
    [asks(null, TWO), 'when-asked', BOTH, 'request'],
    [asks(null, TWO), 'when-asked', ['sms'], 'unmet'],
    [asks(null, TWO, ONE), 'when-asked', ['sms'], 'none'],
    [asks(null, ONE, TWO), 'when-asked', BOTH, 'none'],
    [asks(null, ONE), 'always', BOTH, 'policy'],
    [asks(null, 'phr', 'urn:other'), 'when-asked', ['email'], 'none'],
    [asks(null, 'phr', TWO), 'when-asked', BOTH, 'request'],
    [asks(['urn:other']), 'when-asked', BOTH, 'unmet'],
    [asks(['urn:other'], TWO), 'when-asked', BOTH, 'unmet'],
    [asks([]), 'when-asked', BOTH, 'unmet'],
    [asks([TWO], ONE), 'when-asked', BOTH, 'request'],
    [asks([ONE], TWO), 'when-asked', BOTH, 'none'],
    [asks([ONE]), 'always', BOTH, 'unmet'],
    [asks([ONE, TWO]), 'always', BOTH, 'policy'],
    [asks([TWO, ONE]), 'when-asked', ['email'], 'none'],
  ] as const) {
    it(`essential ${JSON.stringify(asked.essential)}, wished ${JSON.stringify(asked.voluntary)}, ${policy}, by ${channels.join()}: ${demand}`, () => {
      expect(secondFactorDemand({ secondFactor: policy }, asked, channels)).to.equal(demand);
    });
  }
});

describe('what a sign-in is good enough for', () => {
  for (const [acr, asked, demand, remembered, answer] of [
    [ONE, asks(null), 'none', false, true],
    [TWO, asks(null), 'none', false, true],
    [ONE, asks(null), 'policy', false, false],
    [ONE, asks(null), 'policy', true, true],
    [ONE, asks(null, TWO), 'request', true, false],
    [TWO, asks(null, TWO), 'request', false, true],
    [TWO, asks([ONE]), 'none', false, false],
    ['', asks([ONE]), 'none', false, false],
    [TWO, asks([ONE, TWO]), 'none', false, true],
  ] as const) {
    it(`${acr || 'nothing'} for ${demand}, essential ${JSON.stringify(asked.essential)}${remembered ? ', remembered' : ''}: ${answer}`, () => {
      expect(answersRequest(acr, { asked, demand, remembered })).to.equal(answer);
    });
  }

  it('tells the methods of both, each once (RFC 8176)', () => {
    expect(combinedMethods(['otp'], 'sms')).to.deep.equal(['otp', 'sms', 'mfa']);
    expect(combinedMethods(['sms'], 'email')).to.deep.equal(['sms', 'otp', 'mfa']);
    expect(secondChannels(BOTH, ['otp'])).to.deep.equal(['sms']);
    expect(secondChannels(BOTH, ['otp', 'sms', 'mfa'])).to.deep.equal([]);
  });
});

describe('remembered devices', () => {
  const deviceOf = (id: string, createdAt = START): RememberedDevice => ({
    id,
    name: 'Firefox on Linux',
    createdAt,
    expiresAt: createdAt + 30 * DAY,
  });
  const account = accountOf({ devices: [deviceOf('a')] });
  const token = { accountId: account.id, deviceId: 'a' };
  const lenient = { client: { rememberDevices: true }, demand: 'policy' } as const;

  it('skip the second factor of a policy that allows it, for their own account, while they last', () => {
    expect(skipsSecondFactor(account, lenient, [token], START)).to.equal(true);
    expect(skipsSecondFactor(account, lenient, [token], START + 30 * DAY)).to.equal(false);
    expect(skipsSecondFactor(account, lenient, [{ ...token, deviceId: 'b' }], START)).to.equal(false);
    expect(skipsSecondFactor(account, lenient, [{ ...token, accountId: 'other' }], START)).to.equal(false);
    expect(skipsSecondFactor(account, lenient, [], START)).to.equal(false);
    expect(skipsSecondFactor(account, { ...lenient, demand: 'request' }, [token], START)).to.equal(false);
    expect(skipsSecondFactor(account, { ...lenient, client: { rememberDevices: false } }, [token], START)).to.equal(
      false,
    );
  });

  it('are ten at most; the oldest leaves, and so do those whose time has ended', () => {
    const ten = Array.from({ length: 10 }, (_, index) => deviceOf(`d${index}`, START + index));
    expect(withDevice(ten, deviceOf('new', START + 20)).map(({ id }) => id)).to.deep.equal([
      ...ten.slice(1).map(({ id }) => id),
      'new',
    ]);
    expect(withDevice(ten, deviceOf('later', START + 31 * DAY)).map(({ id }) => id)).to.deep.equal(['later']);
  });
});
