import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { dayOf } from '../../../src/domain/tally.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { useServer } from '../../support/journey.ts';

describe('console: the overview', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withOwner });

  /** Waits until something has been counted so often: nobody waits for it but tests. */
  async function counted(metric: string, wanted: number): Promise<void> {
    const today = dayOf(Date.now());
    for (;;) {
      const tallies = await suite.server.server.store.events.tallies('all', today - 1, today + 1);
      if (tallies.some((tally) => tally.metric === metric && tally.count >= wanted)) return;
      await setImmediate();
    }
  }

  it('counts what has happened, and leads on', async () => {
    for (let count = 0; count < 3; count += 1) await suite.signIn(suite.browser(), suite.address());
    const owner = await signInAsOwner(suite);
    await suite.events({ type: 'session.started' }, 4);
    await counted('sends', 4);
    const page = await owner.get(`${suite.server.issuer}/admin?days=7`);
    expect(page.status).to.equal(200);
    expect(page.text)
      .to.match(/Sign-ins 4 /)
      .and.to.match(/Messages sent 4 /);
    expect(page.text).to.match(/Demo 75% 3/);
    expect(page.text).to.match(/E-mail 100% 4/);
    expect(page.text).to.include('No text message was sent yet');
    const today = new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone: 'UTC',
    });
    expect(page.text).to.include(`${today.format(Date.now())} 4 `);
    expect(page.html.match(/data-band/g)).to.have.length(14);
  });

  it('is of a week, a month or a quarter, and of a month whatever else is asked for', async () => {
    const owner = await signInAsOwner(suite);
    const days = async (query: string) => {
      const page = await owner.get(`${suite.server.issuer}/admin${query}`);
      return (page.html.match(/data-band/g) ?? []).length / 2;
    };
    expect(await days('')).to.equal(30);
    expect(await days('?days=90')).to.equal(90);
    for (const other of ['?days=1000000', '?days=-1', '?days=7&days=30', '?days=constructor']) {
      expect(await days(other), other).to.equal(30);
    }
  });

  it('shows the first steps as long as nobody has registered an application, and to each what they may do', async () => {
    const owner = await signInAsOwner(suite);
    expect(owner.page.text).to.include('First steps').and.to.include('Register a client').and.to.include('Invite');
    const { browser } = await signInAs(suite, 'viewer');
    expect(browser.page.text).to.include('First steps').and.to.not.include('Register a client');
    const [some] = await suite.server.server.store.clients.list(null, 1);
    if (some === undefined) throw new Error('no client');
    const { clients } = suite.server.server.store;
    await clients.create({ ...some, id: 'somebodys', source: 'administrator', version: 1 });
    expect((await owner.get(`${suite.server.issuer}/admin`)).text).to.not.include('First steps');
  });
});
