import { expect } from 'chai';
import { type Observation, observe, STORES, shotOf, uidOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { accountOf, provenEmail } from '../support/factories.ts';
import { useServer } from '../support/journey.ts';
import type { Page } from '../support/page.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

for (const { name, overrides } of STORES) {
  describe(`safety: five messages in ten minutes, however many ask at once (R-15), on ${name}`, function () {
    this.timeout(20_000);
    const suite = useServer({ overrides });

    it('30 sign-ins that ask at once for one address get five messages, and 429 for the rest', async () => {
      const address = suite.address();
      const browsers: Browser[] = [];
      while (browsers.length < 30) {
        const browser = suite.browser();
        await suite.begin(browser);
        browsers.push(browser);
      }
      const answers = await volley(
        browsers.map((browser) => shotOf(browser, 'identifier-submit', { identifier: address })),
      );
      const refusals = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 303)).to.have.length(5);
      expect(refusals).to.have.length(25);
      for (const { headers } of refusals) expect(Number(headers['retry-after'])).to.be.within(590, 600);
      // Of five codes the last three stay open; the message of one that was superseded before it left is dropped.
      expect((await suite.server.messages(address, 3)).length).to.be.within(3, 5);
    });
  });
}

describe('safety: what one address may be sent (R-15, R-17, R-20)', function () {
  this.timeout(20_000);
  const suite = useServer();

  /** A sign-in in a new browser, up to the answer to the address. */
  async function ask(address: string, clientId = 'demo'): Promise<Page> {
    const browser = suite.browser();
    await suite.begin(browser, { clientId });
    return browser.submit('identifier-submit', { identifier: address });
  }

  it('is 20 messages a day over all applications, also when every ten minutes allow five', async () => {
    const time = suite.freeze();
    const address = suite.address();
    const clients = ['demo', 'demo-backend', 'demo-third-party'];
    for (let sent = 0; sent < 20; sent += 1) {
      if (sent % 5 === 0) time.advance(11 * MINUTE);
      expect((await ask(address, clients[sent % 3])).has('code')).to.equal(true);
    }
    time.advance(11 * MINUTE);
    const refused = await ask(address);
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers.get('retry-after'))).to.be.within(22 * 3600, 24 * 3600);
    time.advance(24 * HOUR);
    expect((await ask(address)).has('code')).to.equal(true);
  });

  it('counts what is sent again, too', async () => {
    const time = suite.freeze();
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    await suite.askForCode(browser, address);
    for (const wait of [61, 121]) {
      time.advance(wait * 1000);
      expect((await browser.submit('code-resend')).has('code')).to.equal(true);
    }
    expect((await ask(address)).has('code')).to.equal(true);
    expect((await ask(address)).has('code')).to.equal(true);
    expect((await ask(address)).status).to.equal(429);
    expect(await suite.server.messages(address, 5)).to.have.length(5);
  });

  it('is one bucket for all spellings (R-17)', async () => {
    const address = suite.address();
    const [local = '', domain = ''] = address.split('@');
    const spellings = [
      address.toUpperCase(),
      `  ${address} `,
      `${local}@EXAMPLE.org`,
      `${local.toUpperCase()}@${domain}`,
      `${local}@example\u3002org`,
    ];
    for (const spelling of spellings) expect((await ask(spelling)).has('code')).to.equal(true);
    expect((await ask(address)).status).to.equal(429);
    expect(await suite.server.messages(address, 5)).to.have.length(5);
  });

  it('leaves another address alone', async () => {
    const address = suite.address();
    for (let sent = 0; sent < 6; sent += 1) await ask(address);
    expect((await ask(suite.address())).has('code')).to.equal(true);
  });
});

describe('safety: what one application may cause to be sent (R-14)', function () {
  this.timeout(20_000);
  const suite = useServer({ env: { BUDGETS_SENDS_PER_CLIENT: JSON.stringify([{ limit: 3, windowSeconds: 60 }]) } });

  it('is bounded over all addresses and networks, and other applications do not notice', async () => {
    const time = suite.freeze();
    const ask = async (clientId: string): Promise<number> => {
      const browser = suite.browser();
      await suite.begin(browser, { clientId });
      return (await browser.submit('identifier-submit', { identifier: suite.address() })).status;
    };
    const here = [await ask('demo'), await ask('demo'), await ask('demo'), await ask('demo')];
    expect(here).to.deep.equal([200, 200, 200, 429]);
    expect(await ask('demo-backend')).to.equal(200);
    const [event] = await suite.events({ type: 'budget.refused' });
    expect(event).to.include({ reason: 'sends.client.0', clientId: 'demo' });
    time.advance(60_000);
    expect(await ask('demo')).to.equal(200);
  });
});

describe('safety: a refused send says nothing about the address (R-15, R-24)', function () {
  this.timeout(20_000);
  const suite = useServer({ env: { SIGN_UP: 'closed' } });

  /** The answer when the address has been sent what it may be sent. */
  async function refusalFor(address: string): Promise<Observation> {
    for (;;) {
      const browser = suite.browser();
      await suite.begin(browser);
      const uid = uidOf(browser);
      const page = await browser.submit('identifier-submit', { identifier: address });
      if (page.status === 429) return observe(page, [address, uid]);
    }
  }

  it('status, headers and body are the same for somebody known and for nobody', async () => {
    suite.freeze();
    const [known, unknown] = [suite.address(), suite.address()];
    const account = accountOf({ identifiers: [provenEmail(known)] });
    await suite.server.server.store.accounts.createOrFind(account);
    const [toKnown, toUnknown] = [await refusalFor(known), await refusalFor(unknown)];
    expect(toKnown).to.deep.equal(toUnknown);
    expect(toKnown.headers.find(([header]) => header === 'retry-after')).to.deep.equal(['retry-after', '600']);
    expect(await suite.server.messages(known, 5)).to.have.length(5);
    expect(await suite.server.inbox(unknown)).to.have.length(0);
  });
});
