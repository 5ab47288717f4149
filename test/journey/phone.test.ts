import { expect } from 'chai';
import { challengeOf, uidOf } from '../support/attack.ts';
import { contentOf, descendants, parseHtml } from '../support/html-document.ts';
import type { FormEntries } from '../support/html-forms.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';
import type { Page } from '../support/page.ts';

const PHONE = { parameters: { scope: 'openid phone' } };

describe('journey: signing in by phone', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('leads somebody new from the number over the code to the application', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    const started = await suite.begin(browser, PHONE);
    const code = await suite.askForCode(browser, number);
    expect(browser.page.text).to.contain('text message with a code');
    expect(browser.page.textOf('recipient')).to.match(/^\+49 15\d\d \d{7}$/);
    await enterCode(browser, code);
    const { tokens } = await suite.finish(browser, started);
    expect(tokens.claims()).to.include({ phone_number: number, phone_number_verified: true });
    expect(tokens.claims()).to.not.have.any.keys('email', 'email_verified');
    expect(tokens.claims()?.amr).to.deep.equal(['sms']);
  });

  it('tells the number only to applications that ask for it', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.number(), { parameters: { scope: 'openid email' } });
    expect(tokens.claims()).to.not.have.any.keys('phone_number', 'phone_number_verified', 'email');
  });

  it('knows a returning person in every spelling of the number: one account (R-29)', async () => {
    const number = suite.number();
    const national = number.replace('+49', '0');
    const spellings: readonly FormEntries[] = [
      { identifier: number },
      { identifier: national, country: 'DE' },
      { identifier: `00${number.slice(1)}`, country: 'FR' },
    ];
    const subjects = new Set<string | undefined>();
    for (const entries of spellings) {
      const browser = suite.browser();
      const started = await suite.begin(browser);
      await enterCode(browser, await suite.askForCode(browser, number, entries));
      subjects.add((await suite.finish(browser, started)).tokens.claims()?.sub);
    }
    expect(subjects.size).to.equal(1);
    const accounts = await suite.server.server.store.accounts.list(null, 100);
    const owners = accounts.filter(({ identifiers }) => identifiers.some(({ value }) => value === number));
    expect(owners).to.have.length(1);
    expect(owners[0]?.identifiers.map(({ channel, value }) => ({ channel, value }))).to.deep.equal([
      { channel: 'sms', value: number },
    ]);
  });

  it('ends the message with the line that phones fill in from, and shows one field for it', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser);
    const code = await suite.askForCode(browser, number);
    const [message] = await suite.server.messages(number);
    expect(message?.channel).to.equal('sms');
    expect(message?.text.split('\n').slice(-2)).to.deep.equal(['', `@localhost #${code}`]);
    expect(message?.text).to.contain(browser.page.textOf('reference'));
    const fields = browser.page.forms.flatMap(({ controls }) => controls).filter(({ type }) => type === 'text');
    expect(fields.map(({ element }) => element.attributes.get('autocomplete'))).to.deep.equal(['one-time-code']);
  });

  it('sends the same code again, and says after a wrong one how many tries are left', async () => {
    const time = suite.freeze();
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser);
    const code = await suite.askForCode(browser, number);
    expect((await enterCode(browser, wrongCode(code))).alert).to.contain('4 tries left');
    time.advance(61_000);
    await browser.submit('code-resend');
    expect(await suite.server.code(number, 2)).to.equal(code);
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.get('code')).to.be.a('string');
  });

  it('offers what was typed again when the number is to be changed', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser);
    await suite.askForCode(browser, number);
    await browser.submit('code-change');
    expect(browser.page.value('identifier').replaceAll(' ', '')).to.equal(number);
  });

  it('keeps the code on its way when the same number comes again in another spelling (wish 3)', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser);
    const tab = browser.tab();
    await tab.get(browser.page.url);
    await suite.askForCode(browser, number);
    const { id } = await challengeOf(suite, uidOf(browser));
    await tab.submit('identifier-submit', { identifier: number.replace('+49', '0'), country: 'DE' });
    expect(tab.page.has('code')).to.equal(true);
    expect((await challengeOf(suite, uidOf(browser))).id).to.equal(id);
  });

  it('takes a number as login_hint, and sends at once for an application that is trusted with that', async () => {
    const number = suite.number();
    const browser = suite.browser();
    await suite.begin(browser, { parameters: { login_hint: number } });
    expect(browser.page.value('identifier')).to.equal(number);
    expect(await suite.server.inbox(number)).to.deep.equal([]);
  });
});

