import { expect } from 'chai';
import { createRandom } from '../../src/adapters/system/index.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import { deriveLinkToken } from '../../src/domain/code.ts';
import { createVault } from '../../src/services/vault.ts';
import { challengeOf, leadsOn, locationOf, STORES, shotOf, times, uidOf, visitOf, volley } from '../support/attack.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';
import { waitForMail } from '../support/links.ts';
import { TEST_SECRET } from '../support/server.ts';
import { send } from '../support/wire.ts';
import { useForgeries } from './forgeries.ts';
import { withField } from './places.ts';

const ROUNDS = 20;
const PARALLEL = 50;

for (const { name, overrides } of STORES) {
  describe(`safety: one link, one success (R-03), on ${name}`, function () {
    this.timeout(30_000);
    const suite = useServer({ overrides });

    /** Everything that proves one challenge, submitted by everybody who has its cookies. */
    async function round(): Promise<{ successes: number; authorizationCodes: number }> {
      const { browser, uid, link, mail } = await waitForMail(suite, suite.address());
      const code = shotOf(browser, 'code-submit', { code: mail.code ?? '' });
      await browser.get(link);
      const confirm = shotOf(browser, 'link-confirm');
      const answers = await volley([...times(PARALLEL, () => confirm), ...times(4, () => code)]);
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      const onward = answers.filter((answer) => leadsOn(answer, suite));
      const resume = visitOf(browser, new URL(`/auth/${uid}`, suite.server.issuer));
      const followed = await volley(times(onward.length + 10, () => resume));
      const codes = followed.filter((answer) => locationOf(answer, suite)?.searchParams.has('code') === true);
      return { successes: onward.length, authorizationCodes: codes.length };
    }

    it(`${PARALLEL} confirmations and the right code at once succeed once, ${ROUNDS} times`, async () => {
      const rounds: Awaited<ReturnType<typeof round>>[] = [];
      while (rounds.length < ROUNDS) rounds.push(await round());
      expect(rounds).to.deep.equal(times(ROUNDS, () => ({ successes: 1, authorizationCodes: 1 })));
    });
  });
}

