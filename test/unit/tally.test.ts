import { expect } from 'chai';
import { dayOf, mergedTallies, metricOf, type Tally, talliesOf } from '../../src/domain/tally.ts';
import { DAY, START } from '../support/factories.ts';

const email = { channel: 'email', value: 'ada@example.org' } as const;
const number = { channel: 'sms', value: '+4915112345678' } as const;
const day = dayOf(START);

describe('tallies', () => {
  it('count over all, by channel, by the country of a number, and sign-ins by client', () => {
    const shown = (tallies: Tally[]) => tallies.map(({ dimension, value }) => `${dimension} ${value}`.trim());
    expect(shown(talliesOf('sends', { at: START }))).to.deep.equal(['all']);
    expect(shown(talliesOf('sends', { at: START, identifier: email, clientId: 'demo' }))).to.deep.equal([
      'all',
      'channel email',
    ]);
    expect(shown(talliesOf('sends', { at: START, identifier: number }))).to.deep.equal([
      'all',
      'channel sms',
      'country DE',
    ]);
    expect(shown(talliesOf('sign_ins', { at: START, identifier: email, clientId: 'demo' }))).to.deep.equal([
      'all',
      'channel email',
      'client demo',
    ]);
  });

  it('say nothing of who it was, and nothing of numbers of no country', () => {
    const identifier = { channel: 'sms', value: 'none:stand-in' } as const;
    expect(JSON.stringify(talliesOf('opened', { at: START, identifier }))).not.to.contain('stand-in');
    expect(talliesOf('opened', { at: START, identifier })).to.have.length(2);
    for (const who of [email, number]) {
      expect(JSON.stringify(talliesOf('verified', { at: START, identifier: who }))).not.to.contain(who.value);
    }
  });

  it('are of days in UTC', () => {
    const midnight = day * DAY;
    expect(dayOf(midnight - 1)).to.equal(day - 1);
    expect(dayOf(midnight)).to.equal(day);
    expect(new Date(midnight).toISOString()).to.contain('T00:00:00.000Z');
  });

  it('take a wrong code for a wrong code, and nothing else', () => {
    expect(metricOf('challenge.failed', 'code_invalid')).to.equal('failed');
    expect(metricOf('challenge.failed', 'code_exhausted')).to.equal('failed');
    for (const reason of ['code_expired', 'code_superseded', 'ticket']) {
      expect(metricOf('challenge.failed', reason), reason).to.equal(null);
    }
    expect(metricOf('session.started')).to.equal('sign_ins');
    expect(metricOf('session.ended')).to.equal(null);
  });

  it('merge to one of each', () => {
    const once = talliesOf('sends', { at: START, identifier: number });
    const later = talliesOf('sends', { at: START + DAY, identifier: number });
    const merged = mergedTallies([...once, ...later, ...once, ...once]);
    expect(merged).to.have.deep.members([...once.map((tally) => ({ ...tally, count: 3 })), ...later]);
  });
});
