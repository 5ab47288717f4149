import { BlockList, isIP } from 'node:net';

type Network = readonly [address: string, prefix: number];

/** Nothing of ours is ever there: this host, link-local with the metadata of clouds, multicast, reserved (RFC 6890). */
const NEVER: readonly Network[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  // Amazon's metadata over IPv6, in the middle of what is private.
  ['fd00:ec2::', 32],
];

/** This machine and networks that the internet does not reach (RFC 6890), and IPv6 that wraps IPv4 of any kind. */
const PRIVATE: readonly Network[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['::1', 128],
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
];

function listOf(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

const never = listOf(NEVER);
const privateNetworks = listOf(PRIVATE);

/**
 * Whether this server may connect to an address. IPv4 in IPv6 (`::ffff:127.0.0.1`) counts as IPv4.
 *
 * @param address IPv4 or IPv6; anything else may not be connected to
 * @param privateNetwork this machine and private networks are meant, too; link-local addresses never are
 */
export function mayConnect(address: string, privateNetwork: boolean): boolean {
  const bare = address.split('%')[0] ?? '';
  const family = isIP(bare);
  if (family === 0) return false;
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  return !never.check(bare, kind) && (privateNetwork || !privateNetworks.check(bare, kind));
}
