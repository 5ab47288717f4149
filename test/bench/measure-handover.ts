import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { startCountersign } from './countersign.ts';
import { runLoad } from './load.ts';
import { sendCode } from './sign-in.ts';
import type { Subject } from './subject.ts';

/** Sends asked for at once: people, not a flood. */
const AT_ONCE = 4;

/**
 * How long a message takes from the moment a person sends the form with the address until an SMTP server has read the
 * message to its end.
 *
 * @returns milliseconds, one per message
 */
export async function measureHandover(messages: number): Promise<number[]> {
  const arrivals = new Map<string, (at: number) => void>();
  const sink = await startSink((address) => arrivals.get(address)?.(performance.now()));
  const environment = { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, MAIL_TLS: 'none', MAIL_FROM: 'login@example.test' };
  const subject = await startCountersign('countersign with SMTP', messages + AT_ONCE, AT_ONCE, { environment });
  try {
    await runLoad(AT_ONCE, { count: AT_ONCE }, () => timeMessage(subject, arrivals).then(() => undefined));
    const times: number[] = [];
    await runLoad(AT_ONCE, { count: messages }, async () => {
      times.push(await timeMessage(subject, arrivals));
    });
    return times;
  } finally {
    await subject.close();
    await sink.close();
  }
}

const LONGEST_MS = 20_000;

async function timeMessage(subject: Subject, arrivals: Map<string, (at: number) => void>): Promise<number> {
  const address = subject.nextAddress();
  let askedAt = 0;
  const arrived = Promise.withResolvers<number>();
  arrivals.set(address, arrived.resolve);
  const late = setTimeout(() => arrived.reject(new Error(`no message after ${LONGEST_MS} ms`)), LONGEST_MS);
  try {
    await sendCode(subject, address, () => {
      askedAt = performance.now();
    });
    return (await arrived.promise) - askedAt;
  } finally {
    clearTimeout(late);
    arrivals.delete(address);
  }
}

/** @param onMessage told the recipient when a message has been read to its end */
async function startSink(onMessage: (address: string) => void) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream: SMTPServerDataStream, { envelope }: SMTPServerSession, done: () => void) {
      stream.on('end', () => {
        for (const { address } of envelope.rcptTo) onMessage(address);
        done();
      });
      stream.resume();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
