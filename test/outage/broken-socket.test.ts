import { expect } from 'chai';
import { translated } from '../../src/adapters/store-mongo/unavailable.ts';
import { isProblem } from '../../src/domain/errors.ts';

describe('outage: a socket that breaks under a write (R-79)', () => {
  // Requests were answered 500: the driver passes on what Node says when the server has hung up a moment before.
  for (const code of ['EPIPE', 'ECONNRESET']) {
    it(`${code} is an outage of the store, and no fault of ours`, () => {
      const broken = Object.assign(new Error('This socket has been ended by the other party'), { code });
      expect(isProblem(translated(broken), 'store_unavailable')).to.equal(true);
    });
  }

  it('anything else stays what it is', () => {
    for (const error of [new TypeError('x is not a function'), Object.assign(new Error('no'), { code: 'ENOENT' })]) {
      expect(translated(error)).to.equal(error);
    }
  });
});
