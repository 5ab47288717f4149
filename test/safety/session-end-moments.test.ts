import { expect } from 'chai';
import { accountWith, openAccount } from '../support/account.ts';
import { locationOf, shotOf, visitOf } from '../support/attack.ts';
import { createGate } from '../support/gate.ts';
import { parametersOf, useServer } from '../support/journey.ts';
import { OFFLINE, signOutElsewhere } from '../support/sign-out-elsewhere.ts';
import { send } from '../support/wire.ts';

describe('safety: a sign-in that ends while a request is about to write (R-35)', function () {
  this.timeout(20_000);
  const gate = createGate();
  const suite = useServer({ overrides: gate.overrides });
  const { endOf, agreed, refresh, expectDead, expectSignedOut } = signOutElsewhere(suite);

  for (const model of ['Grant', 'AuthorizationCode', 'Session']) {
    it(`its ${model}: no code comes of it that is good for anything`, async () => {
      const [lost, address, party] = [suite.browser(), suite.address(), await suite.party('demo-third-party')];
      await openAccount(suite, lost, address);
      // The grant of such an application comes to be only now.
      const { onward, verifier } = await agreed(lost, 'demo-third-party');
      const end = await endOf(address);
      const { reached, open } = gate.hold(model);
      // Followed by the browser, so that it has whatever cookies the answer brings.
      const going = lost.get(onward);
      await reached;
      expect((await send(end)).headers.location).to.equal('/account/sessions?done=ended');
      open();
      await going;
      const { code } = parametersOf(lost.stoppedAt ?? onward);
      if (code !== undefined) expect((await party.exchange(code, verifier)).body.error).to.equal('invalid_grant');
      await expectSignedOut(lost);
      const { id } = await accountWith(suite, address);
      expect(await suite.server.server.store.artifacts.listByAccount('Grant', id, Date.now(), 10)).to.have.length(1);
    });
  }

  for (const model of ['AccessToken', 'RefreshToken']) {
    it(`its ${model} in a code exchange: nothing of the answer is good for anything`, async () => {
      const [lost, address, party] = [suite.browser(), suite.address(), await suite.party()];
      await suite.signIn(lost, address);
      const { onward, verifier } = await agreed(lost);
      await lost.get(onward);
      const end = await endOf(address);
      const { reached, open } = gate.hold(model);
      const exchange = party.exchange(parametersOf(lost.landedAt()).code ?? '', verifier);
      await reached;
      await send(end);
      open();
      const answer = await exchange;
      if (answer.status === 200) await expectDead(answer);
      else expect(answer.body.error).to.equal('invalid_grant');
    });

    it(`its ${model} in a refresh: nothing of the answer is good for anything`, async () => {
      const address = suite.address();
      const { tokens } = await suite.signIn(suite.browser(), address, OFFLINE);
      const end = await endOf(address);
      const { reached, open } = gate.hold(model);
      const refreshing = refresh(tokens.refresh_token);
      await reached;
      await send(end);
      open();
      const answer = await refreshing;
      if (answer.status === 200) await expectDead(answer);
      else expect(answer.body.error).to.equal('invalid_grant');
      expect((await refresh(tokens.refresh_token)).status).to.equal(400);
    });
  }

  it('or because its account was deleted: the sign-in on its way is nobody’s', async () => {
    const [lost, here, address, party] = [suite.browser(), suite.browser(), suite.address(), await suite.party()];
    await openAccount(suite, lost, address);
    const { onward, verifier } = await agreed(lost);
    await openAccount(suite, here, address, '/account/delete');
    const deletion = shotOf(here, 'delete-confirm', { sure: 'yes' });
    const { reached, open } = gate.hold('AuthorizationCode');
    const going = send(visitOf(lost, onward));
    await reached;
    expect((await send(deletion)).headers.location).to.equal('/account/deleted');
    open();
    const { code } = parametersOf(locationOf(await going, suite) ?? onward);
    if (code !== undefined) expect((await party.exchange(code, verifier)).body.error).to.equal('invalid_grant');
    await expectSignedOut(lost);
  });
});
