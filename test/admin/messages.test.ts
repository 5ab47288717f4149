import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { type SmtpSink, type SunkMessage, startSmtpSink } from '../support/smtp-sink.ts';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly to: string;
  readonly tries: number;
  readonly outcome: string | null;
}

const codeIn = ({ subject }: SunkMessage): string => /^\d{6}/.exec(subject)?.[0] ?? '';

describe('Admin API: messages', function () {
  this.timeout(30_000);
  let sink: SmtpSink;
  const suite = useServer(async () => {
    sink = await startSmtpSink();
    const env = {
      ...withAdmin,
      SMTP_URL: sink.url,
      DELIVERY_POLL_MILLISECONDS: '50',
      DELIVERY_RETRY_FIRST_SECONDS: '50',
    };
    return { env };
  });
  const administrator = createAdministrator(suite);
  after(() => sink.close());
  afterEach(() => sink.setMode('accept'));

  async function asked(address: string): Promise<Browser> {
    const browser = suite.browser();
    await suite.begin(browser);
    await browser.submit('identifier-submit', { identifier: address });
    return browser;
  }

  async function listed(path: string, body?: unknown): Promise<Shown[]> {
    const answer = await administrator.call(
      body === undefined ? 'GET' : 'POST',
      path,
      body === undefined ? {} : { body },
    );
    expect(answer.status, answer.text).to.equal(200);
    return answer.body.items as Shown[];
  }

  /** The newest message to an address, as soon as it is in a state. */
  async function messageTo(email: string, state: string): Promise<Shown> {
    for (;;) {
      const [message] = await listed('/messages/find', { email });
      if (message?.state === state) return message;
      await setImmediate();
    }
  }

  const act = (message: Shown, verb: 'retry' | 'drop') => administrator.call('POST', `/messages/${message.id}/${verb}`);

  it('that failed goes out when it is sent once more, with the same code, and somebody gets in by it', async () => {
    const address = suite.address();
    sink.setMode('reject');
    const browser = await asked(address);
    const failed = await messageTo(address, 'failed');
    expect(failed.outcome).to.contain('550');
    expect((await administrator.call('GET', `/messages/${failed.id}`)).body).to.include({
      may_retry: true,
      may_drop: false,
    });
    sink.setMode('accept');
    expect((await act(failed, 'retry')).body).to.include({ id: failed.id, state: 'queued' });
    await enterCode(browser, codeIn(await sink.waitFor(address)));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    const [event] = await suite.events({ type: 'message.retried' });
    expect(event).to.include({ actor: 'key:ADMIN_API_KEY', object: `message:${failed.id}`, clientId: 'demo' });
    expect(JSON.stringify(event)).not.to.contain(address);
    const again = await act(await messageTo(address, 'accepted'), 'retry');
    expect([again.status, again.body.error]).to.deep.equal([409, 'message_settled']);
  });

  it('that waits for a later try does not have to wait', async () => {
    const address = suite.address();
    sink.setMode('tempfail');
    await asked(address);
    const waiting = await messageTo(address, 'queued');
    sink.setMode('accept');
    const waits = async (): Promise<Shown> => {
      for (;;) {
        const [message] = await listed('/messages/find', { email: address });
        if (message?.state === 'queued' && message.tries > 0) return message;
        await setImmediate();
      }
    };
    expect((await act(waiting.tries > 0 ? waiting : await waits(), 'retry')).status).to.equal(200);
    expect(codeIn(await sink.waitFor(address))).to.match(/^\d{6}$/);
  });

  it('whose code was replaced is not sent any more', async () => {
    const address = suite.address();
    sink.setMode('reject');
    const browser = await asked(address);
    const failed = await messageTo(address, 'failed');
    await browser.click('code-change');
    const answer = await act(failed, 'retry');
    expect([answer.status, answer.body.error]).to.deep.equal([409, 'message_worthless']);
    expect((await administrator.call('GET', `/messages/${failed.id}`)).body).to.include({ may_retry: false });
  });

  it('that is given up never goes out', async () => {
    const address = suite.address();
    sink.setMode('tempfail');
    await asked(address);
    let waiting = await messageTo(address, 'queued');
    while (waiting.tries === 0) waiting = await messageTo(address, 'queued');
    expect((await act(waiting, 'drop')).body).to.include({ state: 'dropped' });
    const [event] = await suite.events({ type: 'message.dropped' });
    expect(event).to.include({ actor: 'key:ADMIN_API_KEY', object: `message:${waiting.id}` });
    expect((await act(waiting, 'drop')).body.error).to.equal('message_settled');
    await suite.delivered();
    expect(sink.messages.some(({ envelope }) => envelope.to.includes(address))).to.equal(false);
  });

  it('are listed newest first, narrowed and page by page, and say neither a code nor an address', async () => {
    const addresses = [suite.address(), suite.address(), suite.address()];
    for (const address of addresses) {
      await asked(address);
      await sink.waitFor(address);
    }
    await suite.delivered();
    const [newest, middle] = await listed('/messages?state=accepted&limit=2');
    const first = await administrator.call('GET', '/messages?state=accepted&limit=1');
    const second = await administrator.call('GET', `/messages?state=accepted&limit=1&cursor=${first.body.next_cursor}`);
    expect((first.body.items as Shown[])[0]?.id).to.equal(newest?.id);
    expect((second.body.items as Shown[])[0]?.id).to.equal(middle?.id);
    expect(await listed('/messages?channel=sms')).to.deep.equal([]);
    expect(await listed('/messages?client_id=nobody')).to.deep.equal([]);
    const all = (await administrator.call('GET', '/messages')).text;
    for (const address of addresses) expect(all).not.to.contain(address);
    for (const message of sink.messages) expect(all).not.to.contain(codeIn(message));
    expect(await listed('/messages/find', { email: addresses[1] })).to.have.length(1);
  });

  it('are read by whoever may read, changed by whoever may write, and refused when they are none', async () => {
    const created = await administrator.call('POST', '/keys', { body: { name: 'eyes', scope: 'read' } });
    const key = String(created.body.key);
    const address = suite.address();
    await asked(address);
    const message = await messageTo(address, 'accepted');
    expect((await administrator.call('GET', `/messages/${message.id}`, { key })).status).to.equal(200);
    for (const verb of ['retry', 'drop']) {
      expect((await administrator.call('POST', `/messages/${message.id}/${verb}`, { key })).status).to.equal(403);
      expect((await administrator.call('POST', `/messages/nothing/${verb}`)).status).to.equal(404);
    }
    expect((await administrator.call('GET', '/messages', { key: null })).status).to.equal(401);
    expect((await administrator.call('GET', '/messages?state=lost')).status).to.equal(400);
    expect((await administrator.call('GET', '/messages?cursor=x')).status).to.equal(400);
    expect((await administrator.call('POST', '/messages/find', { body: {} })).status).to.equal(400);
  });
});
