import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './localhost-certificate.ts';

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a provider does with a request; the ways in which it does not answer are words. */
export type Conduct = Answer | 'silent' | 'drop' | 'slow-body' | 'huge-body' | 'broken-body';

/** A provider of text messages on this machine. It does what it is told to, one conduct a request, the last one again and again. */
export interface StandIn {
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  /** Connections made so far. */
  connections(): number;
  /** Connections that are open now. */
  open(): Promise<number>;
  conduct(...next: readonly Conduct[]): void;
  close(): Promise<void>;
}

const HUGE = 'x'.repeat(1_000_000);

function behave(conduct: Conduct, response: ServerResponse): void {
  switch (conduct) {
    case 'silent':
      return;
    case 'drop':
      response.destroy();
      return;
    case 'slow-body':
      response.writeHead(200, { 'content-length': 10 }).write('slow');
      return;
    case 'broken-body':
      response.writeHead(200, { 'content-length': 10 }).write('broken', () => response.destroy());
      return;
    case 'huge-body':
      response.writeHead(200).end(HUGE);
      return;
    default:
      response.writeHead(conduct.status, conduct.headers).end(conduct.body ?? '');
  }
}

export async function startStandIn(options: { readonly tls?: boolean } = {}): Promise<StandIn> {
  const seen: SeenRequest[] = [];
  let coming: Conduct[] = [{ status: 200 }];
  let connections = 0;
  const tls = { cert: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY };
  const server: Server = options.tls === true ? createTlsServer(tls) : createServer();
  server.on('connection', () => {
    connections += 1;
  });
  server.on('request', async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    seen.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers, body });
    const [conduct = { status: 200 }] = coming.length > 1 ? coming.splice(0, 1) : coming;
    behave(conduct, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${options.tls === true ? 'https' : 'http'}://localhost:${port}`.replace(
      'http://localhost',
      'http://127.0.0.1',
    ),
    seen,
    connections: () => connections,
    open: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    conduct: (...next) => {
      coming = [...next];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
