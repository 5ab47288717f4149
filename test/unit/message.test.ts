import { expect } from 'chai';
import { filledIn } from '../../src/domain/message.ts';

describe('the words of an application in a text message (R-61)', () => {
  it('get code and name wherever they ask for them', () => {
    expect(filledIn('{otp} is for {app}. {otp}!', { otp: '012345', app: 'Demo' })).to.equal(
      '012345 is for Demo. 012345!',
    );
  });

  it('are not looked through again, and nothing else in them means anything', () => {
    const text = '{app} $& $1 {other} {{otp}} <%= otp %> #{otp} \\{otp}';
    expect(filledIn(text, { otp: '012345', app: "{otp} $& $' {app}" })).to.equal(
      "{otp} $& $' {app} $& $1 {other} {012345} <%= otp %> #012345 \\012345",
    );
  });
});
