import { expect } from 'chai';
import { inboxSample, renderSample, type Sample, samples } from '../../scripts/preview/samples.ts';
import { createViews, loadAssets } from '../../src/adapters/views-eta/index.ts';
import { targetLink } from '../../src/adapters/views-eta/links.ts';
import { monogramOf } from '../../src/adapters/views-eta/monogram.ts';
import type { PageFrame, Pages } from '../../src/ports/views.ts';
import { descendants, type HtmlElement, parseHtml, visibleText } from '../support/html-document.ts';
import { entryList, formsOf, type HtmlForm } from '../support/html-forms.ts';

const views = createViews();
const frame: PageFrame = { locale: 'en', service: 'Countersign', client: null, development: false };
const everySample: Readonly<Record<string, Sample>> = { ...samples, inbox: inboxSample(views, 'en') };

type ModelOf<Name extends keyof Pages> = Pages[Name];

function sample<Name extends keyof Pages>(page: Name, name: string = page): ModelOf<Name> {
  const found = everySample[name];
  if (found?.page !== page) throw new Error(`no sample ${name} of ${page}`);
  return found.model as ModelOf<Name>;
}

const elements = (html: string): HtmlElement[] => [...descendants(parseHtml(html))];
const ids = (html: string): string[] => elements(html).flatMap(({ attributes }) => attributes.get('id') ?? []);

function byId(html: string, id: string): HtmlElement {
  const found = elements(html).find(({ attributes }) => attributes.get('id') === id);
  if (found === undefined) throw new Error(`no #${id}`);
  return found;
}

function formOf(html: string, id: string): HtmlForm {
  const found = formsOf(parseHtml(html)).find((form) => form.controls.some((control) => control.id === id));
  if (found === undefined) throw new Error(`#${id} is in no form`);
  return found;
}

/** What a press on this button sends, and where. */
function press(html: string, id: string): { action: string; sent: Record<string, string> } {
  const form = formOf(html, id);
  const button = form.controls.find((control) => control.id === id) ?? null;
  return { action: form.action, sent: Object.fromEntries(entryList(form, button, {})) };
}

const code = (changes: Partial<Pages['code']> = {}): string =>
  views.page('code', frame, { ...sample('code'), ...changes });

