import { expect } from 'chai';
import { shotOf, volley } from '../support/attack.ts';
import { enterCode, parametersOf, readableText, useServer, wrongCode } from '../support/journey.ts';
import {
  at,
  codeAfter,
  enrolled,
  finishAt,
  ONE,
  proveFirst,
  STEP_UP,
  TWO,
  visitor,
  withPolicies,
} from '../support/second-factor.ts';

describe('journey: a second factor', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies());

  it('is added right then by somebody who has none, and proves itself next time', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.page.url.pathname).to.match(/\/enroll$/);
    expect(browser.page.has('identifier')).to.equal(true);
    await enterCode(browser, await suite.askForCode(browser, number));
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, email: address, phone_number: number });
    expect(tokens.claims()?.amr).to.deep.equal(['otp', 'sms', 'mfa']);

    const person = { browser: visitor(suite), address, number, sub: tokens.claims()?.sub ?? '' };
    const again = await suite.begin(person.browser, at('strict'));
    const code = await proveFirst(suite, person.browser, person);
    expect(person.browser.page.url.pathname).to.match(/\/code$/);
    expect(readableText(person.browser.page)).not.to.contain(number).and.not.to.contain(number.slice(-5));
    await enterCode(person.browser, code);
    const second = await finishAt(suite, person.browser, again, 'strict');
    expect(second.tokens.claims()).to.include({ acr: TWO, sub: person.sub });
  });

  it('may be the address of somebody who came with a number', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, number));
    await enterCode(browser, await suite.askForCode(browser, address));
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()?.amr).to.deep.equal(['sms', 'otp', 'mfa']);
  });

  it('tells the address that a number was added, and leaves its events', async () => {
    const { address, number, sub } = await enrolled(suite);
    const [notice] = await suite.server.messages(address, 2);
    expect(notice?.code).to.equal(null);
    expect(notice?.text).to.contain(`${number.slice(0, 3)}•••${number.slice(-2)}`);
    const added = await suite.events({ accountId: sub, type: 'identifier.added' });
    expect(added).to.have.length(1);
    const started = await suite.events({ accountId: sub, type: 'session.started' });
    expect(started.map(({ reason }) => reason)).to.deep.equal(['two_factors']);
  });

  it('is asked for when the request wants it, and not without', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const plain = await suite.signIn(browser, person.address, at('asking'));
    expect(plain.tokens.claims()).to.include({ acr: ONE });
    expect(plain.tokens.claims()?.amr).to.deep.equal(['otp']);
    const other = visitor(suite);
    const started = await suite.begin(other, at('asking', STEP_UP));
    await enterCode(other, await proveFirst(suite, other, person));
    expect((await finishAt(suite, other, started, 'asking')).tokens.claims()).to.include({ acr: TWO });
  });

  it('cannot be added when it is somebody else’s, which only its owner learns', async () => {
    const taken = await enrolled(suite);
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, address));
    const code = await suite.askForCode(browser, taken.number);
    expect(browser.page.url.pathname).to.match(/\/code$/);
    const refused = await enterCode(browser, code);
    expect(refused.status).to.equal(422);
    expect(refused.has('identifier')).to.equal(true);
    expect(refused.alert).to.match(/another account|belongs/i);
    await enterCode(browser, await suite.askForCode(browser, number));
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, phone_number: number });
    const store = suite.server.server.store.accounts;
    expect((await store.findByIdentifier({ channel: 'sms', value: taken.number }))?.id).to.equal(taken.sub);
  });

  it('is to be of the other channel: an address is no second address', async () => {
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, suite.address()));
    const page = await browser.submit('identifier-submit', { identifier: suite.address() });
    expect(page.status).to.equal(422);
    expect(page.url.pathname).to.match(/\/enroll$/);
    const nonsense = await browser.submit('identifier-submit', { identifier: '12' });
    expect(nonsense.status).to.equal(422);
  });

  it('can be called off at each step, with an error the application understands', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    const code = await proveFirst(suite, browser, person);
    await browser.click('cancel');
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
    await suite.begin(browser, at('strict'));
    expect(browser.page.has('identifier')).to.equal(true);
    expect(code).to.have.length(6);

    const newcomer = visitor(suite);
    await suite.begin(newcomer, at('strict'));
    await enterCode(newcomer, await suite.askForCode(newcomer, suite.address()));
    await newcomer.click('cancel');
    expect(parametersOf(newcomer.landedAt())).to.include({ error: 'access_denied' });
  });

  it('lets somebody correct the number they are adding', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, address));
    const first = await suite.askForCode(browser, suite.number());
    await browser.click('code-change');
    expect(browser.page.url.pathname).to.match(/\/enroll$/);
    const code = await suite.askForCode(browser, number);
    expect((await enterCode(browser, first === code ? wrongCode(first) : first)).status).to.equal(422);
    await enterCode(browser, code);
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()).to.include({ phone_number: number });
  });

  it('is sent where the person chooses, when there are several', async () => {
    const person = await enrolled(suite);
    const other = suite.number();
    const proven = { channel: 'sms' as const, value: other, verifiedAt: Date.now(), primary: false };
    await suite.server.server.store.accounts.attach(person.sub, proven);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    await proveFirst(suite, browser, person);
    await browser.click('factor-change');
    expect(browser.page.url.pathname).to.match(/\/factor$/);
    expect(readableText(browser.page)).to.contain(`${other.slice(0, 3)}•••${other.slice(-2)}`);
    expect(readableText(browser.page)).not.to.contain(other.slice(-5));
    const code = await codeAfter(suite, other, () => browser.submit('factor-submit', { choice: '1' }));
    await enterCode(browser, code);
    expect((await finishAt(suite, browser, started, 'strict')).tokens.claims()).to.include({ acr: TWO });
  });

  it('refuses a choice there is not', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    await proveFirst(suite, browser, person);
    const chooser = browser.page.url.href.replace(/code$/, 'factor');
    await browser.get(chooser);
    for (const choice of ['7', '-1', 'x', '__proto__']) {
      const page = await browser.submit('factor-submit', {}, { forced: { choice } });
      expect(page.status, choice).to.equal(400);
      await browser.get(chooser);
    }
  });

  it('stays true in refreshed ID tokens and in introspection', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite, 'strict');
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await proveFirst(suite, browser, person));
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    const now = Math.floor(time.now() / 1000);
    expect(tokens.claims()).to.include({ acr: TWO, auth_time: now });
    const party = await suite.party('strict');
    expect(await party.introspect(tokens.access_token)).to.deep.include({ acr: TWO, auth_time: now });
    time.advance(60_000);
    const fresh = await party.refresh(tokens.refresh_token ?? '');
    expect(fresh.claims()).to.include({ acr: TWO, auth_time: now });
    expect(fresh.claims()?.amr).to.deep.equal(['otp', 'sms', 'mfa']);
    const told = await party.introspect(fresh.access_token);
    expect(told).to.deep.include({ acr: TWO, auth_time: now, amr: ['otp', 'sms', 'mfa'] });
  });

  it('says when it was complete: a slow second step does not make a short max_age impossible (RFC 9470)', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('asking', { ...STEP_UP, max_age: '5' }));
    const code = await proveFirst(suite, browser, person);
    time.advance(200_000);
    await enterCode(browser, code);
    const { tokens } = await finishAt(suite, browser, started, 'asking');
    expect(tokens.claims()).to.include({ acr: TWO, auth_time: Math.floor(time.now() / 1000) });
  });

  it('survives reload, Back and a second tab at each step', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    const root = browser.page.url;
    const code = await proveFirst(suite, browser, person);
    await browser.get(browser.page.url);
    expect(browser.page.has('code')).to.equal(true);
    const tab = browser.tab();
    await tab.get(root);
    expect(tab.page.url.pathname).to.match(/\/code$/);
    await browser.back();
    expect(browser.page.url.pathname).to.match(/\/code$/);
    await enterCode(tab, code);
    expect((await finishAt(suite, tab, started, 'strict')).tokens.claims()).to.include({ acr: TWO });
    await enterCode(browser, code);
    expect(browser.stoppedAt).to.equal(null);
  });

  it('begins again for whoever goes back to the first form and gives another address', async () => {
    const [person, other] = [await enrolled(suite), await enrolled(suite)];
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    const firstForm = shotOf(browser, 'identifier-submit', { identifier: other.address });
    const former = await proveFirst(suite, browser, person);
    const code = await codeAfter(suite, other.address, () => volley([firstForm]));
    await browser.get(browser.page.url);
    expect(readableText(browser.page)).to.contain(other.address);
    const second = await codeAfter(suite, other.number, () => enterCode(browser, code));
    if (former !== second) expect((await enterCode(browser, former)).status).to.equal(422);
    await enterCode(browser, second);
    expect((await finishAt(suite, browser, started, 'strict')).tokens.claims()).to.include({
      acr: TWO,
      sub: other.sub,
    });
  });

  it('may be proven by the link in a mail, in the browser that asked', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('linked'));
    const mails = (await suite.server.inbox(person.address)).length;
    await enterCode(browser, await suite.askForCode(browser, person.number));
    expect(browser.page.text).to.contain('Open the link');
    const [mail] = await suite.server.messages(person.address, mails + 1);
    await browser.get(mail?.link ?? '');
    await browser.click('link-confirm');
    const { tokens } = await finishAt(suite, browser, started, 'linked');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });
    expect(tokens.claims()?.amr).to.deep.equal(['sms', 'otp', 'mfa']);
  });

  it('may follow a first one that was proven by a link', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('linked'));
    const mails = (await suite.server.inbox(person.address)).length;
    await browser.submit('identifier-submit', { identifier: person.address });
    const [mail] = await suite.server.messages(person.address, mails + 1);
    await browser.get(mail?.link ?? '');
    const code = await codeAfter(suite, person.number, () => browser.click('link-confirm'));
    await enterCode(browser, code);
    const { tokens } = await finishAt(suite, browser, started, 'linked');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });
  });

  it('is to be asked for again when no message may be sent right after a link: what was proven is not lost', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite);
    for (let sent = 1; sent < 3; sent += 1) {
      const other = visitor(suite);
      await suite.begin(other, at('asking'));
      await suite.askForCode(other, person.number);
    }
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('linked'));
    const mails = (await suite.server.inbox(person.address)).length;
    await browser.submit('identifier-submit', { identifier: person.address });
    const [mail] = await suite.server.messages(person.address, mails + 1);
    await browser.get(mail?.link ?? '');
    await browser.click('link-confirm');
    expect([browser.page.url.pathname.split('/').at(-1), browser.page.status]).to.deep.equal(['factor', 200]);
    expect((await browser.click('factor-submit')).status).to.equal(429);
    expect(browser.page.alert).to.match(/try again/i);
    time.advance(10 * 60_000);
    await enterCode(browser, await codeAfter(suite, person.number, () => browser.click('factor-submit')));
    const { tokens } = await finishAt(suite, browser, started, 'linked');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });
  });

  it('takes a double click on the first code for one', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    const code = await suite.askForCode(browser, person.address);
    const again = shotOf(browser, 'code-submit', { code });
    const second = await codeAfter(suite, person.number, () => enterCode(browser, code));
    const [answer] = await volley([again]);
    expect(answer?.status).to.equal(303);
    await browser.get(browser.page.url);
    expect(browser.page.alert).to.equal(null);
    expect(browser.page.text).not.to.match(/tries? left/);
    await enterCode(browser, second);
    expect((await finishAt(suite, browser, started, 'strict')).tokens.claims()).to.include({ acr: TWO });
  });

  it('is asked for by whoever is sent back and forth by a login hint that an application may trust', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const options = at('trusting', { ...STEP_UP, login_hint: person.address });
    const code = await codeAfter(suite, person.address, () => suite.begin(browser, options));
    await codeAfter(suite, person.number, () => enterCode(browser, code));
    expect(browser.page.url.pathname).to.match(/\/code$/);
  });
});

