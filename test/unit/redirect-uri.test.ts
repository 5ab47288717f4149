import { expect } from 'chai';
import { formActionSource, type RedirectUriFault, redirectUriFault } from '../../src/domain/redirect-uri.ts';

type Fault = RedirectUriFault | null;

/** URI, what is wrong for a web client, what is wrong for a native one. */
const both: Readonly<Record<string, readonly (readonly [string, Fault, Fault?])[]>> = {
  'good ones': [
    ['https://app.example/callback', null],
    ['https://app.example', null],
    ['https://app.example/', null],
    ['https://app.example/cb?tenant=1&x=%2Fhome', null],
    ['https://sub.app.example:8443/a/b.c/..d/e..', null],
    ['https://xn--bcher-kva.example/cb', null],
    ['https://192.0.2.1/cb', null],
    ['https://[2001:db8::1]:8443/cb', null],
    ['https://app.example/cb;version=1', null],
    ['HTTPS://app.example/cb', null],
    ['http://localhost:3001/callback', null],
    ['http://LOCALHOST/cb', null],
    ['http://127.0.0.1:49152/', null],
    ['http://[::1]:49152/cb', null],
    ['http://[::1]', null],
  ],
  'private-use schemes, for native clients with a dot in them (RFC 8252 §7.1)': [
    ['com.example.app:/oauth/callback', 'scheme_not_allowed', null],
    ['com.example.app:callback', 'scheme_not_allowed', null],
    ['COM.Example.App:/cb', 'scheme_not_allowed', null],
    ['com.example-2.app+x://cb', 'scheme_not_allowed', null],
    ['myapp:/cb', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['myapp://cb', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['mailto:a@example.com', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['tel:+1', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['intent:x', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['urn:ietf:wg:oauth:2.0:oob', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['ftp://app.example/cb', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['filesystem:https://app.example/x', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['com.:/cb', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['com..app:/cb', 'scheme_not_allowed', 'scheme_not_private_use'],
    ['com.example.app://user@cb', 'userinfo'],
    ['com.example.app2://@cb', 'userinfo'],
    ['com.example.app:/../cb', 'dot_segment'],
    ['com.example.app:..', 'dot_segment'],
    ['com.example.app:/cb#x', 'fragment'],
  ],
  'schemes that execute or read (R-62)': [
    ['javascript:alert(1)', 'scheme_not_allowed'],
    ['JavaScript:alert(1)', 'scheme_not_allowed'],
    ['javascript://app.example/%0aalert(1)', 'scheme_not_allowed'],
    ['data:text/html,x', 'scheme_not_allowed'],
    ['vbscript:x', 'scheme_not_allowed'],
    ['file:///etc/passwd', 'scheme_not_allowed'],
    ['blob:https://app.example/1', 'scheme_not_allowed'],
    ['about:blank', 'scheme_not_allowed'],
    ['view-source:https://app.example', 'scheme_not_allowed'],
    ['ws://app.example/cb', 'scheme_not_allowed'],
    ['wss://app.example/cb', 'scheme_not_allowed'],
  ],
  'http that leaves the machine': [
    ['http://app.example/cb', 'http_outside_loopback'],
    ['http://localhost.app.example/cb', 'http_outside_loopback'],
    ['http://localhost./cb', 'http_outside_loopback'],
    ['http://notlocalhost/cb', 'http_outside_loopback'],
    ['http://127.0.0.1.app.example/cb', 'http_outside_loopback'],
    ['http://127.0.0.2/cb', 'http_outside_loopback'],
    ['http://0.0.0.0/cb', 'http_outside_loopback'],
    ['http://[::]/cb', 'http_outside_loopback'],
    ['http://192.168.0.1/cb', 'http_outside_loopback'],
    ['http://[::ffff:127.0.0.1]/cb', 'http_outside_loopback'],
  ],
  'wildcards, fragments, user information (CVE-2023-6291, CVE-2024-8883)': [
    ['https://*.app.example/cb', 'wildcard'],
    ['https://app.example/*', 'wildcard'],
    ['*', 'wildcard'],
    ['https://app.example/cb?x=*', 'wildcard'],
    ['https://app.example/cb#', 'fragment'],
    ['https://app.example/cb#x', 'fragment'],
    ['https://user@app.example/cb', 'userinfo'],
    ['https://user:pw@app.example/cb', 'userinfo'],
    ['https://:pw@app.example/cb', 'userinfo'],
    ['https://@app.example/cb', 'userinfo'],
    ['https://app.example:80@evil.example/cb', 'userinfo'],
    ['http://localhost@evil.example/cb', 'userinfo'],
    ['http://127.0.0.1:3000%2f@evil.example/cb', 'userinfo'],
  ],
  'backslashes, white space, control characters (CVE-2022-3782)': [
    ['https://app.example\\@evil.example/cb', 'backslash_or_control'],
    ['https:\\\\app.example\\cb', 'backslash_or_control'],
    ['https://app.example/a\\..\\b', 'backslash_or_control'],
    [' https://app.example/cb', 'backslash_or_control'],
    ['https://app.example/cb ', 'backslash_or_control'],
    ['https://app.example/a b', 'backslash_or_control'],
    ['https://app.example/cb\t', 'backslash_or_control'],
    ['java\tscript:alert(1)', 'backslash_or_control'],
    ['https://app.example/cb\r\nSet-Cookie: a=1', 'backslash_or_control'],
    ['https://app.example/\u0000', 'backslash_or_control'],
    ['\u0001javascript:alert(1)', 'backslash_or_control'],
    ['https://app.example/\u007f', 'backslash_or_control'],
    ['https://app.example/\u00a0', 'backslash_or_control'],
    ['https://app.example/\u2028', 'backslash_or_control'],
    ['\ufeffhttps://app.example/cb', 'backslash_or_control'],
  ],
  'dot segments, plain, encoded or with path parameters (CVE-2024-1132)': [
    ['https://app.example/cb/..', 'dot_segment'],
    ['https://app.example/cb/../admin', 'dot_segment'],
    ['https://app.example/./cb', 'dot_segment'],
    ['https://app.example/cb/.', 'dot_segment'],
    ['https://app.example/cb/%2e%2e/admin', 'dot_segment'],
    ['https://app.example/cb/%2E./admin', 'dot_segment'],
    ['https://app.example/cb/.%2e', 'dot_segment'],
    ['https://app.example/cb/%2e', 'dot_segment'],
    ['https://app.example/cb/..?x', 'dot_segment'],
    ['https://app.example/cb/..;/admin', 'dot_segment'],
    ['https://app.example/cb/..%2fadmin', 'dot_segment'],
    ['https://app.example/cb%2f..%2fadmin', 'dot_segment'],
    ['https://app.example/cb%5c..%5cadmin', 'dot_segment'],
    ['https://../cb', 'dot_segment'],
  ],
  'what parsers read differently': [
    ['', 'not_a_uri'],
    ['/cb', 'not_a_uri'],
    ['//app.example/cb', 'not_a_uri'],
    ['app.example/cb', 'not_a_uri'],
    ['https:', 'not_a_uri'],
    ['https://', 'not_a_uri'],
    ['https:///app.example/cb', 'not_a_uri'],
    ['https:/app.example/cb', 'not_a_uri'],
    ['https:app.example/cb', 'not_a_uri'],
    ['https:@app.example/cb', 'not_a_uri'],
    ['https:app.example@evil.example/cb', 'userinfo'],
    ['http:localhost/cb', 'not_a_uri'],
    ['https://app.example:99999/cb', 'not_a_uri'],
    ['https://%61pp.example/cb', 'not_a_uri'],
    ['https://app.example;x/cb', 'not_a_uri'],
    ['https://app.example,x/cb', 'not_a_uri'],
    ["https://app.example'x/cb", 'not_a_uri'],
    ['https://[::1/cb', 'not_a_uri'],
    ['https://\u0430pp.example/cb', 'not_a_uri'],
    ['https://app。example/cb', 'not_a_uri'],
    ['https://app.example\u200b/cb', 'not_a_uri'],
    ['https://app.example/\u202ecb', 'not_a_uri'],
    ['https://app.example/"><script>', 'not_a_uri'],
    ['https://app.example/{x}', 'not_a_uri'],
  ],
};

describe('redirect URIs: what may be registered (R-68, R-36)', () => {
  for (const [kind, cases] of Object.entries(both)) {
    describe(kind, () => {
      for (const [uri, web, native = web] of cases) {
        it(`${JSON.stringify(uri)}: ${web ?? 'fine'}${native === web ? '' : `, native: ${native ?? 'fine'}`}`, () => {
          expect(redirectUriFault(uri, false), 'web').to.equal(web);
          expect(redirectUriFault(uri, true), 'native').to.equal(native);
        });
      }
    });
  }

  it('may have 2,048 characters', () => {
    const ofLength = (length: number): string => 'https://app.example/'.padEnd(length, 'x');
    expect(redirectUriFault(ofLength(2048), false)).to.equal(null);
    expect(redirectUriFault(ofLength(2049), false)).to.equal('too_long');
  });
});

describe('redirect URIs: what form-action has to list (wish 23)', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['https://app.example/callback?x=1', 'https://app.example'],
    ['https://App.Example:443/cb', 'https://app.example'],
    ['https://app.example:8443/cb', 'https://app.example:8443'],
    ['http://localhost:3001/callback', 'http://localhost:3001'],
    ['http://127.0.0.1:49152/', 'http://127.0.0.1:49152'],
    ['com.example.app:/cb', 'com.example.app:'],
    ['COM.example.app://cb', 'com.example.app:'],
    // Browsers ignore an IPv6 host in a source list (w3c/webappsec-csp#440).
    ['http://[::1]:49152/cb', 'http:'],
    ['not a uri', null],
    ['', null],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
  ];
  for (const [uri, source] of cases) {
    it(`of ${JSON.stringify(uri)} is ${source ?? 'nothing'}`, () => {
      expect(formActionSource(uri)).to.equal(source);
    });
  }

  it('never carries a character that ends a directive or a policy', () => {
    for (const character of ['; script-src *', ';sandbox', ',default-src', "'", '"', '`', '{', '$', '!', '(']) {
      for (const uri of [`https://app.example${character}/cb`, `com.example.app${character}:/cb`]) {
        expect(formActionSource(uri) ?? '', uri).to.match(/^[a-z0-9.:/-]*$/);
      }
    }
  });
});
