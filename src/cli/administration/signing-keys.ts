import { type Command, EXIT } from '../command.ts';
import { type Column, moment, table } from '../table.ts';
import { at } from './admin-client.ts';
import { adminCommand, textIn } from './command.ts';

interface SigningKey {
  readonly id: string;
  readonly alg: string;
  readonly state: string;
  readonly created_at: number;
  readonly active_from: number;
  readonly retires_at: number | null;
  readonly removed_at: number | null;
  readonly withdrawn: boolean;
}

const COLUMNS: readonly Column<SigningKey>[] = [
  { heading: 'ID', text: ({ id }) => id },
  { heading: 'ALG', text: ({ alg }) => alg },
  { heading: 'STATE', text: ({ state, withdrawn }) => (withdrawn ? 'withdrawn' : state) },
  { heading: 'SIGNS FROM', text: ({ active_from }) => moment(active_from) },
  { heading: 'UNTIL', text: ({ retires_at }) => moment(retires_at) },
  { heading: 'PUBLISHED UNTIL', text: ({ removed_at }) => moment(removed_at) },
];

const list = adminCommand({
  name: 'keys list',
  summary: 'Lists the keys that tokens are signed by',
  details: ['By algorithm, in the order in which they sign.'],
  examples: ['countersign keys list'],
  async work({ admin, show, terminal }) {
    const answer = await admin.call<{ items: SigningKey[] }>('GET', '/signing-keys');
    show(answer, () => table(answer.items, COLUMNS, terminal.screen));
    return EXIT.ok;
  },
});

const rotate = adminCommand({
  name: 'keys rotate',
  summary: 'Replaces the keys that tokens are signed by',
  details: [
    'The new key is published at once and signs later, when everybody has had time to read it; the former one is published for as long as anything that it has signed can be valid. Nobody notices.',
    'With --immediately the former ones end at once, and with them everything that they have signed: for a key that somebody else may have.',
  ],
  options: {
    alg: { value: 'ALG', description: 'only the key of this algorithm: RS256, ES256, …' },
    immediately: { description: 'void everything that the former ones have signed' },
  },
  confirm: () => 'Replace the signing keys?',
  examples: ['countersign keys rotate --yes', 'countersign keys rotate --immediately --yes'],
  async work({ admin, values, show, terminal }) {
    const request = { alg: textIn(values, 'alg') ?? null, immediately: values.immediately === true };
    const answer = await admin.call<{ items: SigningKey[] }>('POST', '/signing-keys', request);
    show(answer, () => table(answer.items, COLUMNS, terminal.screen));
    return EXIT.ok;
  },
});

const retire = adminCommand({
  name: 'keys retire',
  summary: 'Withdraws a key that does not sign',
  details: ['It is not published any more, and nothing that it has signed counts. One that signs is replaced instead.'],
  arguments: [{ name: 'KEY', description: 'its id, the `kid` of what it has signed' }],
  confirm: ([id]) => `Withdraw the key ${id}, and with it everything that it has signed?`,
  examples: ['countersign keys retire p0b5v0tTYbV4tYc2nP8sHg --yes'],
  async work({ admin, given: [id = ''], show }) {
    await admin.call('DELETE', at`/signing-keys/${id}`);
    show({ withdrawn: id }, () => `${id} is withdrawn.`);
    return EXIT.ok;
  },
});

export const signingKeyCommands: readonly Command[] = [list, rotate, retire];
