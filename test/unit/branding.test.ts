import { expect } from 'chai';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import { type Branding, type BrandingTexts, PLAIN_BRANDING, textsIn } from '../../src/domain/branding.ts';
import { createBrandingPreview } from '../../src/services/clients/branding-preview.ts';
import { clientOf } from '../support/factories.ts';
import { parseHtml, visibleText } from '../support/html-document.ts';

const SILENT: BrandingTexts = { heading: null, intro: null, mailIntro: null };
const branding: Branding = {
  accent: '#ffcc00',
  texts: {
    de: { heading: 'Willkommen', intro: null, mailIntro: 'Liebe Leserin' },
    en: { heading: 'Welcome', intro: 'To the <b>library</b>', mailIntro: 'Dear reader' },
  },
};

describe('how a client looks', () => {
  it('is said in the language of who reads it, text by text, else in that of the installation', () => {
    expect(textsIn(branding, 'de-AT', 'en')).to.deep.equal({
      heading: 'Willkommen',
      intro: 'To the <b>library</b>',
      mailIntro: 'Liebe Leserin',
    });
    expect(textsIn(branding, 'fr', 'en').heading).to.equal('Welcome');
    expect(textsIn(branding, 'fr', 'es')).to.deep.equal(SILENT);
    expect(textsIn(PLAIN_BRANDING, 'en', 'en')).to.deep.equal(SILENT);
  });

  const preview = createBrandingPreview({
    views: createViews(),
    service: 'Countersign',
    issuer: 'https://id.example.org',
    locale: 'en',
    channels: ['email', 'sms'],
    countries: ['DE', 'BE'],
  });

  it('can be looked at before anybody else sees it: the page', () => {
    const html = preview.signInPage(clientOf({ name: 'Library', branding }), 'de');
    expect(html).to.match(/<link rel="stylesheet" href="\/assets\/accent\/ffcc00\.css\?v=[\w-]{16}">/);
    expect(html).to.include('<html lang="de"').and.not.include('<b>library');
    const text = visibleText(parseHtml(html));
    expect(text).to.include('Willkommen').and.include('To the <b>library</b>');
    expect(preview.signInPage(clientOf({ name: 'Library' }), 'en'))
      .to.include('Library')
      .and.not.include('/assets/accent/');
  });

  it('can be looked at before anybody else sees it: the mail', () => {
    const { html, text, subject } = preview.mail(clientOf({ name: 'Library', branding, mailProof: 'both' }), 'en');
    expect(subject).to.include('Library');
    expect(text).to.match(/^Dear reader\n/);
    expect(html).to.include('Dear reader').and.include('background-color:#ffcc00');
    expect(html).to.not.include('#0d6b54');
    expect(preview.mail(clientOf(), 'en').html).to.not.include('#ffcc00');
  });
});
