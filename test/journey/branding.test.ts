import { expect } from 'chai';
import { readableText, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const SHOP = 'https://shop.example.test';
const CALLBACK = `${SHOP}/callback`;
const CLIENTS = [
  {
    id: 'shop',
    name: 'Shop',
    secret: 'shop-secret',
    redirectUris: [CALLBACK],
    firstParty: true,
    branding: {
      accent: '#FFCC00',
      texts: {
        en: { heading: 'Welcome <i>back</i>', intro: 'Your orders are waiting.', mailIntro: 'Dear customer,' },
        de: { heading: 'Willkommen' },
      },
    },
  },
];

describe('journey: the looks of a client', () => {
  const suite = useServer({ settings: { clients: CLIENTS } });
  const begin = async (languages = 'en') => {
    const browser = suite.browser({ stopAt: [SHOP], headers: { 'accept-language': languages } });
    const started = await suite.begin(browser, { clientId: 'shop', redirectUri: CALLBACK });
    return { browser, started };
  };
  const get = (path: string) => fetch(suite.server.issuer + path);

  it('are on its pages and in its mails, and its words are text (R-62)', async () => {
    const { browser, started } = await begin();
    expect(readableText(browser.page)).to.include('Welcome <i>back</i>').and.include('Your orders are waiting.');
    const address = suite.address();
    const code = await suite.askForCode(browser, address);
    const [mail] = await suite.server.inbox(address);
    expect(mail?.text).to.match(/^Dear customer,\n/);
    expect(mail?.html).to.include('Dear customer,').and.include('#ffcc00');
    expect(readableText(browser.page)).not.to.include('Your orders are waiting.');
    await browser.submit('code-submit', { code });
    await suite.finish(browser, started, 'shop', CALLBACK);
  });

  it('speak the language of who reads them, as far as the client does', async () => {
    const { browser } = await begin('de');
    expect(browser.page.text).to.include('Willkommen').and.include('Your orders are waiting.');
  });

  it('are a style sheet of ours, which may be kept forever under the address that pages name (R-56)', async () => {
    const { browser } = await begin();
    const [path = ''] = /\/assets\/accent\/[^"]+/.exec(browser.page.html) ?? [];
    expect(path).to.match(/^\/assets\/accent\/ffcc00\.css\?v=[\w-]{16}$/);
    const answer = await get(path);
    expect(answer.headers.get('content-type')).to.equal('text/css; charset=utf-8');
    expect(answer.headers.get('cache-control')).to.match(/immutable/);
    expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(await answer.text()).to.match(/^:root \{(?: --[a-z-]+: #[0-9a-f]{6};){8} \}\n@media/);
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' };
    const url = new URL(path, suite.server.issuer);
    expect((await send({ method: 'GET', url, headers, body: null })).status).to.equal(304);
  });

  for (const name of [
    'ffcc0.css',
    'FFCC00.css',
    'ffcc00',
    'ffcc00.css.map',
    'red.css',
    '%23ffcc0.css',
    '..%2fmain.css',
  ]) {
    it(`are no file called ${name}`, async () => expect((await get(`/assets/accent/${name}`)).status).to.equal(404));
  }

  it('are nobody else’s', async () => {
    const browser = suite.browser();
    await suite.begin(browser);
    expect(browser.page.html).not.to.include('/assets/accent/');
  });
});
