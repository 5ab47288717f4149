import { expect } from 'chai';
import { inboxSample, renderSample, type Sample, samples } from '../../scripts/preview/samples.ts';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import { clientLink } from '../../src/adapters/views-eta/links.ts';
import type { PageFrame } from '../../src/ports/views.ts';
import { descendants, parseHtml, visibleText } from '../support/html-document.ts';

const views = createViews();
const everySample: Readonly<Record<string, Sample>> = { ...samples, inbox: inboxSample(views, 'en') };

const attacks = [
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '</title></textarea></pre><img src=x onerror=alert(1)>',
  '--><svg onload=alert(1)>',
  `<%= 7*7 %>\${7*7}{{7*7}}`,
  '&lt;script&gt;',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
];

/** Keys whose values are words of ours and choose between texts. */
const CHOICES = new Set(['reason', 'problem', 'done', 'page', 'locale']);

/** The same value with every string in it, keys of records included, replaced. */
function poisoned(value: unknown, attack: string): unknown {
  if (typeof value === 'string') return attack;
  if (Array.isArray(value)) return value.map((entry) => poisoned(entry, attack));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) =>
      key === 'fields' ? [key, { [attack]: attack }] : [key, CHOICES.has(key) ? entry : poisoned(entry, attack)],
    ),
  );
}

const client = {
  name: 'x',
  logoUri: 'x',
  clientUri: 'x',
  policyUri: 'x',
  tosUri: 'x',
  accent: 'x',
  heading: 'x',
  intro: 'x',
};

function render(sample: Sample, attack: string): string {
  const frame = poisoned({ service: 'x', client, ...sample.frame }, attack) as Partial<PageFrame>;
  return renderSample(views, { ...(poisoned(sample, attack) as Sample), frame }, 'en');
}

/** Elements and the names of their attributes: what an injection would change. */
const skeleton = (html: string): string[] =>
  [...descendants(parseHtml(html))].map(({ name, attributes }) => `${name} ${[...attributes.keys()].join(' ')}`);

const addresses = (html: string): string[] =>
  [...descendants(parseHtml(html))].flatMap(({ attributes }) =>
    ['href', 'src', 'action', 'formaction'].flatMap((name) => attributes.get(name) ?? []),
  );

describe('hostile text (R-61, R-62)', () => {
  for (const attack of attacks) {
    it(`stays text on every page: ${attack}`, () => {
      for (const [name, sample] of Object.entries(everySample)) {
        const html = render(sample, attack);
        expect(skeleton(html), name).to.deep.equal(skeleton(render(sample, 'x')));
        expect(html, name).to.not.match(/<script>|<img src=x|<svg onload/);
        for (const address of addresses(html)) expect(address, name).to.match(/^$|^\/(?!\/)/);
      }
    });
  }

  it('is shown as it was typed', () => {
    for (const attack of attacks) {
      const html = views.page(
        'loggedOut',
        { locale: 'en', service: attack, client: null, development: false },
        { clientName: attack },
      );
      expect(visibleText(parseHtml(html))).to.include(`You have left ${attack}.`);
    }
  });

  it('in a language tag is no language', () => {
    const html = views.page(
      'loggedOut',
      { locale: '"><script>', service: 'x', client: null, development: false },
      { clientName: null },
    );
    expect(html).to.include('<html lang="en" dir="ltr">');
  });
});

describe('addresses an application registered', () => {
  it('are linked only over https, and in development on loopback', () => {
    expect(clientLink('https://a.example/x', false)).to.equal('https://a.example/x');
    expect(clientLink('http://localhost:3001/x', true)).to.equal('http://localhost:3001/x');
    for (const url of ['http://localhost:3001/x', 'http://a.example/x']) expect(clientLink(url, false)).to.equal(null);
    expect(clientLink('http://a.example/x', true)).to.equal(null);
  });

  it('are left out when they would run, read or mislead', () => {
    const hostile = ['javascript:alert(1)', ' JavaScript:alert(1)', 'java\nscript:alert(1)', 'data:image/svg+xml,x'];
    const misleading = ['https://bank.example@evil.example/', '//evil.example/x', '/x', 'x', ''];
    for (const url of [...hostile, ...misleading]) expect(clientLink(url, true), url).to.equal(null);
  });

  it('cannot leave their attribute', () => {
    const attack = "https://a.example/\"><script>alert(1)</script>?'x' onload=alert(1)";
    const page = (url: string): string =>
      views.page(
        'loggedOut',
        {
          locale: 'en',
          service: 'x',
          client: {
            name: 'x',
            logoUri: url,
            clientUri: url,
            policyUri: url,
            tosUri: url,
            accent: url,
            heading: url,
            intro: url,
          },
          development: false,
        },
        { clientName: null },
      );
    expect(skeleton(page(attack))).to.deep.equal(skeleton(page('https://a.example/x')));
    expect(addresses(page(attack)).filter((address) => address.startsWith('https://a.example/'))).to.have.length(4);
  });
});
