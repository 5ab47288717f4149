import type { ShownMessage } from '../../src/ports/views/admin-messages.ts';
import type { ConsoleSample } from './console.ts';

const noWays = { first: null, next: '/admin/messages?cursor=x' };

const failed: ShownMessage = {
  id: 'k3Zb9xW9pLr2Tn6VdKs8Yh',
  href: '/admin/messages/k3Zb9xW9pLr2Tn6VdKs8Yh',
  state: 'failed',
  channel: 'email',
  to: 'a•••@e•••.org',
  kind: 'code',
  client: { label: 'northwind', href: '/admin/clients/northwind' },
  decoy: false,
  tries: 4,
  outcome: '550 5.1.1 no such mailbox',
  createdAt: '2026-03-12T12:34:56Z',
  notBefore: '2026-03-12T12:35:56Z',
  notAfter: '2026-03-12T12:44:56Z',
};
const find = { action: '/admin/messages', csrf: 'x' };
const states = ['queued', 'leased', 'accepted', 'failed', 'dropped'] as const;

/** What is sent, and how much of it. */
export const operationSamples: Readonly<Record<string, ConsoleSample>> = {
  messages: {
    page: 'messages/list',
    frame: { active: 'messages' },
    model: {
      messages: states.map((state) => ({
        ...failed,
        state,
        ...(state === 'leased' ? { channel: 'sms', to: '+49•••78', outcome: null } : {}),
        ...(state === 'accepted' ? { outcome: '250 queued' } : {}),
        ...(state === 'dropped' ? { outcome: 'challenge superseded' } : {}),
      })),
      find,
      filter: {},
      states,
      refusal: null,
      ways: noWays,
    },
  },
  'messages-to': {
    page: 'messages/list',
    frame: { active: 'messages' },
    model: {
      messages: [failed],
      find,
      filter: { state: 'failed', to: 'ada@example.org' },
      states,
      refusal: null,
      ways: { form: find, fields: { state: 'failed', to: 'ada@example.org' }, isFirst: false, cursor: 'x' },
    },
  },
  'messages-refusal': {
    page: 'messages/list',
    frame: { active: 'messages' },
    model: {
      messages: [],
      find,
      filter: { to: 'ada' },
      states,
      refusal: 'This is no whole address and no number with a country code.',
      ways: { first: null, next: null },
    },
  },
  message: {
    page: 'messages/one',
    frame: { active: 'messages' },
    model: { message: failed, retryHref: `${failed.href}/retry`, dropHref: `${failed.href}/drop`, done: null },
  },
  limits: {
    page: 'budgets/list',
    frame: { active: 'budgets' },
    model: {
      find: { action: '/admin/budgets', csrf: 'x' },
      asked: { q: 'ada@example.org' },
      problems: {},
      budgets: [
        {
          name: 'sends.identifier.0',
          about: 'Mails to this address',
          limit: 5,
          windowSeconds: 600,
          spent: 5,
          endsAt: '2026-03-12T12:44:56Z',
        },
        {
          name: 'failures.consecutive',
          about: 'Wrong codes for this address or number in a row',
          limit: 100,
          windowSeconds: 2_592_000,
          spent: 0,
          endsAt: null,
        },
      ],
      reset: { action: '/admin/budgets/reset', csrf: 'x' },
      done: null,
    },
  },
};
