import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, type Suite, useServer, wrongCode } from '../support/journey.ts';
import type { Page } from '../support/page.ts';

const CALLBACK = 'https://staff.example.test/callback';
const staff = { clientId: 'staff', redirectUri: CALLBACK };

/** A page without what differs from visit to visit: ids, tokens, the address and the mark. */
const withoutNames = ({ html }: Page, address: string): string =>
  html
    .replaceAll(address.replace('@', '<wbr>@'), '')
    .replaceAll(address, '')
    .replace(/[\w-]{43}/g, '')
    .replace(/name="reference" value="[A-Z2-9]{2}"/, '')
    .replace(/Request [A-Z2-9]{2}/, '');

const headersOf = ({ headers }: Page): [string, string][] =>
  [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length', 'set-cookie'].includes(name));

/** Goes through every page a wrong guesser sees. */
async function guess(suite: Suite, browser: Browser, address: string, options = {}): Promise<Page[]> {
  const pages: Page[] = [];
  await suite.begin(browser, options);
  pages.push(await browser.submit('identifier-submit', { identifier: address }));
  pages.push(await browser.click('code-resend'));
  for (const code of ['000000', '111111', '222222', '333333', '444444']) pages.push(await enterCode(browser, code));
  return pages;
}

function expectSame(known: readonly Page[], unknown: readonly Page[], addresses: readonly [string, string]): void {
  expect(known.map(({ status }) => status)).to.deep.equal([200, 429, 422, 422, 422, 422, 422]);
  expect(unknown.map(({ status }) => status)).to.deep.equal(known.map(({ status }) => status));
  expect(unknown.map(headersOf)).to.deep.equal(known.map(headersOf));
  expect(unknown.map((page) => withoutNames(page, addresses[1]))).to.deep.equal(
    known.map((page) => withoutNames(page, addresses[0])),
  );
}

describe('journey: sign-up closed for one application', () => {
  const clients = [
    { id: 'staff', secret: 'staff-secret', redirectUris: [CALLBACK], signUp: 'closed', firstParty: true },
  ];
  const suite = useServer({ settings: { clients } });
  const visitor = (): Browser => suite.browser({ stopAt: [new URL(CALLBACK).origin, suite.server.application] });

  it('shows strangers the pages that people with an account see, and mails them nothing (R-24)', async () => {
    suite.freeze();
    const addresses = [suite.address(), suite.address()] as const;
    await suite.signIn(suite.browser(), addresses[0]);
    const [known, unknown] = [
      await guess(suite, visitor(), addresses[0], staff),
      await guess(suite, visitor(), addresses[1], staff),
    ];
    expectSame(known, unknown, addresses);
    expect(await suite.server.messages(addresses[0], 2)).to.have.length(2);
    await suite.delivered();
    expect(await suite.server.inbox(addresses[1])).to.have.length(0);
  });

  it('lets people with an account in, and makes none', async () => {
    const address = suite.address();
    const { tokens } = await suite.signIn(visitor(), address);
    const again = await suite.signIn(visitor(), address, staff);
    expect(again.tokens.claims()?.sub).to.equal(tokens.claims()?.sub);
  });

  it('knows a stranger who has signed up elsewhere in the meantime, from the next code on', async () => {
    const [browser, address] = [visitor(), suite.address()];
    const started = await suite.begin(browser, staff);
    await browser.submit('identifier-submit', { identifier: address });
    await suite.signIn(suite.browser(), address);
    await browser.click('code-change');
    const code = await suite.askForCode(browser, address);
    await enterCode(browser, code);
    expect((await suite.finish(browser, started, staff.clientId, CALLBACK)).tokens.claims()?.sub).to.be.a('string');
  });

  it('counts the messages it does not send like any others (R-15)', async () => {
    const address = suite.address();
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      const browser = visitor();
      await suite.begin(browser, staff);
      statuses.push((await browser.submit('identifier-submit', { identifier: address })).status);
    }
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429]);
  });
});

describe('journey: sign-up closed everywhere, open for one application', () => {
  const clients = [{ id: 'staff', secret: 'staff-secret', redirectUris: [CALLBACK], signUp: 'open', firstParty: true }];
  const suite = useServer({ settings: { clients }, env: { SIGN_UP: 'closed' } });
  const visitor = (): Browser => suite.browser({ stopAt: [new URL(CALLBACK).origin, suite.server.application] });

  it('makes accounts where it is open only', async () => {
    const [stranger, address] = [suite.address(), suite.address()];
    const { tokens } = await suite.signIn(visitor(), address, staff);
    const browser = visitor();
    const known = await suite.signIn(browser, address);
    expect(known.tokens.claims()?.sub).to.equal(tokens.claims()?.sub);

    const closed = visitor();
    await suite.begin(closed);
    await closed.submit('identifier-submit', { identifier: stranger });
    expect(closed.page.has('code')).to.equal(true);
    expect((await enterCode(closed, wrongCode('000000'))).alert).to.contain('4 tries left');
    await suite.delivered();
    expect(await suite.server.inbox(stranger)).to.have.length(0);
  });
});
