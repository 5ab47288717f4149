import { expect } from 'chai';
import { renderSample, type Sample, samples } from '../../scripts/preview/samples.ts';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import { attribute, descendants, type HtmlElement, parseHtml, visibleText } from '../support/html-document.ts';
import { entryList, formsOf } from '../support/html-forms.ts';

const views = createViews();

/** The page of a sample, with something else about it. */
function pageOf(name: string, changes: object = {}, locale = 'en'): string {
  const sample = samples[name];
  if (sample === undefined) throw new Error(`no sample ${name}`);
  return renderSample(views, { ...sample, model: { ...sample.model, ...changes } } as Sample, locale);
}

const byId = (html: string, id: string): HtmlElement | undefined =>
  [...descendants(parseHtml(html))].find((element) => attribute(element, 'id') === id);

const scriptsOf = (html: string): string[] =>
  [...descendants(parseHtml(html))]
    .filter(({ name }) => name === 'script')
    .map((script) => attribute(script, 'src')?.replace(/^\/assets\/|\?.*$/g, '') ?? '');

describe('the page that a link opens', () => {
  for (const [name, action] of [
    ['link', '/interaction/sample/link'],
    ['link-elsewhere', '/interaction/sample/link'],
  ] as const) {
    it(`has one form, which its person submits and nothing else: ${name}`, () => {
      const html = pageOf(name);
      const [form, ...others] = formsOf(parseHtml(html));
      expect(others).to.deep.equal([]);
      expect(form).to.include({ method: 'post', action });
      const button = form?.controls.find(({ id }) => id === 'link-confirm') ?? null;
      if (form === undefined || button === null) throw new Error('no button');
      const token = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF';
      expect(Object.fromEntries(entryList(form, button, {}))).to.deep.equal({ csrf: 'x', token });
      expect(scriptsOf(html)).to.deep.equal(['page.js']);
      expect(html).to.not.match(/data-go|http-equiv|autofocus/);
    });
  }

  it('says to whom, by whom and when, in every language', () => {
    for (const locale of ['en', 'de', 'fr', 'es']) {
      expect(visibleText(parseHtml(pageOf('link', {}, locale)))).to.contain('ada.lovelace@example.org');
      const elsewhere = visibleText(parseHtml(pageOf('link-elsewhere', {}, locale)));
      expect(elsewhere).to.contain('Northwind Library').and.to.contain('K7').and.to.match(/\b2\b/);
    }
    expect(visibleText(parseHtml(pageOf('link-elsewhere', { askedAgo: 0 })))).to.contain(
      'asked for this 0 seconds ago',
    );
    expect(visibleText(parseHtml(pageOf('link-elsewhere', { askedAgo: 45 })))).to.contain('45 seconds ago');
  });

  it('shows the code as it is to be typed, and how long it lives', () => {
    const html = pageOf('link-code', { code: '012345' });
    const shown = byId(html, 'shown-code');
    expect(shown && visibleText(shown)).to.equal('012345');
    expect(visibleText(parseHtml(html))).to.contain('The code expires in 4 minutes.');
    expect(formsOf(parseHtml(html))).to.deep.equal([]);
  });

  it('leads on where a sign-in goes on, back where one was, and nowhere else', () => {
    const here = pageOf('link-dead-here', { returnUrl: 'https://a.example/' });
    expect(byId(here, 'expired-continue')?.attributes.get('href')).to.equal('/interaction/sample');
    expect(byId(here, 'expired-return')).to.equal(undefined);
    const back = pageOf('link-dead', { returnUrl: 'https://a.example/' });
    expect(byId(back, 'expired-return')?.attributes.get('href')).to.equal('https://a.example/');
    expect(pageOf('link-dead')).to.not.match(/expired-return|expired-continue/);
  });
});

describe('the page that waits for a link', () => {
  it('looks whether the sign-in has gone on elsewhere only where it can', () => {
    const progress = { url: '/interaction/sample/progress/sign-in', onward: '/interaction/sample' };
    const waiting = pageOf('code', { progress });
    expect(byId(waiting, 'progress')?.attributes.get('data-progress')).to.equal(progress.url);
    expect(scriptsOf(waiting)).to.include('progress.js');
    expect(pageOf('code', { progress: null })).to.not.match(/progress\.js|data-progress/);
  });

  it('asks for the code second where only a link was sent', () => {
    const [link, both] = [pageOf('code-link'), pageOf('code')];
    expect(byId(link, 'code-submit')?.attributes.get('class')).to.contain('secondary');
    expect(byId(both, 'code-submit')?.attributes.get('class')).to.contain('primary');
    expect([link, both].map((html) => byId(html, 'code')?.attributes.has('autofocus'))).to.deep.equal([false, true]);
  });
});
