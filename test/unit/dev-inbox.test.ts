import { expect } from 'chai';
import { createDevInbox } from '../../src/adapters/dev-inbox/index.ts';
import type { OutgoingMessage } from '../../src/ports/sender.ts';

describe('dev inbox', () => {
  const message = (messageId: string, to: string): OutgoingMessage => ({
    messageId,
    to,
    notAfter: Date.UTC(2100, 0),
    senderName: 'Example',
    subject: 'subject',
    text: 'text',
    html: null,
    images: [],
    senderId: null,
    code: '123456',
    link: null,
  });

  it('keeps what would have been sent, newest first', async () => {
    let now = 0;
    const inbox = createDevInbox({ clock: { now: () => now } });
    const mail = inbox.sender('email');
    const sms = inbox.sender('sms');
    expect([mail.channel, sms.channel]).to.deep.equal(['email', 'sms']);
    expect(await mail.send(message('1', 'a@example.org'))).to.include({ outcome: 'accepted' });
    now = 1000;
    await sms.send(message('2', '+491701234567'));
    await mail.send(message('3', 'b@example.org'));
    expect(inbox.list().map(({ id }) => id)).to.deep.equal(['3', '2', '1']);
    expect(inbox.list('+491701234567')).to.deep.equal([
      {
        id: '2',
        to: '+491701234567',
        channel: 'sms',
        subject: 'subject',
        text: 'text',
        html: null,
        code: '123456',
        link: null,
        sentAt: '1970-01-01T00:00:01.000Z',
      },
    ]);
    expect(inbox.list('nobody@example.org')).to.deep.equal([]);
  });

  it('forgets the oldest beyond its capacity', async () => {
    const inbox = createDevInbox({ clock: { now: () => 0 }, capacity: 2 });
    for (const id of ['1', '2', '3']) await inbox.sender('email').send(message(id, 'a@example.org'));
    expect(inbox.list().map(({ id }) => id)).to.deep.equal(['3', '2']);
  });

  it('cannot be changed from outside', async () => {
    const inbox = createDevInbox({ clock: { now: () => 0 } });
    await inbox.sender('email').send(message('1', 'a@example.org'));
    inbox.list().pop();
    expect(inbox.list()).to.have.length(1);
  });
});