describe('journey: the country of a number', function () {
  this.timeout(20_000);
  const suite = useServer();

  const optionsOf = (page: Page): Map<string | undefined, string> =>
    new Map(
      [...descendants(parseHtml(page.html))]
        .filter(({ name }) => name === 'option')
        .map((option) => [option.attributes.get('value'), contentOf(option).trim()]),
    );

  const shown = async (language: string | undefined, parameters: Record<string, string> = {}): Promise<Page> => {
    const browser = suite.browser(language === undefined ? {} : { language });
    await suite.begin(browser, { parameters });
    return browser.page;
  };

  const guesses: readonly (readonly [string, Record<string, string>, string])[] = [
    ['de', {}, 'DE'],
    ['de-AT,de;q=0.9,en;q=0.5', {}, 'AT'],
    ['en,fr-CH;q=0.5', {}, 'CH'],
    ['en', {}, 'US'],
    ['zh-Hans,pt;q=0.5', {}, 'BR'],
    ['en', { ui_locales: 'fr-BE' }, 'BE'],
    ['zh', {}, 'US'],
  ];
  for (const [language, parameters, country] of guesses) {
    it(`is ${country} for ${language} ${JSON.stringify(parameters)}`, async () => {
      expect((await shown(language, parameters)).value('country')).to.equal(country);
    });
  }

  it('is named in the language of the page, in its order, with what its numbers begin with', async () => {
    const options = optionsOf(await shown('de'));
    expect(options.get('AT')).to.equal('Österreich (+43)');
    const labels = [...options.values()];
    expect(labels).to.deep.equal([...labels].sort(new Intl.Collator('de').compare));
    expect(optionsOf(await shown('fr')).get('AT')).to.equal('Autriche (+43)');
  });

  it('is what was chosen, also after a mistake, and a number that names its own counts more', async () => {
    const [browser, number] = [suite.browser({ language: 'de' }), suite.number()];
    await suite.begin(browser);
    await browser.submit('identifier-submit', { identifier: '0151', country: 'FR' });
    expect(browser.page.status).to.equal(422);
    expect(browser.page.value('country')).to.equal('FR');
    expect(await suite.askForCode(browser, number, { country: 'FR' })).to.match(/^\d{6}$/);
  });

  it('that is not on the list is not taken, whatever is submitted', async () => {
    const browser = suite.browser({ language: 'de' });
    await suite.begin(browser);
    for (const country of ['KP', '', '__proto__', 'de']) {
      const entries = { identifier: '0151 123' };
      await browser.submit('identifier-submit', entries, { forced: { country } });
      expect(browser.page.status).to.equal(422);
      expect(browser.page.value('country')).to.equal('DE');
    }
  });
});

describe('journey: applications and installations that want only one of the two', function () {
  this.timeout(20_000);
  const client = (id: string, channels: readonly string[], more: object = {}) => ({
    id,
    name: 'Harbour Library',
    secret: `${id}-secret`,
    redirectUris: ['https://library.example/callback'],
    firstParty: true,
    channels,
    ...more,
  });
  const suite = useServer({
    settings: {
      clients: [
        client('by-phone', ['sms'], { smsText: '{app}: {otp}. {otp}!' }),
        client('by-mail', ['email']),
        client('hinting', ['email', 'sms'], { trustLoginHint: true }),
      ],
      sms: { text: 'From {app} with {otp}' },
    },
  });
  const at = (clientId: string) => ({ clientId, redirectUri: 'https://library.example/callback' });

  it('an application without mail asks for a number and takes nothing else', async () => {
    const browser = suite.browser();
    await suite.begin(browser, at('by-phone'));
    expect(browser.page.element('identifier').attributes.get('type')).to.equal('tel');
    await browser.submit('identifier-submit', { identifier: 'ada@example.org' });
    expect(browser.page.status).to.equal(422);
    expect(browser.page.alert).to.contain('does not look like a phone number');
    await suite.askForCode(browser, suite.number());
    expect(browser.page.has('code-other')).to.equal(false);
  });

  it('an application without text messages asks for an address and takes nothing else', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser, at('by-mail'));
    expect(browser.page.element('identifier').attributes.get('type')).to.equal('email');
    expect(browser.page.has('country')).to.equal(false);
    await browser.submit('identifier-submit', { identifier: number });
    expect(browser.page.status).to.equal(422);
    expect(browser.page.alert).to.contain('does not look like an e-mail address');
    expect(await suite.server.inbox(number)).to.deep.equal([]);
  });

  it('words its messages itself, or as the installation does (R-61)', async () => {
    const texts: string[] = [];
    for (const clientId of ['by-phone', 'hinting']) {
      const [browser, number] = [suite.browser(), suite.number()];
      await suite.begin(browser, at(clientId));
      const code = await suite.askForCode(browser, number);
      const [message] = await suite.server.messages(number);
      texts.push(message?.text.replaceAll(code, '000000') ?? '');
    }
    expect(texts).to.deep.equal([
      'Harbour Library: 000000. 000000!\n\n@localhost #000000',
      'From Harbour Library with 000000\n\n@localhost #000000',
    ]);
  });

  it('a trusted hint that is a number is sent its code at once', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser, { ...at('hinting'), parameters: { login_hint: number } });
    expect(browser.page.has('code')).to.equal(true);
    expect(await suite.server.code(number)).to.match(/^\d{6}$/);
  });
});

describe('journey: an installation that lists no countries', function () {
  this.timeout(20_000);
  const suite = useServer({ settings: { sms: { countries: [] } } });

  it('is one without phones: the page asks for an address, numbers are refused, nothing is offered (R-18)', async () => {
    const [browser, number] = [suite.browser(), suite.number()];
    await suite.begin(browser);
    expect(browser.page.element('identifier').attributes.get('type')).to.equal('email');
    await browser.submit('identifier-submit', { identifier: number });
    expect(browser.page.status).to.equal(422);
    await suite.askForCode(browser, suite.address());
    expect(browser.page.has('code-other')).to.equal(false);
    expect(await suite.server.inbox(number)).to.deep.equal([]);
  });
});
