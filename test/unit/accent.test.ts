import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { accentSheet, GROUNDS, shadesOf } from '../../src/adapters/views-eta/accent-sheet.ts';
import { accentOf, contrast, READABLE, shadesOn } from '../../src/domain/accent.ts';

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
const scheme = fc.constantFrom(GROUNDS.light, GROUNDS.dark);

describe('the accent of a client', () => {
  it('knows the contrast of colours (WCAG 2.2)', () => {
    expect(contrast('#000000', '#ffffff')).to.be.closeTo(21, 1e-9);
    expect(contrast('#777777', '#ffffff')).to.be.closeTo(4.478, 0.001);
    expect(contrast('#ffffff', '#777777')).to.equal(contrast('#777777', '#ffffff'));
  });

  it('can be read in both schemes: as a text on everything, and what stands on it (WCAG 2.2, 1.4.3)', () => {
    fc.assert(
      fc.property(colour, scheme, (wanted, ground) => {
        const { accent, hover, onAccent, tint, ...shades } = shadesOn(wanted, ground);
        for (const under of [...ground.under, ground.surface, tint]) {
          expect(contrast(accent, under), `${accent} on ${under}`).to.be.at.least(READABLE);
        }
        for (const filled of [accent, hover]) {
          expect(contrast(onAccent, filled), `${onAccent} on ${filled}`).to.be.at.least(READABLE);
        }
        for (const filled of [shades.fill, shades.fillHover]) {
          expect(contrast(shades.onFill, filled), `${shades.onFill} on ${filled}`).to.be.at.least(READABLE);
        }
        expect(contrast(shades.fill, ground.surface), 'seen as a button').to.be.at.least(1.4);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the colour itself where that can be read', () => {
    fc.assert(
      fc.property(colour, scheme, (wanted, ground) => {
        const { accent, tint } = shadesOn(wanted, ground);
        const readable = [...ground.under, ground.surface, tint, ground.onAccent].every(
          (other) => contrast(wanted, other) >= READABLE,
        );
        expect(accent === wanted).to.equal(readable);
      }),
      { numRuns: 1000 },
    );
    expect(shadesOf('#0d6b54')?.light.accent).to.equal('#0d6b54');
    // Buttons may be of a colour in which nothing could be written.
    expect(shadesOf('#ffcc00')?.light).to.include({ fill: '#ffcc00', onFill: '#111111' });
    expect(shadesOf('#ffffff')?.light.fill).not.to.equal('#ffffff');
  });

  it('has an ink on it that can be read, whatever it is, also in mails', () => {
    fc.assert(
      fc.property(colour, (fill) => {
        const accent = accentOf(fill);
        expect(contrast(accent?.ink ?? fill, fill)).to.be.at.least(READABLE);
      }),
      { numRuns: 2000 },
    );
  });

  it('is nothing but a colour, or none (R-61)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^#[0-9a-f]{6}$/i.test(text));
        expect([accentOf(text), shadesOf(text), accentSheet(text)]).to.deep.equal([null, null, null]);
      }),
    );
  });

  it('stands on the grounds that the pages have', () => {
    const css = readFileSync(new URL('../../views/public/tokens.css', import.meta.url), 'utf8');
    const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');
    for (const [part, { surface, under }] of [
      [light, GROUNDS.light],
      [dark, GROUNDS.dark],
    ] as const) {
      const colourOf = (name: string) =>
        new RegExp(`--${name}: (#[0-9a-f]+)`).exec(part)?.[1]?.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');
      expect([surface, ...under].sort()).to.deep.equal(['surface', 'ground', 'sunken'].map(colourOf).sort());
    }
  });
});