describe('safety: links when the guesses are spent (R-19)', function () {
  this.timeout(20_000);
  const suite = useServer({
    env: { BUDGETS_FAILURES_PER_CLIENT: JSON.stringify([{ limit: 12, windowSeconds: 600 }]) },
  });

  /** Wrong codes for an address from other browsers. */
  async function burn(address: string, count: number, clientId: string): Promise<void> {
    const { browser, mail } = await waitForMail(suite, address, { clientId });
    for (let shift = 1; shift <= count; shift += 1) await enterCode(browser, wrongCode(mail.code ?? '', shift));
  }

  it('let the owner in, where the right code is refused, and end the failures in a row', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await burn(address, 5, 'demo-backend');
    await burn(address, 5, 'demo-third-party');
    const { browser, started, link, mail } = await waitForMail(suite, address);
    expect((await enterCode(browser, mail.code ?? '')).status).to.equal(429);
    await browser.get(link);
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
    time.advance(3_600_000);
    await suite.signIn(suite.browser(), address);
  });

  it('work after five wrong codes in their own sign-in, and show no code elsewhere that would be refused', async () => {
    const { browser, started, link, mail } = await waitForMail(suite, suite.address());
    for (let shift = 1; shift <= 5; shift += 1) await enterCode(browser, wrongCode(mail.code ?? '', shift));
    expect((await suite.browser().get(link)).status).to.equal(400);
    await browser.get(link);
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('give nobody a guess back that was never spent: own links pay for no guesses at others (R-14)', async () => {
    suite.freeze().advance(600_000);
    await burn(suite.address(), 4, 'demo-backend');
    for (let own = 0; own < 4; own += 1) {
      const { browser, link } = await waitForMail(suite, suite.address(), { clientId: 'demo-backend' });
      await browser.get(link);
      await browser.click('link-confirm');
      expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    }
    await burn(suite.address(), 4, 'demo-backend');
    await burn(suite.address(), 4, 'demo-backend');
    const { browser, mail } = await waitForMail(suite, suite.address(), { clientId: 'demo-backend' });
    expect((await enterCode(browser, wrongCode(mail.code ?? ''))).status).to.equal(429);
  });
});

describe('safety: confirmations that somebody else submits (R-57)', function () {
  this.timeout(20_000);
  const suite = useServer();
  const { unrefused } = useForgeries(suite);

  it('are refused in the browser that asked, and in any other', async () => {
    const { browser, started, link, uid } = await waitForMail(suite, suite.address());
    const other = suite.browser();
    await other.get(link);
    expect(await unrefused(shotOf(other, 'link-confirm'))).to.deep.equal([]);
    await browser.get(link);
    expect(await unrefused(shotOf(browser, 'link-confirm'))).to.deep.equal([]);
    expect(await challengeOf(suite, uid)).to.include({ state: 'open', attempts: 0 });
    await browser.click('link-confirm');
    expect((await suite.finish(browser, started)).tokens.claims()?.sub).to.be.a('string');
  });

  it('need the token of their own page: neither form can stand for the other, nor the code form for one', async () => {
    const { browser, link, uid } = await waitForMail(suite, suite.address());
    const other = suite.browser();
    await other.get(link);
    const elsewhere = shotOf(other, 'link-confirm');
    const foreign = new URLSearchParams(elsewhere.body ?? '').get('csrf') ?? '';
    await browser.get(link);
    const here = shotOf(browser, 'link-confirm');
    expect((await send(withField(here, 'csrf', foreign))).status).to.equal(403);
    expect((await send({ ...elsewhere, url: here.url })).status).to.equal(403);
    expect((await send({ ...here, url: elsewhere.url })).status).to.equal(403);
    const { cookie: _kept, ...bare } = here.headers;
    expect((await send({ ...here, headers: bare })).status, 'the right form without the cookie').to.equal(400);
    expect(await challengeOf(suite, uid)).to.include({ state: 'open', attempts: 0 });
  });

  it('bring no stranger’s sign-in into somebody’s browser (login CSRF)', async () => {
    const stranger = await waitForMail(suite, suite.address());
    await stranger.browser.get(stranger.link);
    const { url, body } = shotOf(stranger.browser, 'link-confirm');
    const victim = suite.browser();
    const answer = await victim.postFrom('https://evil.example.test/', url, fieldsOf(body));
    expect(answer.status).to.equal(403);
    await victim.get(stranger.link, 'https://evil.example.test/');
    await victim.click('link-confirm');
    expect(victim.cookies()).to.deep.equal([]);
  });

  it('of a token of another sign-in prove nothing, in either direction (R-06)', async () => {
    const [one, two] = [await waitForMail(suite, suite.address()), await waitForMail(suite, suite.address())];
    await one.browser.get(one.link);
    await two.browser.get(two.link);
    const token = new URLSearchParams(shotOf(two.browser, 'link-confirm').body ?? '').get('token') ?? '';
    const answer = await send(withField(shotOf(one.browser, 'link-confirm'), 'token', token));
    expect(answer.status).to.equal(400);
    expect(uidOf(one.browser)).to.not.equal(uidOf(two.browser));
    for (const { uid } of [one, two]) expect((await challengeOf(suite, uid)).state).to.equal('open');
  });
});

const fieldsOf = (body: string | null): Record<string, string> => Object.fromEntries(new URLSearchParams(body ?? ''));

describe('safety: links that were never sent', () => {
  const CALLBACK = 'https://codes.example.test/callback';
  const codes = { id: 'codes', secret: 'codes-secret', redirectUris: [CALLBACK], mailProof: 'code', signUp: 'open' };
  const suite = useServer({ settings: { clients: [codes] }, env: { SIGN_UP: 'closed' } });

  /** The link that the challenge of an interaction would have, as only the server can know it. */
  function linkOf({ id, nonce, purpose, identifier, interactionId }: Challenge): URL {
    const [{ key }] = createVault([TEST_SECRET], createRandom()).peppers;
    const token = deriveLinkToken(key, { id, nonce, purpose, channel: identifier.channel });
    return new URL(`/interaction/${interactionId}/link/${token}`, suite.server.issuer);
  }

  it('do nothing: neither of a decoy, nor where the application mails codes only', async () => {
    for (const options of [{ clientId: 'demo' }, { clientId: 'codes', redirectUri: CALLBACK }]) {
      const browser = suite.browser();
      await suite.begin(browser, options);
      await browser.submit('identifier-submit', { identifier: suite.address() });
      const challenge = await challengeOf(suite, uidOf(browser));
      expect(challenge.decoy).to.equal(options.clientId === 'demo');
      for (const visitor of [suite.browser(), browser]) {
        const page = await visitor.get(linkOf(challenge));
        expect(page.status).to.equal(400);
        expect(page.has('link-confirm')).to.equal(false);
      }
    }
  });

  it('are made here as the server makes them', async () => {
    const address = suite.address();
    const options = {
      clientId: 'codes',
      redirectUri: CALLBACK,
      browser: suite.browser({ stopAt: [new URL(CALLBACK).origin] }),
    };
    await suite.begin(options.browser, options);
    await enterCode(options.browser, await suite.askForCode(options.browser, address));
    const { link, uid } = await waitForMail(suite, address);
    expect(linkOf(await challengeOf(suite, uid)).href).to.equal(link.href);
  });
});
