import { expect } from 'chai';
import type { Store } from '../../src/ports/store.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';

const RIVALS = 20;

/** Lets nobody go on who reads a client of one id, until so many have. */
function createMeeting() {
  const waiting: (() => void)[] = [];
  let place: string | null = null;
  return {
    at(id: string): void {
      place = id;
    },
    wrap: (store: Store): Store => ({
      ...store,
      clients: {
        ...store.clients,
        async find(id) {
          const found = await store.clients.find(id);
          if (id !== place) return found;
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
            if (waiting.length < RIVALS) return;
            place = null;
            for (const go of waiting.splice(0)) go();
          });
          return found;
        },
      },
    }),
  };
}

describe('Admin API: administrators at the same client at the same time (R-69)', function () {
  this.timeout(30_000);
  const meeting = createMeeting();
  const suite = useServer({ env: withAdmin, overrides: { wrapStore: meeting.wrap } });
  const admin = createAdministrator(suite);

  async function make(): Promise<string> {
    const { body } = await admin.call('POST', '/clients', { body: { name: 'Ledger', type: 'machine' } });
    return (body as unknown as { client: { id: string } }).client.id;
  }
  /** Everybody has read before anybody writes. @returns how many were let through; all others were told of the conflict */
  async function together(id: string, act: (rival: number) => ReturnType<typeof admin.call>): Promise<number> {
    meeting.at(id);
    const answers = await Promise.all(Array.from({ length: RIVALS }, (_, rival) => act(rival)));
    const lost = answers.filter(({ body }) => body.error === 'version_conflict');
    expect(lost.every(({ status }) => status === 409)).to.equal(true);
    return answers.length - lost.length;
  }

  it('change it one at a time: who was slower is told, and changes nothing', async () => {
    const id = await make();
    const body = { version: 1 };
    const through = await together(id, (rival) =>
      admin.call('PATCH', `/clients/${id}`, { body: { ...body, name: `Ledger ${rival}` } }),
    );
    expect(through).to.equal(1);
    expect((await admin.call('GET', `/clients/${id}`)).body.version).to.equal(2);
    expect(await suite.events({ type: 'client.changed', clientId: id })).to.have.length(1);
  });

  it('make one new secret: none is shown to somebody that is not valid', async () => {
    const id = await make();
    expect(await together(id, () => admin.call('POST', `/clients/${id}/secret`, { body: {} }))).to.equal(1);
    expect((await admin.call('GET', `/clients/${id}`)).body.secrets).to.have.length(2);
  });
});
