import { expect } from 'chai';
import de from '../../views/locales/de.json' with { type: 'json' };
import en from '../../views/locales/en.json' with { type: 'json' };
import es from '../../views/locales/es.json' with { type: 'json' };
import fr from '../../views/locales/fr.json' with { type: 'json' };
import { enterCode, readableText, useServer } from '../support/journey.ts';

const TEXTS = { de, en, es, fr };
const CALLBACK = 'https://trusted.example.test/callback';

describe('journey: login_hint', () => {
  const suite = useServer({
    settings: {
      clients: [{ id: 'trusted', secret: 'trusted-secret', redirectUris: [CALLBACK], trustLoginHint: true }],
    },
  });

  it('fills the field and sends nothing by itself', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser, { parameters: { login_hint: address } });
    expect(browser.page.value('identifier')).to.equal(address);
    await suite.delivered();
    expect(await suite.server.inbox(address)).to.have.length(0);
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('is shown as the text it is, whatever it is (R-62)', async () => {
    const browser = suite.browser();
    const hint = '"><script>alert(1)</script>{{7*7}}';
    await suite.begin(browser, { parameters: { login_hint: hint } });
    expect(browser.page.value('identifier')).to.equal(hint);
    expect(browser.page.html).not.to.contain('<script>alert');
  });

  it('sends the code at once for an application that an administrator trusts, and only once (wish 21)', async () => {
    const [browser, address] = [suite.browser({ stopAt: [new URL(CALLBACK).origin] }), suite.address()];
    const options = { clientId: 'trusted', redirectUri: CALLBACK, parameters: { login_hint: address } };
    await suite.begin(browser, options);
    expect(browser.page.url.pathname).to.match(/\/code$/);
    const code = await suite.server.code(address);
    await browser.get(browser.page.url.pathname.replace(/\/code$/, ''));
    expect(readableText(browser.page)).to.contain(address);
    expect(await suite.server.inbox(address)).to.have.length(1);
    await enterCode(browser, code);
    expect(browser.page.has('consent-allow')).to.equal(true);
  });

  it('leaves the field to be mended when a trusted hint is no address', async () => {
    const browser = suite.browser();
    await suite.begin(browser, {
      clientId: 'trusted',
      redirectUri: CALLBACK,
      parameters: { login_hint: 'not an address' },
    });
    expect(browser.page.value('identifier')).to.equal('not an address');
    expect(browser.page.alert).to.contain('does not look like an e-mail address');
  });

  it('does not ask somebody who is signed in', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    await suite.begin(browser, { parameters: { login_hint: suite.address('grace') } });
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });
});

describe('journey: the language', () => {
  const suite = useServer();

  for (const [language, uiLocales, expected] of [
    ['en-US,en;q=0.9', undefined, 'en'],
    ['de-AT,de;q=0.9,en;q=0.5', undefined, 'de'],
    ['pt-BR, fr;q=0.4', undefined, 'fr'],
    ['xx', undefined, 'en'],
    ['de', 'es fr', 'es'],
    ['de', 'xx', 'de'],
    ['en', 'xx fr-CA', 'fr'],
    ['*', '', 'en'],
  ] as const) {
    it(`Accept-Language ${language} and ui_locales ${uiLocales ?? 'left out'} are answered in ${expected}`, async () => {
      const browser = suite.browser({ language });
      await suite.begin(browser, { parameters: { ui_locales: uiLocales } });
      expect(browser.page.html).to.contain(`<html lang="${expected}"`);
      expect(browser.page.title).to.contain(TEXTS[expected]['identify.title'].replace('{name}', 'Demo'));
    });
  }

  it('is the same on the pages and in the message, and stays when the browser changes its mind (wish 8)', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser, { parameters: { ui_locales: 'de' } });
    await suite.askForCode(browser, address);
    expect(browser.page.html).to.contain('<html lang="de"');
    const [message] = await suite.server.messages(address);
    expect(message?.subject)
      .to.contain('Anmeldecode')
      .and.to.match(/^\d{6} /);
    expect(message?.text).to.contain('Minuten');
  });
});
