import { expect } from 'chai';
import { createBrowser } from '../support/browser.ts';
import { useServer } from '../support/journey.ts';
import type { Page } from '../support/page.ts';
import { send } from '../support/wire.ts';

const SPA = 'https://spa.example.test';
const THREE_AN_HOUR = JSON.stringify([{ limit: 3, windowSeconds: 3600 }]);

/** Asks for a code from where the header says, until it is refused. @returns how many were sent */
async function sendsFrom(suite: ReturnType<typeof useServer>, forwardedFor: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const ip of forwardedFor) {
    const browser = createBrowser({ ip, stopAt: [suite.server.application] });
    await suite.begin(browser);
    statuses.push((await browser.submit('identifier-submit', { identifier: suite.address() })).status);
  }
  return statuses;
}

describe('safety: whose budget a request spends (R-16)', function () {
  this.timeout(20_000);

  describe('without trusted proxies', () => {
    const suite = useServer({ env: { TRUSTED_PROXIES: '', BUDGETS_SENDS_PER_NETWORK: THREE_AN_HOUR } });

    it('is the peer’s, whatever X-Forwarded-For says', async () => {
      const claims = ['198.51.100.1', '198.51.100.2', '2001:db8::1', '198.51.100.4', '127.0.0.1'];
      expect(await sendsFrom(suite, claims)).to.deep.equal([200, 200, 200, 429, 429]);
    });
  });

  describe('behind a trusted proxy', () => {
    const env = { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8', BUDGETS_SENDS_PER_NETWORK: THREE_AN_HOUR };
    const suite = useServer({ env });

    it('is that of the last address which is no proxy of ours; what stands before it is hearsay', async () => {
      const spoofed = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'].map(
        (claim) => `${claim}, 198.51.100.7, 10.1.2.3`,
      );
      expect(await sendsFrom(suite, spoofed)).to.deep.equal([200, 200, 200, 429]);
      expect(await sendsFrom(suite, ['198.51.100.8, 10.1.2.3'])).to.deep.equal([200]);
    });

    // Only the first 64 addresses were read, so that 64 invented ones hid the real one.
    it('cannot be moved by however many invented addresses', async () => {
      const invented = (claim: string) => `${`${claim}, `.repeat(200)}198.51.100.9, 10.1.2.3`;
      const claims = ['203.0.113.11', '203.0.113.12', '203.0.113.13', '203.0.113.14'];
      expect(await sendsFrom(suite, claims.map(invented))).to.deep.equal([200, 200, 200, 429]);
    });

    it('is one for an IPv6 /64, and one for all spellings of an IPv4 address', async () => {
      const same = ['2001:db8:1:2::1', '2001:DB8:1:2:ffff::2', '2001:db8:0001:0002:1:2:3:4', '2001:db8:1:2::99'];
      expect(await sendsFrom(suite, same)).to.deep.equal([200, 200, 200, 429]);
      expect(await sendsFrom(suite, ['2001:db8:1:3::1'])).to.deep.equal([200]);
      const mapped = ['192.0.2.9', '::ffff:192.0.2.9', '::FFFF:c000:209', '192.0.2.9'];
      expect(await sendsFrom(suite, mapped)).to.deep.equal([200, 200, 200, 429]);
    });

    it('is the proxy’s when the header holds no address', async () => {
      const nonsense = ['unknown', '203.0.113.300', '<script>', '_hidden, 10.1.2.3'];
      expect(await sendsFrom(suite, nonsense)).to.deep.equal([200, 200, 200, 429]);
    });
  });
});

