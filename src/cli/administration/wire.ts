import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

/** A request as it goes out. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
  /** JSON; null for none. */
  readonly body: string | null;
}

/** Opens a connection in this process in the place of one of the network. */
export type Connect = () => Duplex;

/** How long nothing may be heard of a server that is asked, in milliseconds. */
const SILENCE_MS = 60_000;

/** @throws Error of the connection; its code is Node's (`ECONNREFUSED`) */
export function ask(request: WireRequest, connect: Connect | null): Promise<IncomingMessage> {
  const { method, url, authorization, body } = request;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const options: RequestOptions = {
    method,
    timeout: SILENCE_MS,
    headers: {
      accept: 'application/json',
      authorization,
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
    ...(connect === null ? {} : { createConnection: connect }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error('nothing is heard of the server any more')));
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}

/** An answer as a whole. @returns the parsed body; null when there is none, or it is no JSON */
export async function bodyOf(answer: IncomingMessage): Promise<unknown> {
  const whole = await text(answer);
  try {
    return JSON.parse(whole) as unknown;
  } catch {
    return null;
  }
}
