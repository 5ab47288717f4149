import { BlockList, isIP, isIPv6 } from 'node:net';

/** More proxies than any request passes. */
const MOST_PROXIES = 64;

/**
 * Who really asks: the peer of the connection, or, when that is a proxy we were told to trust, the last address in
 * `X-Forwarded-For` that no trusted proxy has. An address we cannot read counts as the peer's.
 *
 * @param trusted addresses and CIDR ranges of our own proxies
 */
export function createClientAddress(trusted: readonly string[]): (peer: string, forwardedFor: string) => string {
  const proxies = blockListOf(trusted);
  const isTrusted = (address: string): boolean => {
    const plain = unmapped(address);
    return isIP(plain) !== 0 && proxies.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
  return (peer, forwardedFor) => {
    if (forwardedFor === '' || !isTrusted(peer)) return unmapped(peer);
    // Only the last hops can be ours; the header itself is bounded by the size limit of headers.
    const hops = forwardedFor.split(',').slice(-MOST_PROXIES);
    const client = hops.map((hop) => unmapped(hop.trim())).findLast((hop) => !isTrusted(hop));
    return client !== undefined && isIP(client) !== 0 ? client : unmapped(peer);
  };
}

const unmapped = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