describe('safety: how many sign-ins one network may begin (R-21)', function () {
  this.timeout(20_000);
  let saved: string[] = [];
  const suite = useServer({
    settings: { clients: [{ id: 'spa', type: 'spa', redirectUris: [`${SPA}/callback`] }] },
    env: { BUDGETS_INTERACTIONS_PER_NETWORK: JSON.stringify([{ limit: 3, windowSeconds: 60 }]) },
    overrides: {
      wrapStore: (store) => ({
        ...store,
        artifacts: {
          ...store.artifacts,
          save(artifact, options) {
            saved.push(artifact.model);
            return store.artifacts.save(artifact, options);
          },
        },
      }),
    },
  });
  beforeEach(() => {
    saved = [];
  });

  it('is bounded; the page says so, and other networks do not notice', async () => {
    const time = suite.freeze();
    const browser = suite.browser();
    const pages: Page[] = [];
    for (let visit = 0; visit < 5; visit += 1) {
      await suite.begin(browser);
      pages.push(browser.page);
    }
    expect(pages.map(({ status }) => status)).to.deep.equal([200, 200, 200, 429, 429]);
    const refused = pages.at(-1);
    expect(refused?.headers.get('retry-after')).to.equal('60');
    expect(refused?.headers.get('content-type')).to.match(/^text\/html/);
    await suite.begin(suite.browser());
    time.advance(60_000);
    await suite.begin(browser);
    expect(browser.page.has('identifier')).to.equal(true);
  });

  it('is told to programs in JSON', async () => {
    const { url } = await (await suite.party()).start();
    const headers = { accept: 'application/json', 'x-forwarded-for': '198.51.100.99' };
    const answers = [];
    for (let visit = 0; visit < 4; visit += 1) answers.push(await send({ method: 'GET', url, headers, body: null }));
    const [refused] = answers.slice(3);
    expect(refused?.status).to.equal(429);
    expect(JSON.parse(refused?.body ?? '')).to.include({ error: 'too_many_requests' });
  });

  it('counts every spelling of the endpoint and every method that writes', async () => {
    const { url } = await (await suite.party()).start();
    const paths = ['/auth', '/auth/', '/AUTH', '/Auth/', '/%61uth', '//auth', '/auth//', '/./auth'];
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const path of paths) {
        const target = new URL(`${suite.server.issuer}${path}${url.search}`);
        await send({ method, url: target, headers: { 'x-forwarded-for': '198.51.100.77' }, body: null });
      }
    }
    expect(saved.length).to.be.at.most(3);
  });

  it('cannot be got around by asking for no page and for one', async () => {
    const { url } = await (await suite.party()).start();
    for (const search of ['prompt=none&prompt=login', 'prompt=none%20login', 'prompt=login&prompt=none', 'prompt=']) {
      for (let visit = 0; visit < 5; visit += 1) {
        const target = new URL(`${url.href}&${search}`);
        await send({ method: 'GET', url: target, headers: { 'x-forwarded-for': '198.51.100.78' }, body: null });
      }
    }
    expect(saved.length).to.be.at.most(3);
  });

  // What asks for no page at the authorization endpoint was let through at the logout endpoint, too.
  it('holds at the logout endpoint, which writes a session for everybody', async () => {
    for (const search of ['', '?prompt=none', '?state=x']) {
      for (let visit = 0; visit < 5; visit += 1) {
        const target = new URL(`/session/end${search}`, suite.server.issuer);
        await send({ method: 'GET', url: target, headers: { 'x-forwarded-for': '198.51.100.76' }, body: null });
      }
    }
    expect(saved.length).to.be.at.most(3);
  });

  // A client without a secret is anybody, and could push requests without end.
  it('holds for requests that are pushed by nobody in particular', async () => {
    const { url } = await (await suite.party()).start({ client_id: 'spa', redirect_uri: `${SPA}/callback` });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '198.51.100.75' };
    const push = () =>
      send({
        method: 'POST',
        url: new URL('/request', suite.server.issuer),
        headers,
        body: new URLSearchParams(url.searchParams).toString(),
      });
    const answers = [await push(), await push(), await push(), await push()];
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 429]);
    expect(Number(answers[3]?.headers['retry-after'])).to.be.within(1, 60);
    expect(saved.length).to.equal(3);
  });

  // The engine saved a session that remembered nothing for every request with the cookie of one that had ended.
  it('is not undone by the cookie of a session that has ended', async () => {
    const browser = suite.browser();
    const party = await suite.party();
    await suite.signIn(browser, suite.address());
    const cookie = browser
      .cookies()
      .filter(({ name }) => name.startsWith('session'))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    await browser.get(`${suite.server.issuer}/session/end`);
    await browser.submit('logout-confirm');
    saved = [];
    const { url } = await party.start({ prompt: 'none' });
    const resume = new URL('/auth/nothing-here', suite.server.issuer);
    for (let visit = 0; visit < 5; visit += 1) {
      for (const target of [url, resume]) {
        await send({ method: 'GET', url: target, headers: { cookie, 'x-forwarded-for': '198.51.100.79' }, body: null });
      }
    }
    expect(saved).to.deep.equal([]);
  });
});
