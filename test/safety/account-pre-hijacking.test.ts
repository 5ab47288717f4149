import { expect } from 'chai';
import { accountWith, askToAdd, identifiersOf, noticesTo, openAccount } from '../support/account.ts';
import { STORES } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';

for (const { name, overrides } of STORES) {
  describe(`safety: nobody sits in an account before its owner comes (R-33), on ${name}`, function () {
    this.timeout(20_000);
    const suite = useServer({ overrides });

    it('an address that was never proven neither signs in nor is reserved', async () => {
      const [attacker, own, victim] = [suite.browser(), suite.address('mallory'), suite.address('victim')];
      await openAccount(suite, attacker, own);
      await askToAdd(suite, attacker, victim);
      const { tokens } = await suite.signIn(suite.browser(), victim);
      const { id } = await accountWith(suite, victim);
      expect(tokens.claims()?.sub).to.equal(id);
      expect((await accountWith(suite, own)).id).to.not.equal(id);
      expect(identifiersOf(await accountWith(suite, own))).to.deep.equal([own]);
    });

    it('the code is refused to whoever began first, even if they come to know it, once the owner has signed up', async () => {
      const [attacker, own, victim] = [suite.browser(), suite.address('mallory'), suite.address('victim')];
      await openAccount(suite, attacker, own);
      const code = await askToAdd(suite, attacker, victim);
      const { id } = await accountWith(suite, victim).catch(() => ({ id: '' }));
      expect(id, 'not reserved').to.equal('');
      await suite.signIn(suite.browser(), victim);
      await enterCode(attacker, code);
      expect(attacker.page.status).to.equal(422);
      expect(attacker.page.alert).to.contain('another account');
      expect(identifiersOf(await accountWith(suite, own))).to.deep.equal([own]);
      expect(identifiersOf(await accountWith(suite, victim))).to.deep.equal([victim]);
    });

    it('that it is taken is told only to whoever has read the code; its owner gets nothing but that code', async () => {
      const [asker, own, taken, free] = [suite.browser(), suite.address(), suite.address(), suite.address()];
      await suite.signIn(suite.browser(), taken);
      await openAccount(suite, asker, own);
      const pages: string[] = [];
      for (const identifier of [taken, free]) {
        await asker.get(`${suite.server.issuer}/account`);
        await askToAdd(suite, asker, identifier);
        expect(asker.page.status).to.equal(200);
        pages.push(asker.page.text.replaceAll(identifier, '…').replace(/Request \w\w/, ''));
      }
      expect(pages[0]).to.equal(pages[1]);
      await suite.delivered();
      const messages = await suite.server.inbox(taken);
      expect(messages.map(({ code }) => code === null)).to.deep.equal([false, false]);
      expect(messages[0]?.text, 'what the code would do').to.contain('add this address to their account');
      expect((await suite.server.inbox(own)).filter(({ code }) => code === null)).to.deep.equal([]);
    });

    it('the owner of the account is told of the new address before anybody can sign in with it', async () => {
      const [attacker, own, other] = [suite.browser(), suite.address(), suite.address()];
      await openAccount(suite, attacker, own);
      await enterCode(attacker, await askToAdd(suite, attacker, other));
      expect(await noticesTo(suite, own)).to.have.length(1);
    });
  });
}
