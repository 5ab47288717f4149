import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { NoAnswer, type Outbound, type OutboundAnswer, type OutboundRequest } from '../../ports/outbound.ts';
import { mayConnect } from './addresses.ts';

export interface OutboundOptions {
  /** For all of a request, from the search for the address to the end of the answer. */
  readonly timeoutSeconds: number;
  /** Requests may go to this machine and to private networks; see `mayConnect`. */
  readonly privateNetwork: boolean;
  /** Longest body of an answer that is read, in bytes (R-63: ≤ 64 KiB). */
  readonly bodyBytes?: number;
  /** Connections at once (R-63: ≤ 10). */
  readonly connections?: number;
  /** How names become addresses; the system's way when left out. */
  readonly resolveName?: ResolveName;
}

type ResolveName = (
  name: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

interface Line {
  readonly milliseconds: number;
  readonly bodyBytes: number;
  readonly privateNetwork: boolean;
  readonly lookup: LookupFunction;
  readonly agents: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent };
}

/** Connections stay open between requests; nothing else is remembered. Redirects are answers like any other. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { timeoutSeconds, privateNetwork, bodyBytes = 65_536, connections = 10 } = options;
  const pool = { keepAlive: true, maxSockets: connections, maxTotalSockets: connections };
  const line: Line = {
    milliseconds: timeoutSeconds * 1000,
    bodyBytes,
    privateNetwork,
    lookup: permittedLookup(options.resolveName ?? lookup, privateNetwork),
    agents: { 'http:': new HttpAgent(pool), 'https:': new HttpsAgent(pool) },
  };
  return {
    send: (request) => exchange(line, request),
    close() {
      line.agents['http:'].destroy();
      line.agents['https:'].destroy();
    },
  };
}

const notPublic = (): Error => Object.assign(new Error('address not permitted'), { code: 'ENOTPUBLIC' });

/**
 * Resolves a name for the connection that is about to be made, and keeps only what may be connected to: what the name
 * meant a moment ago does not count, so nobody can swap it in between.
 */
function permittedLookup(resolveName: ResolveName, privateNetwork: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const permitted = found.filter(({ address }) => mayConnect(address, privateNetwork));
      const [first] = permitted;
      if (first === undefined) return callback(notPublic(), '');
      return options.all === true ? callback(null, permitted) : callback(null, first.address, first.family);
    });
  };
}

function exchange(line: Line, request: OutboundRequest): Promise<OutboundAnswer> {
  const url = new URL(request.url);
  const literal = url.hostname.replace(/^\[(.*)]$/, '$1');
  // Addresses are not looked up, so nothing else would see them.
  if (isIP(literal) !== 0 && !mayConnect(literal, line.privateNetwork))
    return Promise.reject(new NoAnswer('ENOTPUBLIC'));
  const signal = AbortSignal.timeout(line.milliseconds);
  const common = { method: request.method, headers: withLength(request), lookup: line.lookup, signal };
  return new Promise((resolve, reject) => {
    const call =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...common, agent: line.agents['https:'], rejectUnauthorized: true })
        : httpRequest(url, { ...common, agent: line.agents['http:'] });
    const failed = (error: Error): void => reject(new NoAnswer(signal.aborted ? 'ETIMEDOUT' : reasonOf(error)));
    call.once('error', failed);
    call.once('response', (response) => {
      // From here on there is an answer; what breaks now breaks its body.
      call.off('error', failed).on('error', () => {});
      readBody(response, line.bodyBytes).then((body) => resolve(answerOf(response, body)));
    });
    call.end(request.body);
  });
}

const withLength = ({ headers, body }: OutboundRequest): Record<string, string> => {
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  return { ...Object.fromEntries(kept), 'content-length': String(Buffer.byteLength(body)) };
};

/** @returns null when the body is too long, broken or late; the connection is closed then */
async function readBody(response: IncomingMessage, most: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return null;
  }
}

const answerOf = (response: IncomingMessage, body: Buffer | null): OutboundAnswer => ({
  status: response.statusCode ?? 0,
  headers: Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  ),
  body,
});

/** Only the code: the message may name the host, or what a proxy has put into it. */
const reasonOf = (error: Error): string => {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z\d_]{2,59}$/.test(code) ? code : 'EUNKNOWN';
};
