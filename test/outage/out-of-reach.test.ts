import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { timed } from '../support/attack.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { send, type WireResponse } from '../support/wire.ts';
import { useDistantStore } from './distant-store.ts';
import { type Asked, everyRequest } from './every-request.ts';

/** R-79, in milliseconds. */
const ANSWERED_WITHIN = 3_000;
const UNREADY_WITHIN = 5_000;
const RECOVERED_WITHIN = 10_000;

/** Each request is sent again and again while the store is away, because the driver learns of it meanwhile. */
const WAVES = 3;
const BETWEEN_WAVES_MS = 700;

const OUTAGES: readonly {
  readonly what: string;
  begin(line: TcpProxy): Promise<void>;
  readonly mayHaveEffects: boolean;
}[] = [
  { what: 'nobody listens any more', begin: (line) => line.set('cut'), mayHaveEffects: false },
  {
    what: 'connections are closed as soon as they are made',
    begin: (line) => line.set('refuse'),
    mayHaveEffects: false,
  },
  { what: 'connections stand, and nothing passes', begin: (line) => line.set('blackhole'), mayHaveEffects: false },
  { what: 'it answers too late', begin: async (line) => line.delay(2_000), mayHaveEffects: true },
];

describeWithMongo('outage: the line to the store (R-79)', (server) => {
  const distant = useDistantStore(server);
  const { suite } = distant;

  const health = async (what: 'live' | 'ready'): Promise<number> =>
    (await fetch(`${suite.server.issuer}/health/${what}`)).status;
  /** Milliseconds until readiness is as wanted. */
  async function untilReadiness(wanted: number): Promise<number> {
    const started = performance.now();
    while ((await health('ready')) !== wanted) await delay(20);
    return performance.now() - started;
  }
  const ask = async ({ name, request }: Asked) => ({ name, request, ...(await timed(() => send(request))) });
  const waves = async (asked: readonly Asked[]) => {
    const all = Array.from({ length: WAVES }, async (_, wave) => {
      await delay(wave * BETWEEN_WAVES_MS);
      expect(await health('live')).to.equal(200);
      return Promise.all(asked.map(ask));
    });
    return (await Promise.all(all)).flat();
  };

  /** What is wrong with an answer that has to be: not now. */
  function faults(answer: WireResponse, ms: number, page: boolean): string[] {
    const { status, headers, body } = answer;
    const type = String(headers['content-type']);
    return [
      ...(status === 503 ? [] : [`status ${status}`]),
      ...(Number(headers['retry-after']) > 0 ? [] : ['no Retry-After']),
      ...(ms < ANSWERED_WITHIN ? [] : [`${Math.round(ms)} ms`]),
      ...(type.startsWith(page ? 'text/html' : 'application/json') ? [] : [type]),
      ...(headers.location === undefined && answer.setCookies.length === 0 ? [] : ['leads on']),
      ...(/"(?:access|refresh|id)_token"|name="code"|\n\s+at |mongo/i.test(body) ? [body.slice(0, 200)] : []),
    ];
  }

  for (const { what, begin, mayHaveEffects } of OUTAGES) {
    it(`${what}: every request is refused in time, and all is well again by itself`, async function outage() {
      this.timeout(30_000);
      const asked = await everyRequest(suite);
      await begin(distant.line);
      const [unreadyAfter, answers] = await Promise.all([untilReadiness(503), waves(asked)]);
      const wrong = answers.flatMap(({ name, request, answer, ms }) =>
        faults(answer, ms, request.headers.accept === 'text/html').map((fault) => `${name}: ${fault}`),
      );
      expect(wrong).to.deep.equal([]);
      expect(unreadyAfter).to.be.below(UNREADY_WITHIN);
      distant.line.delay(0);
      await distant.line.set('open');
      const started = performance.now();
      await untilReadiness(200);
      await suite.signIn(suite.browser(), suite.address());
      const recoveredAfter = performance.now() - started;
      expect(recoveredAfter).to.be.below(RECOVERED_WITHIN);
      if (mayHaveEffects) return;
      // What was refused had no effect: each of them succeeds now, as if it had not been sent before.
      for (const one of asked) expect((await ask(one)).answer.status, one.name).to.equal(one.answer);
    });
  }
});
