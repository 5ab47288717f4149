import { expect } from 'chai';
import { PLENTY, waitForCode } from '../support/attack.ts';
import { createHosted } from '../support/hosted.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';

describe('safety: the API has the same limits as the page, out of the same budgets (R-13, R-15)', function () {
  this.timeout(30_000);
  const suite = useServer();
  const hosted = createHosted(suite);

  /** Five wrong codes over the API. */
  async function failOverApi(address: string): Promise<void> {
    const code = await hosted.code(address);
    for (let shift = 1; shift <= 5; shift += 1) await hosted.validate(address, wrongCode(code, shift));
  }

  async function failOnPage(address: string): Promise<void> {
    const { browser, code } = await waitForCode(suite, address);
    for (let shift = 1; shift <= 5; shift += 1) await enterCode(browser, wrongCode(code, shift));
  }

  it('ten wrong codes over both: then the right one is refused at both', async () => {
    suite.freeze();
    const address = suite.address();
    await failOnPage(address);
    await failOverApi(address);
    const page = await waitForCode(suite, address);
    const refused = await enterCode(page.browser, page.code);
    expect(refused.status).to.equal(429);
    const code = await hosted.code(address);
    const { status, headers, body } = await hosted.validate(address, code);
    expect([status, body]).to.deep.equal([429, { message: 'Too many requests', error_code: 429 }]);
    expect(Number(headers['retry-after'])).to.be.within(3500, 3600);
    const [event] = await suite.events({ type: 'budget.refused' });
    expect(event?.reason).to.match(/^failures\.identifier/);
  });

  it('a new code refills nothing, and a right one before gives its budget back', async () => {
    suite.freeze();
    const address = suite.address();
    await failOverApi(address);
    await failOverApi(address);
    expect((await hosted.validate(address, await hosted.code(address))).status).to.equal(429);
    const other = suite.address();
    await failOverApi(other);
    expect((await hosted.validate(other, await hosted.code(other))).status).to.equal(200);
  });

  it('five mails in ten minutes over both, by whatever spelling (R-17)', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await waitForCode(suite, address);
    for (let sends = 0; sends < 4; sends += 1) expect((await hosted.send(address.toUpperCase())).status).to.equal(200);
    const { status, headers } = await hosted.send(` ${address}`);
    expect(status).to.equal(429);
    expect(Number(headers['retry-after'])).to.be.within(1, 600);
    const browser = suite.browser();
    await suite.begin(browser);
    expect((await browser.submit('identifier-submit', { identifier: address })).status).to.equal(429);
    await suite.delivered();
    expect(await suite.server.inbox(address)).to.have.length(5);
    time.advance(600_000);
    expect((await hosted.send(address)).status).to.equal(200);
  });

  it('a backend is one network, and its people are not', async () => {
    const answers = [];
    for (let people = 0; people < 40; people += 1) answers.push((await hosted.send(suite.address())).status);
    expect(new Set(answers)).to.deep.equal(new Set([200]));
  });

  it('a new code makes the former one void, and only at this client (R-05, R-06)', async () => {
    const address = suite.address();
    const page = await waitForCode(suite, address);
    const [first, second] = [await hosted.code(address), await hosted.code(address)];
    if (first !== second) expect((await hosted.validate(address, first)).status).to.equal(400);
    expect((await hosted.validate(address, page.code)).status).to.equal(400);
    expect((await hosted.validate(address, second)).status).to.equal(200);
    await enterCode(page.browser, page.code);
    expect(page.browser.landedAt().searchParams.has('code')).to.equal(true);
  });
});

describe('safety: what one client may cause (R-14)', function () {
  this.timeout(30_000);
  const THREE = JSON.stringify([{ limit: 3, windowSeconds: 60 }]);
  const suite = useServer({ env: { BUDGETS_SENDS_PER_CLIENT: THREE, BUDGETS_SENDS_PER_IDENTIFIER: PLENTY } });
  const hosted = createHosted(suite);

  it('is bounded over all its people, and leaves other clients alone', async () => {
    suite.freeze();
    for (let sends = 0; sends < 3; sends += 1) expect((await hosted.send(suite.address())).status).to.equal(200);
    expect((await hosted.send(suite.address())).status).to.equal(429);
    await waitForCode(suite, suite.address());
  });
});
