import { expect } from 'chai';
import { accountWith } from '../support/account.ts';
import type { Browser } from '../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../support/console.ts';
import { challengeOf, freshId, messageOf } from '../support/factories.ts';
import { attribute, descendants, parseHtml } from '../support/html-document.ts';
import { useServer } from '../support/journey.ts';

const NUMBER = '+4915112345678';

/** Searches of the console: where, by which button, in which field. */
const SEARCHES = [
  ['/admin/accounts', 'search-submit', 'q'],
  ['/admin/budgets', 'find', 'q'],
  ['/admin/messages', 'filter-submit', 'to'],
  ['/admin/events', 'filter-submit', 'account'],
] as const;

// Bug: what was searched for stood in the address, and with it in histories and in the logs of proxies.
describe('safety: what the console is asked for', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });
  let owner: Browser;
  let seen = 0;

  before(async () => {
    owner = await signInAsOwner(suite);
  });
  beforeEach(() => {
    seen = owner.history.length;
  });

  const go = (path: string) => owner.get(`${suite.server.issuer}${path}`);

  /** Every address that the browser was at, was sent to, or may be led to from here. */
  function addresses({ history, page }: Pick<Browser, 'history' | 'page'>): string[] {
    const hops = history.flatMap(({ url, location }) => [url.href, location ?? '']);
    const shown = [...descendants(parseHtml(page.html))].flatMap((element) =>
      ['href', 'src', 'action', 'formaction', 'content', 'cite', 'ping', 'data'].flatMap(
        (name) => attribute(element, name) ?? [],
      ),
    );
    // A form that is sent by GET carries its fields in the address.
    const sent = page.forms
      .filter(({ method }) => method === 'get')
      .flatMap(({ controls }) => controls.map(({ value }) => value ?? ''));
    return [...hops, ...shown, ...sent];
  }

  function expectUnsaid(
    text: string,
    where: string,
    tab = { history: owner.history.slice(seen), page: owner.page },
  ): void {
    const all = addresses(tab).map((address) => decodeURIComponent(address.replaceAll('+', ' ')).toLowerCase());
    const written = [text, text.split('@')[0] ?? text, text.replace(/^\+/, '')].map((one) => one.toLowerCase());
    for (const one of written) {
      expect(
        all.filter((address) => address.includes(one)),
        where,
      ).to.deep.equal([]);
    }
  }

  /** Somebody who has signed in, with two pages of messages. */
  async function somebody(): Promise<string> {
    const address = suite.address('private');
    await suite.signIn(suite.browser(), address);
    const now = Date.now();
    const messages = Array.from({ length: 27 }, () =>
      messageOf(challengeOf({ createdAt: now }), {
        id: freshId('message'),
        challengeId: null,
        template: 'notice',
        notice: { kind: 'identifier_added', identifier: 'a•••@e•••.org' },
        to: { channel: 'email', value: address },
        createdAt: now,
        notBefore: now + 600_000,
        notAfter: now + 3_600_000,
      }),
    );
    await suite.server.server.store.outbox.add(messages);
    return address;
  }

  it('stands in no address, whether it is known, unknown or nothing of the kind', async () => {
    const address = await somebody();
    for (const [path, button, field] of SEARCHES) {
      for (const typed of [address, ` ${address.toUpperCase()} `, 'unknown@example.org', NUMBER, 'half@']) {
        await go(path);
        await owner.submit(button, { [field]: typed });
        expectUnsaid(typed.trim(), `${path}: ${typed}`);
      }
    }
  });

  it('stands in none on the ways on from what was found', async () => {
    const address = await somebody();
    await go('/admin/accounts');
    await owner.submit('search-submit', { q: address });
    expect(owner.page.url.pathname).to.equal(`/admin/accounts/${(await accountWith(suite, address)).id}`);
    await go('/admin/messages');
    await owner.submit('filter-submit', { to: address, state: 'queued' });
    for (const id of ['next-page', 'first-page']) {
      await owner.click(id);
      expect(owner.page.value('to')).to.equal(address);
      expectUnsaid(address, id);
    }
    await go('/admin/budgets');
    await owner.submit('find', { q: address });
    await owner.click('reset-sends-identifier-0');
    expect(owner.page.textOf('done')).to.include('Forgotten');
    expectUnsaid(address, 'reset');
  });

  it('is not taken from a link, nor repeated', async () => {
    const address = await somebody();
    for (const [path, , field] of SEARCHES) {
      for (const typed of [address, NUMBER]) {
        const page = await go(`${path}?${new URLSearchParams({ [field]: typed })}`);
        expect([page.status, page.value(field === 'q' && path.endsWith('accounts') ? 'search' : field)]).to.deep.equal([
          400,
          '',
        ]);
        expect(page.text, path).to.include('is not taken from a link');
        expect(page.html, path).to.not.include(typed).and.to.not.include(encodeURIComponent(typed));
      }
    }
  });

  it('is not led back to by the sign-in that somebody with an old link comes through', async () => {
    for (const [path, , field] of SEARCHES) {
      const link = `${path}?${new URLSearchParams({ [field]: 'ada@example.org' })}`;
      const { browser } = await signInAs(suite, 'viewer', link);
      const { page, history } = browser;
      expect([page.status, page.url.pathname, page.url.search]).to.deep.equal([200, path, '']);
      // What somebody has opened themselves is theirs.
      const [opened, ...after] = history;
      expect(`${opened?.url.pathname}${opened?.url.search}`).to.equal(link);
      expectUnsaid('ada@example.org', path, { page, history: after });
      expect(decodeURIComponent(opened?.location ?? '')).to.not.include('ada@example.org');
    }
  });

  it('goes along with nothing else: what may stand in a link is there again after the sign-in', async () => {
    for (const kept of ['/admin/accounts?q=p***%40e***.org', '/admin/messages?state=failed&client=demo']) {
      const { browser } = await signInAs(suite, 'viewer', kept);
      expect(new URL(kept, suite.server.issuer).searchParams.toString()).to.equal(
        browser.page.url.searchParams.toString(),
      );
    }
  });
});
