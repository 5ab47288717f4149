import { expect } from 'chai';
import { waitForCode } from '../support/attack.ts';
import { createBackendSuite } from '../support/backend.ts';
import { createHosted } from '../support/hosted.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';

describe('safety: one budget for the page and both ways over the API (R-13, R-15)', function () {
  this.timeout(30_000);
  const suite = useServer();
  const hosted = createHosted(suite);
  const backend = createBackendSuite(suite);

  it('ten wrong codes over all three doors: then the right one is refused at each', async () => {
    suite.freeze();
    const address = suite.address();
    const id = await backend.create(address);
    const page = await waitForCode(suite, address);
    for (let shift = 1; shift <= 4; shift += 1) await enterCode(page.browser, wrongCode(page.code, shift));
    const typed = await hosted.code(address);
    for (let shift = 1; shift <= 3; shift += 1) await hosted.validate(address, wrongCode(typed, shift));
    const asked = await backend.codeFor(address);
    for (let shift = 1; shift <= 2; shift += 1) await backend.authenticate(address, wrongCode(asked, shift));
    const before = (await suite.server.inbox(address)).length;
    await backend.send(id, { channel: 'email' });
    const byId = await suite.server.code(address, before + 1);
    await backend.authenticate(id, wrongCode(byId, 1));

    expect((await enterCode(page.browser, page.code)).status, 'page').to.equal(429);
    const refused = await backend.authenticate(id, byId);
    expect([refused.status, refused.body.error_code]).to.deep.equal([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).to.be.within(3500, 3600);
    expect((await hosted.validate(address, await hosted.code(address))).status, 'hosted').to.equal(429);
  });

  it('five messages in ten minutes over all of them, however the person is named', async () => {
    suite.freeze();
    const address = suite.address();
    const id = await backend.create(address);
    await waitForCode(suite, address);
    await hosted.code(address);
    await hosted.link(address);
    expect((await backend.send(address)).status).to.equal(200);
    expect((await backend.send(id, { channel: 'email' })).status).to.equal(200);
    for (const named of [address.toUpperCase(), id]) {
      const { status, headers, body } = await backend.send(named, { channel: 'email' });
      expect([status, body.error_code], named).to.deep.equal([429, 'too_many_requests']);
      expect(Number(headers['retry-after'])).to.be.within(1, 600);
    }
  });
});
