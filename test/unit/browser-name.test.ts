import { expect } from 'chai';
import { browserName, describeBrowser, describedBrowser } from '../../src/domain/browser-name.ts';

const KNOWN: readonly (readonly [string, string])[] = [
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
    'Chrome on iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    'Samsung Internet on Android',
  ],
  ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
  [
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on ChromeOS',
  ],
  ['curl/8.14.1', 'Browser'],
  ['', 'Browser'],
];

describe('browser name: what a person recognises a sign-in by', () => {
  for (const [userAgent, said] of KNOWN) {
    it(`${said}: ${userAgent.slice(0, 60)}`, () => {
      expect(describeBrowser(browserName(userAgent))).to.equal(said);
    });
  }

  it('can be read again from the line that is kept', () => {
    for (const [userAgent] of KNOWN) {
      expect(describedBrowser(describeBrowser(browserName(userAgent)))).to.deep.equal(browserName(userAgent));
    }
  });

  it('says nothing that a header made up', () => {
    expect(browserName('<script>alert(1)</script> Firefox/1 on Mars')).to.deep.equal({
      browser: 'Firefox',
      system: null,
    });
  });

  it('takes no time with a hostile header (R-23)', () => {
    const started = performance.now();
    browserName(`Version/${'1.'.repeat(50_000)} ${'Safari '.repeat(10_000)}`);
    expect(performance.now() - started).to.be.below(50);
  });
});
