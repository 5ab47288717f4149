import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly setCookies: readonly string[];
  readonly body: string;
}

/** Public origin → the loopback origin that serves it, as a TLS-terminating proxy in front would arrange. */
export type Origins = Readonly<Record<string, string>>;

/** Longest silence on a socket before the request fails, in milliseconds. */
const SILENCE_MS = 9_000;

/**
 * One request, one response, no redirects. `node:http` and not `fetch`, because fetch overwrites `Host` and
 * `Sec-Fetch-Mode`, and a server that looks at them has to see what a browser sends.
 *
 * @throws Error when nobody listens, or for an https origin that is not in `origins`
 */
export function send(request: WireRequest, origins: Origins = {}): Promise<WireResponse> {
  const target = targetOf(request.url, origins);
  const headers: Record<string, string> = { ...request.headers, host: request.url.host };
  if (request.body !== null) headers['content-length'] = String(Buffer.byteLength(request.body));
  if (target.origin !== request.url.origin) headers['x-forwarded-proto'] = request.url.protocol.slice(0, -1);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(target, { method: request.method, headers, timeout: SILENCE_MS }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          setCookies: incoming.headers['set-cookie'] ?? [],
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer from ${target.origin}${target.pathname}`)));
    outgoing.on('error', reject);
    outgoing.end(request.body ?? undefined);
  });
}

function targetOf(url: URL, origins: Origins): URL {
  const served = origins[url.origin];
  if (served !== undefined) return new URL(url.pathname + url.search, served);
  if (url.protocol !== 'http:') throw new Error(`nobody serves ${url.origin}: name it in origins or in stopAt`);
  return url;
}