describe('pages', () => {
  const assets = loadAssets();
  const urls = [...assets.values()].map(({ url }) => url);

  for (const [name, page] of Object.entries(everySample)) {
    for (const locale of ['en', 'de', 'fr', 'es']) {
      it(`${name} is whole in ${locale} and needs nothing the content security policy forbids`, () => {
        const html = renderSample(views, page, locale);
        expect(html).to.match(/^<!doctype html>\n<html lang="[a-z]{2}" dir="ltr">/);
        expect(visibleText(parseHtml(html))).to.not.match(/undefined|\bnull\b|NaN|\[object|[{}]/);
        expect(new Set(ids(html)).size, 'ids are unique').to.equal(ids(html).length);
        for (const { name: tag, attributes, children } of elements(html)) {
          expect(tag).to.not.equal('style');
          expect([...attributes.keys()].filter((key) => key === 'style' || key.startsWith('on'))).to.deep.equal([]);
          if (tag === 'script') expect(children.join('')).to.equal('');
          if (tag === 'script' || tag === 'link') {
            expect(urls).to.include(attributes.get('src') ?? attributes.get('href'));
          }
        }
      });
    }
  }

  it('have every form posted with its token', () => {
    for (const page of Object.values(everySample)) {
      for (const form of formsOf(parseHtml(renderSample(views, page, 'en')))) {
        if (page.page === 'inbox') expect(form.method).to.equal('get');
        else expect(form.method).to.equal('post');
        const names = form.controls.map((control) => control.name);
        if (page.page === 'logout') expect(names).to.include('xsrf');
        else if (page.page !== 'inbox' && page.page !== 'proceed') expect(names).to.include('csrf');
      }
    }
  });
});

describe('the page that asks who somebody is', () => {
  it('has the field browsers and password managers know', () => {
    const html = views.page('identify', frame, { ...sample('identify'), identifier: 'ada@example.org' });
    expect(Object.fromEntries(byId(html, 'identifier').attributes)).to.include({
      name: 'identifier',
      type: 'email',
      value: 'ada@example.org',
      autocomplete: 'username email',
      autocapitalize: 'none',
      spellcheck: 'false',
    });
    expect(press(html, 'identifier-submit')).to.deep.equal({
      action: '/interaction/sample/identify',
      sent: { csrf: 'x', identifier: 'ada@example.org' },
    });
    expect(press(html, 'cancel').action).to.equal('/interaction/sample/cancel');
  });

  it('ties a problem to the field, and says when to come back', () => {
    const html = views.page('identify', frame, sample('identify', 'identify-limited'));
    const problem = byId(html, 'problem');
    expect(problem.attributes.get('role')).to.equal('alert');
    expect(visibleText(problem)).to.equal('There were too many tries in a short time. You can try again in 8 minutes.');
    expect(Object.fromEntries(byId(html, 'identifier').attributes)).to.include({
      'aria-invalid': 'true',
      'aria-describedby': 'problem',
    });
  });
});

describe('the page for the code', () => {
  it('has one field that takes a code however it is pasted', () => {
    const field = byId(code(), 'code');
    expect(Object.fromEntries(field.attributes)).to.include({
      name: 'code',
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
    });
    for (const limit of ['maxlength', 'pattern', 'size']) expect(field.attributes.has(limit)).to.equal(false);
  });

  it('shows the address, the request and how long the code lives', () => {
    for (const [proof, expiry] of [
      ['code', 'The code expires in 5 minutes.'],
      ['link', 'The link expires in 5 minutes.'],
      ['both', 'Code and link expire in 5 minutes.'],
    ] as const) {
      const text = visibleText(parseHtml(code({ proof })));
      for (const part of ['ada.lovelace@example.org', 'Request K7', expiry]) expect(text).to.include(part);
      expect(text.includes('code'), 'whoever opened the link elsewhere has one').to.equal(true);
      expect(text.includes('link')).to.equal(proof !== 'code');
    }
  });

  it('keeps the actions apart', () => {
    for (const action of ['resend', 'change']) {
      expect(press(code(), `code-${action}`)).to.deep.equal({
        action: `/interaction/sample/${action}`,
        sent: { csrf: 'x' },
      });
    }
    expect(press(code(), 'cancel').action).to.equal('/interaction/sample/cancel');
    expect(press(code(), 'code-submit')).to.deep.equal({
      action: '/interaction/sample/code',
      sent: { csrf: 'x', reference: 'K7', code: '' },
    });
  });

  it('names the wait for a resend and leaves the button to people without script', () => {
    const html = code({ resendIn: 54 });
    expect(visibleText(parseHtml(html))).to.include('You can ask for the code again in 54 seconds.');
    expect(byId(html, 'code-resend').attributes.has('disabled')).to.equal(false);
    expect(ids(code({ resendIn: null }))).to.not.include('code-resend');
  });

  it('counts the tries that are left after a wrong code', () => {
    const problem = { code: 'code_invalid' as const, params: {}, retryAfter: null };
    const alert = (attemptsLeft: number): string => visibleText(byId(code({ problem, attemptsLeft }), 'problem'));
    expect(alert(3)).to.equal('That is not the code we sent. 3 tries left.');
    expect(alert(1)).to.equal('That is not the code we sent. 1 try left.');
  });

  it('offers a new code in place of the field once the code has ended', () => {
    const html = code({ ended: true, resendIn: null });
    expect(ids(html)).to.include.members(['code-resend', 'code-change']).and.not.include('code');
    expect(ids(html)).to.not.include('code-submit');
    expect(visibleText(byId(html, 'code-resend'))).to.equal('Send a new code');
    expect(press(html, 'code-resend').action).to.equal('/interaction/sample/resend');
  });

  it('says that a message was sent again or could not be delivered', () => {
    expect(ids(code({ resent: true }))).to.include('resent');
    expect(visibleText(byId(code({ undelivered: true }), 'undelivered'))).to.include('ada.lovelace@example.org');
    expect(ids(code()).filter((id) => id === 'resent' || id === 'undelivered')).to.deep.equal([]);
  });
});

describe('the other pages', () => {
  it('carry the ids and forms that people and tests press', () => {
    const account = views.page('account', frame, sample('account'));
    expect(press(account, 'account-continue').action).to.equal('/interaction/sample/continue');
    expect(press(account, 'account-other').action).to.equal('/interaction/sample/other');
    const consent = views.page('consent', frame, sample('consent'));
    expect(press(consent, 'consent-allow').action).to.equal('/interaction/sample/consent');
    expect(press(consent, 'consent-deny').action).to.equal('/interaction/sample/deny');
    const form = { action: 'https://a.example/cb', fields: { state: 'a\u202E"b' } };
    const proceed = views.page('proceed', frame, { ...form, asks: null });
    expect(press(proceed, 'proceed-submit')).to.deep.equal({
      action: 'https://a.example/cb',
      sent: { state: 'a\u202E"b' },
    });
  });

  it('say in words what an application asks for, and show what they have no words for', () => {
    const text = visibleText(parseHtml(views.page('consent', frame, sample('consent'))));
    expect(text).to.include('See your e-mail address').and.include('loans:read').and.include('See your date of birth');
    expect(text).to.include('After this you go to library.example.com.');
  });

  it('sign out by a button that says so, and stay by one that does not', () => {
    const asked = views.page('logout', frame, sample('logout'));
    expect(press(asked, 'logout-confirm').sent).to.deep.equal({ xsrf: 'x', logout: 'yes' });
    expect(press(asked, 'logout-cancel').sent).to.deep.equal({ xsrf: 'x' });
    const immediate = views.page('logout', frame, sample('logout', 'logout-immediate'));
    expect(press(immediate, 'logout-confirm').sent).to.deep.equal({ xsrf: 'x', logout: 'yes' });
    expect(ids(immediate)).to.not.include('logout-cancel');
    expect(immediate).to.include('/assets/go.js');
    expect(asked).to.not.include('/assets/go.js');
  });

  it('lead back to the application from where a sign-in ended, native ones too', () => {
    const expired = (returnUrl: string | null): string =>
      views.page('expired', frame, { reason: 'expired', returnUrl, clientName: 'Demo', journeyUrl: null });
    for (const url of ['https://a.example/cb?error=x&state=y', 'http://127.0.0.1:5/cb', 'com.example.app:/cb']) {
      expect(byId(expired(url), 'expired-return').attributes.get('href')).to.equal(url);
    }
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'not a url', null]) {
      expect(ids(expired(url))).to.not.include('expired-return');
    }
  });

  it('tell developers more only when there is something to tell', () => {
    expect(views.page('error', frame, sample('error'))).to.not.include('For developers');
    expect(views.page('error', frame, sample('error', 'error-developer'))).to.include(
      'registered http://localhost:3001',
    );
  });

  it('follow only what can be followed', () => {
    expect(targetLink('/interaction/x')).to.equal('/interaction/x');
    for (const url of [
      '/\\evil.example',
      'vbscript:x',
      'blob:https://a.example/x',
      'view-source:x',
      'about:blank',
      '',
    ]) {
      expect(targetLink(url), url).to.equal(null);
    }
  });

  it('have a monogram for every name', () => {
    expect(monogramOf('Northwind Library of Ghent').letters).to.equal('NL');
    expect(monogramOf('élan').letters).to.equal('É');
    expect(monogramOf('— ★').letters).to.equal('');
    expect(monogramOf('Demo')).to.deep.equal(monogramOf('Demo'));
  });
});
