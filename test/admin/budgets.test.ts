import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';
import type { Page } from '../support/page.ts';

interface Budget {
  readonly name: string;
  readonly limit: number;
  readonly window_seconds: number;
  readonly spent: number;
  readonly ends_at: number | null;
}

describe('Admin API: budgets', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const administrator = createAdministrator(suite);

  async function asks(address: string, browser: Browser = suite.browser()): Promise<Page> {
    await suite.begin(browser);
    return browser.submit('identifier-submit', { identifier: address });
  }

  async function budgetsOf(subject: object): Promise<readonly Budget[]> {
    const { status, text, body } = await administrator.call('POST', '/budgets/find', { body: subject });
    expect(status, text).to.equal(200);
    return body.budgets as Budget[];
  }

  const named = async (subject: object, name: string): Promise<Budget> => {
    const budget = (await budgetsOf(subject)).find((one) => one.name === name);
    if (budget === undefined) throw new Error(`no budget ${name}`);
    return budget;
  };

  const reset = (subject: object, name: string) =>
    administrator.call('POST', '/budgets/reset', { body: { ...subject, name } });

  it('that somebody has spent is seen, and somebody is let in again after a reset', async () => {
    const time = suite.freeze();
    const email = suite.address();
    for (let turn = 0; turn < 5; turn += 1) await asks(email);
    expect((await asks(email)).status).to.equal(429);
    const [refused] = await suite.events({ type: 'budget.refused' });
    const spent = await named({ email: email.toUpperCase() }, String(refused?.reason));
    expect(spent).to.include({ name: 'sends.identifier.0', limit: 5, window_seconds: 600, spent: 5 });
    expect(spent.ends_at).to.equal(time.now() + 600_000);
    const answer = await reset({ email }, spent.name);
    expect(answer.status, answer.text).to.equal(200);
    expect(await named({ email }, spent.name)).to.include({ spent: 0, ends_at: null });
    expect((await named({ email }, 'sends.identifier.1')).spent, 'that of the day stays').to.equal(5);
    const browser = suite.browser();
    await asks(email, browser);
    await enterCode(browser, await suite.server.code(email, 6));
    expect(browser.stoppedAt, 'signed in').not.to.equal(null);
    const [event] = await suite.events({ type: 'budget.reset' });
    expect(event).to.deep.include({
      actor: 'key:ADMIN_API_KEY',
      object: 'budget:sends.identifier.0',
      changes: [{ field: 'spent', before: '5', after: '0' }],
    });
    expect(event?.identifier).to.match(/^a•••@/);
    expect(JSON.stringify(event)).not.to.contain(email);
  });

  it('of wrong codes lets the right one through again', async () => {
    const email = suite.address();
    const browser = suite.browser();
    for (let turn = 0; turn < 2; turn += 1) {
      await suite.begin(browser);
      const code = await suite.askForCode(browser, email);
      for (let guess = 1; guess <= 5; guess += 1) await enterCode(browser, wrongCode(code, guess));
    }
    expect(await named({ email }, 'failures.identifier.0')).to.include({ limit: 10, spent: 10 });
    await suite.begin(browser);
    const code = await suite.askForCode(browser, email);
    expect((await enterCode(browser, code)).status).to.equal(429);
    expect((await reset({ email }, 'failures.identifier.0')).status).to.equal(200);
    await enterCode(browser, code);
    expect(browser.stoppedAt, 'signed in').not.to.equal(null);
  });

  it('of networks, clients, accounts and numbers have names of their own', async () => {
    const names = async (subject: object) => (await budgetsOf(subject)).map(({ name }) => name);
    expect(await names({ network: '192.0.2.7' })).to.deep.equal([
      'sends.network.0',
      'interactions.network.0',
      'callers.network.0',
      'registrations.network.0',
    ]);
    expect(await names({ client_id: 'demo' })).to.deep.equal(['sends.client.0', 'sends.client.1', 'failures.client.0']);
    expect(await names({ account_id: 'somebody' })).to.deep.equal(['notices.account.0']);
    expect(await names({ phone_number: '+4915112345678' })).to.include.members([
      'sends.number.0',
      'sms.unanswered.0',
      'sms.prefix.0',
      'sms.country.0',
      'failures.consecutive',
    ]);
  });

  it('of a network are found by any address of it', async () => {
    const [one, other] = ['2001:db8:7:8::1', '2001:db8:7:8:aaaa::9'];
    await suite.begin(suite.browser({ ip: one }));
    for (const network of [one, other, '2001:db8:7:8::/64']) {
      expect((await named({ network }, 'interactions.network.0')).spent, network).to.equal(1);
    }
    expect((await named({ network: '2001:db8:7:9::1' }, 'interactions.network.0')).spent).to.equal(0);
  });

  it('are refused where there are none, and where nobody or two are meant', async () => {
    const email = suite.address();
    expect((await reset({ email }, 'sends.network.0')).status).to.equal(404);
    for (const body of [{}, { email, client_id: 'demo' }, { network: 'nowhere' }, { email, more: 1 }]) {
      expect((await administrator.call('POST', '/budgets/find', { body })).status, JSON.stringify(body)).to.equal(400);
    }
    const created = await administrator.call('POST', '/keys', { body: { name: 'eyes', scope: 'read' } });
    const key = String(created.body.key);
    expect((await administrator.call('POST', '/budgets/find', { key, body: { email } })).status).to.equal(200);
    const body = { email, name: 'sends.identifier.0' };
    expect((await administrator.call('POST', '/budgets/reset', { key, body })).status).to.equal(403);
  });
});
