/** What is wrong with how a store is reached, seen from its URL alone; none of it holds a password. */

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** Ways to say who one is without a user name in the URL (https://www.mongodb.com/docs/manual/reference/connection-string/). */
const WITHOUT_USER = /^(?:MONGODB-X509|MONGODB-AWS|MONGODB-OIDC)$/;

/** The parts of a MongoDB connection string that matter here; several hosts make it no URL to a URL parser. */
function partsOf(url: string) {
  const srv = url.startsWith('mongodb+srv:');
  const [, user, hosts = '', query = ''] = /^[a-z+]+:\/\/(?:(.*)@)?([^/?]*)[^?]*\??(.*)$/s.exec(url) ?? [];
  const options = new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
  return { srv, user, hosts: hosts.split(','), options };
}

/** On this machine: by the loopback interface, or by a socket in the file system. */
const isHere = (host: string): boolean => LOOPBACK.test(host) || /\.sock$/.test(host);

/**
 * What production refuses of a MongoDB on other machines, as it refuses of SMTP: that anybody on the network
 * may read and write the store, or read along.
 *
 * @returns one line for each, beginning with the setting
 */
export function* mongoFaults(url: string): Generator<string> {
  const { srv, user, hosts, options } = partsOf(url);
  if (!/^mongodb(?:\+srv)?:/.test(url) || (!srv && hosts.every(isHere))) return;
  const remedy = 'or set STORE_TRUSTED_NETWORK=true where nobody else is on that network';
  if (user === undefined && !WITHOUT_USER.test(options.get('authmechanism') ?? '')) {
    yield `STORE_URL names no user; whoever reaches MongoDB could read and change everything: add user:password@, ${remedy}`;
  }
  const tls = options.get('tls') ?? options.get('ssl') ?? String(srv);
  if (tls !== 'true') {
    yield `STORE_URL is without TLS; whoever is between here and MongoDB could read and change everything: add tls=true, ${remedy}`;
  } else if (['tlsinsecure', 'tlsallowinvalidcertificates'].some((name) => options.get(name) === 'true')) {
    yield `STORE_URL takes any certificate; whoever is between here and MongoDB could pass for it: name its authority by tlsCAFile, ${remedy}`;
  }
}
