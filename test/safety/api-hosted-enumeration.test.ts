import { expect } from 'chai';
import { type ApiAnswer, createBackend } from '../support/api.ts';
import { median, NO_BUDGETS, timed } from '../support/attack.ts';
import { accountOf, provenEmail, provenNumber } from '../support/factories.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

const VISITS = 200;
/** */
const CLOSE_MS = 10;
const NEW_EVERY_TIME = new Set(['date', 'x-request-id']);

/** A client that may not know who has an account, like every one that an administrator did not give the permission to. */
async function withNeutralClient() {
  const port = await freePort();
  const client = {
    id: 'neutral',
    secret: 'neutral-secret',
    redirectUris: [`http://localhost:${port + 1}/callback`],
    grantTypes: ['authorization_code', 'client_credentials'],
    firstParty: true,
    permissions: ['auth:execute'],
  };
  return { port, env: NO_BUDGETS, settings: { clients: [client] } };
}

/** What a client can tell of an answer. */
const observed = ({ status, headers, text }: ApiAnswer) => ({
  status,
  text,
  headers: Object.entries(headers).filter(([name]) => !NEW_EVERY_TIME.has(name)),
});

describe('safety: a client cannot find out who has an account over the API (R-24, R-25)', function () {
  this.timeout(60_000);
  const suite = useServer(withNeutralClient);
  const hosted = createHosted(suite, 'neutral');
  const backend = createBackend(suite);
  const only = { create_new_user: false };

  async function enrol(): Promise<{ address: string; number: string }> {
    const [address, number] = [suite.address(), suite.number()];
    const account = accountOf({ identifiers: [provenEmail(address), provenNumber(number)] });
    await suite.server.server.store.accounts.createOrFind(account);
    return { address, number };
  }

  it('messages go to people with an account only', async () => {
    const { address, number } = await enrol();
    for (const [known, unknown] of [
      [address, suite.address()],
      [number, suite.number()],
    ] as const) {
      expect(observed(await hosted.send(unknown, only))).to.deep.equal(observed(await hosted.send(known, only)));
      await suite.server.code(known);
      await suite.delivered();
      expect(await suite.server.inbox(unknown)).to.deep.equal([]);
    }
  });

  it('what is answered to codes is the same, up to the last try', async () => {
    suite.freeze();
    const [{ address: known }, unknown] = [await enrol(), suite.address()];
    for (const address of [known, unknown]) await hosted.send(address, only);
    const right = await suite.server.code(known);
    for (let tries = 0; tries < 7; tries += 1) {
      const wrong = right === '000000' ? '000001' : '000000';
      const [one, other] = [await hosted.validate(known, wrong), await hosted.validate(unknown, wrong)];
      expect(observed(other), `try ${tries}`).to.deep.equal(observed(one));
    }
  });

  it('what is refused is the same: unknown fields, links, other redirect URIs', async () => {
    const [{ address: known }, unknown] = [await enrol(), suite.address()];
    const token = await backend.token('neutral');
    const link = (email: string) =>
      backend.call('/v1/auth/links/email', { token, body: { email, redirect_uri: hosted.redirectUri } });
    expect(observed(await link(unknown))).to.deep.equal(observed(await link(known)));
    const elsewhere = { ...only, redirect_uri: 'https://evil.example/' };
    expect(observed(await hosted.send(unknown, elsewhere))).to.deep.equal(
      observed(await hosted.send(known, elsewhere)),
    );
  });

  it(`${VISITS} known and ${VISITS} unknown addresses are answered equally fast`, async () => {
    const token = await backend.token('neutral');
    const known: string[] = [];
    while (known.length < VISITS) known.push((await enrol()).address);
    const times: Record<'known' | 'unknown' | 'wrong' | 'unknownWrong', number[]> = {
      known: [],
      unknown: [],
      wrong: [],
      unknownWrong: [],
    };
    const send = (email: string) =>
      backend.call('/v1/auth/otp/email', { token, body: { email, redirect_uri: hosted.redirectUri } });
    const guess = (email: string) =>
      backend.call('/v1/auth/otp/email/validation', { token, body: { email, passcode: '1234567' } });
    for (const address of known) {
      const unknown = suite.address();
      times.known.push((await timed(() => send(address))).ms);
      times.unknown.push((await timed(() => send(unknown))).ms);
      times.wrong.push((await timed(() => guess(address))).ms);
      times.unknownWrong.push((await timed(() => guess(unknown))).ms);
    }
    expect(Math.abs(median(times.known) - median(times.unknown))).to.be.below(CLOSE_MS);
    expect(Math.abs(median(times.wrong) - median(times.unknownWrong))).to.be.below(CLOSE_MS);
  });

  it('only a client with the permission is told, and only that', async () => {
    const revealing = createHosted(suite);
    const { status, body } = await revealing.send(suite.address(), only);
    expect([status, body]).to.deep.equal([404, { message: 'User not found', error_code: 404 }]);
    expect((await revealing.send((await enrol()).address, only)).status).to.equal(200);
  });
});
