import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { databaseHost, directly } from './database-url.ts';

/** The way to a database, which can be disturbed. */
export interface DatabaseLine extends TcpProxy {
  /** The URL of the same database by this way, for its one server alone. */
  readonly url: string;
}

/**
 * Starts a proxy in front of a database.
 *
 * @param databaseUrl of a database on one server
 */
export async function startDatabaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const url = directly(databaseUrl);
  const { text, host, port } = databaseHost(url);
  const proxy = await startTcpProxy({ host, port });
  return Object.assign(proxy, { url: url.replace(text, `127.0.0.1:${proxy.port}`) });
}
