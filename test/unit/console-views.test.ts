import { expect } from 'chai';
import { consoleFrame, consoleSamples, renderConsoleSample } from '../../scripts/preview/console.ts';
import { eventName } from '../../src/adapters/views-eta/event-names.ts';
import { createViews, loadAssets } from '../../src/adapters/views-eta/index.ts';
import { EVENT_TYPES } from '../../src/domain/event.ts';
import { attribute, descendants, type HtmlElement, parseHtml, visibleText } from '../support/html-document.ts';
import { formsOf } from '../support/html-forms.ts';

const views = createViews();
const urls = [...loadAssets().values()].map(({ url }) => url);
const elements = (html: string): HtmlElement[] => [...descendants(parseHtml(html))];
const named = (html: string, tag: string): HtmlElement[] => elements(html).filter(({ name }) => name === tag);

const HOSTILE = '"><script>alert(1)</script>\u202e{{9137*7}}<%= 9137*7 %>';

/** The same model with hostile text wherever there is text that is nobody's constant. */
function poisoned<Value>(value: Value, key = ''): Value {
  if (Array.isArray(value)) return value.map((entry) => poisoned(entry, key)) as Value;
  if (typeof value === 'object' && value !== null && !(value instanceof Map)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, poisoned(entry, name)])) as Value;
  }
  const isFixed =
    /At$|^at$|href$|Href$|^(?:dates|first|next|action|csrf|tone|channel|heldUntil|notBefore|notAfter)$|Until$/.test(
      key,
    );
  return typeof value === 'string' && !isFixed ? (`${value}${HOSTILE}` as Value) : value;
}

describe('console: pages', () => {
  for (const [name, sample] of Object.entries(consoleSamples)) {
    it(`${name} is whole and needs nothing the content security policy forbids`, () => {
      const html = renderConsoleSample(views, sample);
      expect(html).to.match(/^<!doctype html>\n<html lang="en" dir="ltr">/);
      expect(visibleText(parseHtml(html))).to.not.match(/undefined|\bnull\b|NaN|\[object|Infinity/);
      const ids = elements(html).flatMap((element) => attribute(element, 'id') ?? []);
      expect(
        ids.filter((id, index) => ids.indexOf(id) !== index),
        'ids are unique',
      ).to.deep.equal([]);
      for (const { name: tag, attributes, children } of elements(html)) {
        expect(tag).to.not.equal('style');
        expect([...attributes.keys()].filter((key) => key === 'style' || key.startsWith('on'))).to.deep.equal([]);
        if (tag === 'script') expect(children.join('')).to.equal('');
        if (tag === 'script' || tag === 'link')
          expect(urls).to.include(attributes.get('src') ?? attributes.get('href'));
      }
    });

    it(`${name} can be read and used by everybody`, () => {
      const html = renderConsoleSample(views, sample);
      const ids = new Set(elements(html).map((element) => attribute(element, 'id')));
      expect(named(html, 'h1')).to.have.length(1);
      expect(named(html, 'main').map((element) => attribute(element, 'id'))).to.deep.equal(['content']);
      for (const table of named(html, 'table')) {
        expect(
          [...descendants(table)].filter(({ name: tag }) => tag === 'caption'),
          'a caption',
        ).to.have.length(1);
      }
      for (const element of elements(html)) {
        for (const reference of ['aria-describedby', 'aria-labelledby', 'for']) {
          for (const id of attribute(element, reference)?.split(' ') ?? []) expect(ids, reference).to.include(id);
        }
        if (element.name === 'svg' && attribute(element, 'role') !== 'img') {
          const isHidden = [element, element.parent].some((one) => one && attribute(one, 'aria-hidden') === 'true');
          expect(isHidden, 'a picture that says nothing is silent').to.equal(true);
        }
      }
      const labelled = new Set(named(html, 'label').map((label) => attribute(label, 'for')));
      for (const control of named(html, 'input').filter(
        (input) => !['hidden'].includes(attribute(input, 'type') ?? ''),
      )) {
        expect(
          labelled.has(attribute(control, 'id')) || control.parent?.name === 'label',
          attribute(control, 'name'),
        ).to.equal(true);
      }
    });

    it(`${name} has its forms posted with their token`, () => {
      for (const form of formsOf(parseHtml(renderConsoleSample(views, sample)))) {
        const names = form.controls.map((control) => control.name);
        if (form.method === 'get') expect(names).to.not.include('csrf');
        else expect(names).to.include('csrf');
      }
    });

    it(`${name} takes whatever stands in it for text`, () => {
      const html = renderConsoleSample(views, { ...sample, model: poisoned(sample.model) } as typeof sample);
      expect(html).to.not.include('<script>alert');
      expect(html).to.not.include('63959');
    });
  }

  it('say where somebody is', () => {
    const html = views.console(
      'accounts/new',
      { ...consoleFrame, active: 'accounts' },
      {
        form: { action: '/admin/accounts/new', csrf: 'x' },
        values: {},
        problems: {},
      },
    );
    const current = elements(html).filter((element) => attribute(element, 'aria-current') === 'page');
    expect(current.map(visibleText)).to.deep.equal(['Accounts', 'Accounts']);
  });

  it('offer owners alone what only owners may open', () => {
    const page = (role: 'owner' | 'viewer') =>
      renderConsoleSample(views, {
        page: 'refused',
        frame: { administrator: { email: 'somebody@example.org', role } },
        model: {
          status: 404,
          error: 'not_found',
          needed: null,
          requestId: 'x',
          back: { href: '/admin', label: 'Back' },
        },
      });
    expect(page('owner')).to.include('/admin/administrators');
    expect(page('viewer')).to.not.include('/admin/administrators');
  });

  it('have words for every event', () => {
    for (const type of EVENT_TYPES) expect(eventName(type), type).to.not.equal(type);
    expect(eventName('something.new')).to.equal('something.new');
  });
});
