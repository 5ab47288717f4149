import { expect } from 'chai';
import { challengeOf, shotOf, uidOf, volley } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { at, codeAfter, enrolled, proveFirst, visitor, withPolicies } from '../support/second-factor.ts';

describe('safety: what was removed from an account is no factor of it any more (R-35)', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies());

  it('nor is the code that was on its way to it', async () => {
    const person = await enrolled(suite);
    const thief = visitor(suite);
    await suite.begin(thief, at('strict'));
    const code = await proveFirst(suite, thief, person);
    const uid = uidOf(thief);
    const form = shotOf(thief, 'code-submit', { code });
    const { accounts } = suite.server.server.store;
    await accounts.detach(person.sub, { channel: 'sms', value: person.number });
    const [answer] = await volley([form]);
    expect(answer?.headers.location).to.equal(`/interaction/${uid}/enroll`);
    expect((await challengeOf(suite, uid)).state).to.equal('open');
    await thief.get(thief.page.url.pathname);
    expect(thief.page.has('code')).to.equal(false);
  });

  it('nor does a link to it', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('linked'));
    const first = await suite.askForCode(browser, person.number);
    const before = (await suite.server.inbox(person.address)).length;
    await enterCode(browser, first);
    const [mail] = await suite.server.messages(person.address, before + 1);
    await browser.get(mail?.link ?? '');
    const form = shotOf(browser, 'link-confirm');
    const { accounts } = suite.server.server.store;
    await accounts.detach(person.sub, { channel: 'email', value: person.address });
    const [answer] = await volley([form]);
    expect(answer?.status).to.equal(400);
    expect((await challengeOf(suite, uidOf(browser))).state).to.equal('open');
  });

  it('while what is still there goes on as ever', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    const code = await proveFirst(suite, browser, person);
    await enterCode(browser, code);
    expect(browser.stoppedAt).to.not.equal(null);
    expect(
      await codeAfter(suite, person.number, async () => {
        await suite.begin(browser, at('strict', { prompt: 'login' }));
        await enterCode(browser, await suite.askForCode(browser, person.address));
      }),
    ).to.match(/^\d{6}$/);
  });
});
