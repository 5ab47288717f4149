import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly retryAfter: string | undefined;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Just enough of a browser's network: the load must not cost more than what it measures. */
export interface HttpClient {
  send(method: 'GET' | 'POST', url: string, headers: Record<string, string>, body?: string): Promise<Answer>;
  close(): void;
}

/** @param connections how many are kept open to a server */
export function createHttpClient(connections: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  return {
    send: (method, url, headers, body) =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { method, headers, agent }, (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              location: incoming.headers.location,
              retryAfter: incoming.headers['retry-after'],
              cookies: incoming.headers['set-cookie'] ?? [],
              body: text,
            }),
          );
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** The cookies of one visit. Paths are not looked at: no two cookies of one visit share a name. */
export interface CookieJar {
  keep(cookies: readonly string[]): void;
  readonly header: string;
}

export function createCookieJar(): CookieJar {
  const values = new Map<string, string>();
  return {
    keep(cookies) {
      for (const cookie of cookies) {
        const [pair = ''] = cookie.split(';', 1);
        const equals = pair.indexOf('=');
        if (equals === pair.length - 1) values.delete(pair.slice(0, equals));
        else values.set(pair.slice(0, equals), pair);
      }
    },
    get header() {
      return [...values.values()].join('; ');
    },
  };
}