describe('journey: a second factor that cannot be had', () => {
  const suite = useServer(withPolicies());

  for (const [what, clientId, parameters] of [
    ['a request to an application for addresses only', 'mail-only', STEP_UP],
    [
      'an essential claim',
      'mail-only',
      { claims: JSON.stringify({ id_token: { acr: { essential: true, value: TWO } } }) },
    ],
    [
      'a policy that the request contradicts',
      'strict',
      { claims: JSON.stringify({ id_token: { acr: { essential: true, value: ONE } } }) },
    ],
    ['prompt=none, too', 'mail-only', { ...STEP_UP, prompt: 'none' }],
  ] as const) {
    it(`${what}: is told at once, and nobody is asked for codes in vain`, async () => {
      const browser = visitor(suite);
      const { state } = await suite.begin(browser, at(clientId, parameters));
      const expected = { error: 'unmet_authentication_requirements', state, iss: suite.server.issuer };
      expect(parametersOf(browser.landedAt())).to.include(expected);
    });
  }

  it('is a wish that something else fulfils: the request names what it likes less, too', async () => {
    const { tokens } = await suite.signIn(
      visitor(suite),
      suite.address(),
      at('mail-only', { acr_values: `${TWO} ${ONE}` }),
    );
    expect(tokens.claims()).to.include({ acr: ONE });
  });

  it('is in discovery when it can be had', async () => {
    const document = (await suite.party()).configuration.serverMetadata();
    expect(document.acr_values_supported).to.deep.equal([ONE, TWO]);
  });
});

describe('journey: a second factor in an installation without text messages', () => {
  const suite = useServer(withPolicies({ settings: { sms: { countries: [] } } }));

  it('is not in discovery, and a request for it is told so', async () => {
    const document = (await suite.party()).configuration.serverMetadata();
    expect(document.acr_values_supported).to.deep.equal([ONE]);
    for (const [clientId, parameters] of [
      ['asking', STEP_UP],
      ['strict', {}],
    ] as const) {
      const browser = visitor(suite);
      await suite.begin(browser, at(clientId, parameters));
      expect(parametersOf(browser.landedAt())).to.include({ error: 'unmet_authentication_requirements' });
    }
  });

  it('does not keep anybody from signing in without it', async () => {
    const browser = visitor(suite);
    const { tokens } = await suite.signIn(browser, suite.address(), at('asking'));
    expect(tokens.claims()).to.include({ acr: ONE });
  });
});
