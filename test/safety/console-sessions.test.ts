import { expect } from 'chai';
import { createClock, createRandom } from '../../src/adapters/system/index.ts';
import { createVault } from '../../src/services/vault.ts';
import { accountWith } from '../support/account.ts';
import type { Browser } from '../support/browser.ts';
import { invited, openConsole, signInAs } from '../support/console.ts';
import { useServer } from '../support/journey.ts';
import { TEST_SECRET } from '../support/server.ts';
import { send } from '../support/wire.ts';

const OTHER_SECRET = 'n0tTheSecretOfThatServer-YhGf4JmCc5AeUu0RoPiXtBw';
const NAME = 'console';

type Jar = Readonly<Record<string, string>>;

describe('safety: what the cookie of the console is worth', function () {
  this.timeout(30_000);
  const suite = useServer();
  const administrators = () => suite.server.server.store.administrators;

  const jarOf = (browser: Browser): Jar =>
    Object.fromEntries(browser.cookies(suite.server.issuer).map(({ name, value }) => [name, value]));

  /** Whether the console is open to these cookies. */
  async function isOpen(jar: Jar, path = '/admin'): Promise<boolean> {
    const cookie = Object.entries(jar)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const { status, headers } = await send({
      method: 'GET',
      url: new URL(path, suite.server.issuer),
      headers: { cookie },
      body: null,
    });
    expect(status === 200 || (status === 303 && headers.location?.startsWith('/auth?')), `${status}`).to.equal(true);
    return status === 200;
  }

  it('is nothing without the session it began in, and nothing in that of somebody else', async () => {
    const [one, other] = [await signInAs(suite, 'owner'), await signInAs(suite, 'owner')];
    const [own, theirs] = [jarOf(one.browser), jarOf(other.browser)];
    expect(await isOpen(own)).to.equal(true);
    expect(await isOpen({ [NAME]: own[NAME] ?? '' })).to.equal(false);
    expect(await isOpen({ ...theirs, [NAME]: own[NAME] ?? '' })).to.equal(false);
    const again = suite.browser();
    await openConsole(suite, again, one.address);
    expect(await isOpen({ ...jarOf(again), [NAME]: own[NAME] ?? '' }), 'another session of the same person').to.equal(
      false,
    );
  });

  it('is nothing when it was made or changed by somebody else', async () => {
    const { browser, address } = await signInAs(suite, 'owner');
    const own = jarOf(browser);
    const { id } = await accountWith(suite, address);
    const [session] = await suite.server.server.store.artifacts.listByAccount(
      'SessionLife',
      id,
      createClock().now(),
      1,
    );
    const now = createClock().now();
    const open = { accountId: id, sessionId: session?.id, since: now, usedAt: now };
    const pass = JSON.stringify({ nonce: 'nonce', askedAt: null, open });
    const made = (secret: string, context: string) => createVault([secret], createRandom()).seal(pass, context);
    expect(await isOpen({ ...own, [NAME]: made(TEST_SECRET, 'console-pass') }), 'by this server').to.equal(true);
    for (const [what, forged] of Object.entries({
      'another SECRET': made(OTHER_SECRET, 'console-pass'),
      'what is sealed for something else': made(TEST_SECRET, 'console-return:nonce'),
      'not sealed': pass,
      'cut off': own[NAME]?.slice(0, -2) ?? '',
      nothing: '',
      'too much': 'x'.repeat(3000),
    })) {
      expect(await isOpen({ ...own, [NAME]: forged }), what).to.equal(false);
    }
  });

  it('is not brought back by an older one: its hours count from when it was opened', async () => {
    const time = suite.freeze();
    const { browser } = await signInAs(suite, 'owner');
    const own = jarOf(browser);
    time.advance(31 * 60_000);
    expect(await isOpen(own), 'idle').to.equal(false);
  });

  it('is worth what its holder is at that moment, in every browser of theirs', async () => {
    const { browser, address } = await signInAs(suite, 'owner');
    const second = suite.browser();
    await openConsole(suite, second, address);
    await invited(suite, 'owner');
    const place = `${suite.server.issuer}/admin/administrators`;
    const statuses = async (): Promise<number[]> => [
      (await browser.get(place)).status,
      (await second.get(place)).status,
    ];
    expect(await statuses()).to.deep.equal([200, 200]);
    const one = await administrators().find(address);
    if (one === null) throw new Error('nobody');
    await administrators().setRole({ ...one, role: 'viewer' }, { othersOwn: true });
    expect(await statuses()).to.deep.equal([403, 403]);
    expect((await browser.get(`${suite.server.issuer}/admin`)).status).to.equal(200);
    await administrators().remove(address, { othersOwn: true });
    expect((await browser.get(`${suite.server.issuer}/admin`)).status).to.equal(403);
    expect(browser.page.text).to.include('Not for this account');
  });

  it('opens nothing for whoever has only got hold of the way back', async () => {
    const { email } = await invited(suite, 'owner');
    const victim = suite.browser();
    await victim.get(`${suite.server.issuer}/admin`);
    const state = victim.history.find(({ url }) => url.pathname === '/auth')?.url.searchParams.get('state') ?? '';
    await openConsole(suite, victim, email);
    const { code } = Object.fromEntries(
      victim.history.find(({ url }) => url.pathname === '/admin/signed-in')?.url.searchParams ?? [],
    );
    expect(code).to.be.a('string');
    const thief = suite.browser();
    await thief.get(`${suite.server.issuer}/admin/signed-in?${new URLSearchParams({ state, code: code ?? '' })}`);
    expect(thief.page.url.pathname).to.match(/^\/interaction\//);
    const exchanged = await fetch(`${suite.server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'countersign-admin',
        redirect_uri: `${suite.server.issuer}/admin/signed-in`,
        code: code ?? '',
        code_verifier: 'x'.repeat(43),
      }),
    });
    expect(exchanged.status, 'its code is nobody’s').to.equal(400);
  });
});
