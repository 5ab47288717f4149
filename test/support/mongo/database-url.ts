/** What the names of the tests' databases begin with. */
export const TEST_DATABASE = 'countersign_test_';

/** The URL of one database on a server. */
export const databaseUrl = (server: string, database: string): string =>
  server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);

/**
 * The one server of a URL, and how it is written there.
 * @throws Error for a URL that names several, or finds them by DNS
 */
export function databaseHost(url: string): { readonly text: string; readonly host: string; readonly port: number } {
  const [, text, host, port] = /^mongodb:\/\/(?:[^@/]*@)?(([^:,/]+):(\d+))(?=[/?]|$)/.exec(url) ?? [];
  if (text === undefined || host === undefined) throw new Error('a URL of one server was expected');
  return { text, host, port: Number(port) };
}

/** The same URL for the named server alone, whatever set of servers it belongs to. */
export const directly = (url: string): string => {
  const alone = url.replace(/([?&])replicaSet=[^&]*&?/, '$1').replace(/[?&]$/, '');
  return `${alone}${alone.includes('?') ? '&' : '?'}directConnection=true`;
};
