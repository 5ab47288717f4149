import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Problem } from '../../src/domain/errors.ts';
import { shotOf, timed, visitOf, waitForCode } from '../support/attack.ts';
import { useServer } from '../support/journey.ts';
import { send, type WireRequest } from '../support/wire.ts';
import { disturbedStore } from './disturbed-store.ts';

/** What anybody may have to wait for an answer. */
const PATIENCE_MS = 3_000;

describe('outage: a request waits for the store once, not for each of its calls (R-79)', function () {
  this.timeout(20_000);
  let before: (call: string) => Promise<void> = async () => undefined;
  const suite = useServer({
    overrides: { wrapStore: (store) => disturbedStore(store, (call) => before(call)) },
  });
  afterEach(() => {
    before = async () => undefined;
  });

  const answerTo = (request: WireRequest) => timed(() => send(request));

  /** Requests to the engine that go on to save a session when something has failed. */
  async function engineRequests(): Promise<WireRequest[]> {
    const [asking, leaving] = [suite.browser(), suite.browser()];
    const resuming = await waitForCode(suite, suite.address());
    const onward = await send(shotOf(resuming.browser, 'code-submit', { code: resuming.code }));
    await suite.signIn(asking, suite.address());
    await suite.signIn(leaving, suite.address());
    await leaving.get(`${suite.server.issuer}/session/end`);
    return [
      visitOf(resuming.browser, new URL(onward.headers.location ?? '', suite.server.issuer)),
      visitOf(asking, (await (await suite.party()).start()).url),
      shotOf(leaving, 'logout-confirm'),
    ];
  }

  // Each of them took three times as long as the store takes to give up.
  it('the engine, which saves its session after a failure, too', async () => {
    const requests = await engineRequests();
    before = async (call) => {
      if (!/^accounts\.|save$|remove/.test(call)) return;
      await delay(2_700);
      throw new Problem('store_unavailable');
    };
    for (const { answer, ms } of await Promise.all(requests.map(answerTo))) {
      expect(answer.status).to.equal(503);
      expect(ms).to.be.below(PATIENCE_MS);
    }
  });

  // Every call came back in its own time, and the request as a whole after twice the time that anybody should wait.
  it('a store that answers, but slowly', async () => {
    const waiting = await waitForCode(suite, suite.address());
    before = () => delay(1_000);
    const { answer, ms } = await answerTo(shotOf(waiting.browser, 'code-submit', { code: waiting.code }));
    expect(answer.status).to.equal(503);
    expect(Number(answer.headers['retry-after'])).to.be.greaterThan(0);
    expect(ms).to.be.below(PATIENCE_MS);
  });

  it('what goes on behind a request has its own time: its events are not given up with it', async () => {
    const waiting = await waitForCode(suite, suite.address());
    const proven = (await suite.events({ type: 'challenge.proven' })).length;
    before = (call) => delay(/^(?:accounts|events\.append)/.test(call) ? 2_800 : 0);
    const { answer } = await answerTo(shotOf(waiting.browser, 'code-submit', { code: waiting.code }));
    expect(answer.status).to.equal(503);
    await suite.events({ type: 'challenge.proven' }, proven + 1);
    expect(suite.server.logLines.filter((line) => line.includes('audit events could not be written'))).to.deep.equal(
      [],
    );
  });
});
