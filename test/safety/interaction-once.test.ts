import { expect } from 'chai';
import { shotOf } from '../support/attack.ts';
import { createGate } from '../support/gate.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

describe('safety: an interaction that was gone on with stays so (R-03)', function () {
  this.timeout(20_000);
  const gate = createGate();
  const suite = useServer({ overrides: gate.overrides });

  // A slow write put the record back whole, and with it the sign-in that was over.
  it('whoever is slow to write to it does not bring it back', async () => {
    const browser = suite.browser();
    const started = await suite.begin(browser);
    const journey = browser.page.url;
    const { reached, open } = gate.hold('Interaction');
    const cancelling = send(shotOf(browser, 'cancel'));
    await reached;
    await enterCode(browser, await suite.askForCode(browser, suite.address()));
    const { tokens } = await suite.finish(browser, started);
    expect(tokens.id_token).to.be.a('string');
    open();
    const late = await cancelling;
    expect(late.status).to.equal(400);
    expect(late.headers.location).to.equal(undefined);
    const again = await browser.get(journey);
    expect(again.status).to.equal(400);
  });
});
