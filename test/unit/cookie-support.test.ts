import { expect } from 'chai';
import { freezeTime } from '../support/clock.ts';
import { createCookieJar } from '../support/cookie-jar.ts';

const SAFE = { crossSite: false, safeMethod: true };
const at = (url: string): URL => new URL(url);

describe('support: the cookie jar', () => {
  it('sends a cookie below its path only, longer paths first', () => {
    const jar = createCookieJar();
    jar.store(at('http://localhost/interaction/one'), ['wide=1; Path=/', 'deep=1; path=/interaction/one', 'near=1']);
    expect(jar.header(at('http://localhost/interaction/one/code'), SAFE)).to.equal('deep=1; near=1; wide=1');
    expect(jar.header(at('http://localhost/interaction/onetwo'), SAFE)).to.equal('near=1; wide=1');
    expect(jar.header(at('http://localhost/auth'), SAFE)).to.equal('wide=1');
  });

  it('keeps hosts apart, but not the ports of a host', () => {
    const jar = createCookieJar();
    jar.store(at('https://id.example.com/'), ['own=1', 'all=1; Domain=.example.com', 'foreign=1; Domain=other.com']);
    expect(jar.header(at('https://id.example.com:8443/'), SAFE)).to.equal('own=1; all=1');
    expect(jar.header(at('https://app.example.com/'), SAFE)).to.equal('all=1');
    expect(jar.header(at('https://notexample.com/'), SAFE)).to.equal(null);
  });

  it('forgets what has expired, on the moved clock too', () => {
    const time = freezeTime(1_800_000_000_000);
    try {
      const jar = createCookieJar();
      jar.store(at('http://localhost/'), [
        'a=1; Max-Age=60',
        `b=1; Expires=${new Date(time.now() + 120_000).toUTCString()}`,
      ]);
      time.advance(60_000);
      expect(jar.header(at('http://localhost/'), SAFE)).to.equal('b=1');
      jar.store(at('http://localhost/'), ['b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
      expect(jar.list()).to.deep.equal([]);
    } finally {
      time.restore();
    }
  });

  it('takes Secure cookies over https and on loopback, nowhere else', () => {
    const jar = createCookieJar();
    for (const url of ['https://a.example/', 'http://localhost/', 'http://127.0.0.1:3000/', 'http://b.example/']) {
      jar.store(at(url), ['s=1; Secure']);
    }
    expect(jar.list().map(({ domain }) => domain)).to.deep.equal(['a.example', 'localhost', '127.0.0.1']);
    expect(jar.header(at('http://a.example/'), SAFE)).to.equal(null);
  });

  it('holds the name prefixes to their promise', () => {
    const jar = createCookieJar();
    jar.store(at('https://a.example/x/y'), [
      '__Host-ok=1; Secure; Path=/',
      '__Host-path=1; Secure; Path=/x',
      '__Host-nopath=1; Secure',
      '__Host-open=1; Path=/',
      '__Host-domain=1; Secure; Path=/; Domain=a.example',
      '__Secure-open=1',
    ]);
    expect(jar.list().map(({ name }) => name)).to.deep.equal(['__Host-ok']);
  });

  it('holds SameSite cookies back from other sites', () => {
    const jar = createCookieJar();
    const url = at('https://a.example/');
    jar.store(url, [
      's=1; SameSite=Strict',
      'l=1; SameSite=Lax',
      'd=1',
      'n=1; SameSite=None; Secure',
      'x=1; SameSite=None',
    ]);
    expect(jar.header(url, SAFE)).to.equal('s=1; l=1; d=1; n=1');
    expect(jar.header(url, { crossSite: true, safeMethod: true })).to.equal('l=1; d=1; n=1');
    expect(jar.header(url, { crossSite: true, safeMethod: false })).to.equal('n=1');
  });

  it('drops what browsers drop: too long, nameless or with control characters', () => {
    const jar = createCookieJar();
    jar.store(at('http://localhost/'), [
      `long=${'x'.repeat(4093)}`,
      '=1',
      'nothing',
      'c=\u00011',
      `ok=${'x'.repeat(4094)}`,
    ]);
    expect(jar.list().map(({ name }) => name)).to.deep.equal(['ok']);
  });

  it('copies itself', () => {
    const jar = createCookieJar();
    jar.store(at('http://localhost/'), ['a=1; HttpOnly']);
    const copy = jar.copy();
    jar.store(at('http://localhost/'), ['a=2']);
    expect(copy.list()).to.have.length(1);
    expect(copy.list()[0]).to.include({ value: '1', httpOnly: true });
  });
});
