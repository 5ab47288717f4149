import { expect } from 'chai';
import fc from 'fast-check';
import { networkOf, spendOf, spendsOf } from '../../src/domain/budget.ts';

describe('budget: what is spent', () => {
  it('names whose it is and counts windows in milliseconds', () => {
    expect(spendOf('send.network', '192.0.2.1', { limit: 30, windowSeconds: 3600 })).to.deep.equal({
      key: 'send.network:192.0.2.1',
      limit: 30,
      windowMs: 3_600_000,
    });
  });

  it('keeps the rules of a list apart', () => {
    const spends = spendsOf('send.identifier', 'hash', [
      { limit: 5, windowSeconds: 600 },
      { limit: 20, windowSeconds: 86_400 },
    ]);
    expect(spends).to.deep.equal([
      { key: 'send.identifier.0:hash', limit: 5, windowMs: 600_000 },
      { key: 'send.identifier.1:hash', limit: 20, windowMs: 86_400_000 },
    ]);
    expect(spendsOf('none', 'hash', [])).to.deep.equal([]);
  });
});

describe('budget: the network of an address (R-16)', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1%eth0', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['0000:0000:0000:0000:0000:ffff:c000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:0003:0004:0005:0006', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1::6', '2001:db8:1:0::/64'],
    ['2001::3:4:5:6:7', '2001:0:0:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::1%25en1', 'fe80:0:0:0::/64'],
  ];
  for (const [address, network] of cases) {
    it(`of ${address} is ${network}`, () => {
      expect(networkOf(address)).to.equal(network);
    });
  }

  const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
  const isMapped = (parts: readonly number[]): boolean =>
    parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff;

  it('is one for all addresses of a /64, and for all their spellings', () => {
    fc.assert(
      fc.property(groups, fc.array(fc.nat(0xffff), { minLength: 4, maxLength: 4 }), (parts, host) => {
        const neighbour = [...parts.slice(0, 4), ...host];
        fc.pre(!isMapped(parts) && !isMapped(neighbour));
        const plain = parts.map((part) => part.toString(16)).join(':');
        const padded = parts.map((part) => part.toString(16).padStart(4, '0').toUpperCase()).join(':');
        const compressed = new URL(`http://[${plain}]`).hostname.slice(1, -1);
        const network = networkOf(plain);
        expect(networkOf(padded)).to.equal(network);
        expect(networkOf(compressed)).to.equal(network);
        expect(networkOf(neighbour.map((part) => part.toString(16)).join(':'))).to.equal(network);
      }),
    );
  });

  it('is different for different /64', () => {
    fc.assert(
      fc.property(groups, fc.nat(3), fc.integer({ min: 1, max: 0xffff }), (parts, at, change) => {
        const other = parts.map((part, index) => (index === at ? (part + change) % 0x10000 : part));
        const network = (list: readonly number[]): string => networkOf(list.map((part) => part.toString(16)).join(':'));
        expect(network(other)).not.to.equal(network(parts));
      }),
    );
  });

  it('of an IPv4 address is the same however it is mapped', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const hexadecimal = new URL(`http://[::ffff:${address}]`).hostname.slice(1, -1);
        expect(networkOf(address)).to.equal(address);
        expect(networkOf(`::ffff:${address}`)).to.equal(address);
        expect(networkOf(hexadecimal)).to.equal(address);
      }),
    );
  });
});
