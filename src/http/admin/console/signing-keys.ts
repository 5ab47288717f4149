import type { ConsolePages } from '../../../ports/views/admin-pages.ts';
import type { ShownKey, SigningKeys } from '../../../services/signing-keys/signing-keys.ts';
import { seeOther } from '../../signin/routes.ts';
import { attendConfirmation } from './confirmation.ts';
import type { ConsoleDesk } from './desk.ts';
import type { ConsoleChapter } from './routes.ts';
import { HOME } from './visits.ts';

interface Deps {
  readonly signingKeys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const KEYS = `${HOME}/keys`;
const BACK = { href: KEYS, label: 'Signing keys' };
const WAITING = 'A new key waits for its turn already.';

/** What signs tokens: each key with its life, the next one, and the end of one. */
export const signingKeyChapter =
  ({ signingKeys, now }: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(KEYS, 'own', async (here) => {
      const shown = shownKeys(await signingKeys.list(), now());
      const model: ConsolePages['keys/list'] = {
        ...shown,
        rotateHref: `${KEYS}/rotate`,
        replaceHref: `${KEYS}/replace`,
        rotationDays: signingKeys.rules.rotationDays,
        done: here.query.done ?? null,
      };
      desk.render(here, 'keys/list', model, { active: 'keys' });
    });
    attendRotation(desk, signingKeys);
    attendReplacement(desk, signingKeys);
    attendWithdrawal(desk, signingKeys);
  };

function attendRotation(desk: ConsoleDesk, signingKeys: SigningKeys): void {
  const minutes = Math.round(signingKeys.rules.publishSeconds / 60);
  attendConfirmation(desk, `${KEYS}/rotate`, {
    need: 'own',
    active: 'keys',
    ask: async () => ({
      title: 'Make the next signing keys?',
      lead: 'One for each algorithm that is in use.',
      consequences: [
        `They are published at once and sign in ${minutes} minutes, when every application can know them.`,
        'What the present keys have signed stays valid to its end. Nobody notices.',
      ],
      submit: 'Make the next keys',
      dangerous: false,
      back: BACK,
    }),
    act: async ({ ctx, actor }) => {
      await signingKeys.rotate(null, { immediately: false }, actor);
      seeOther(ctx, `${KEYS}?done=rotated`);
    },
    refusals: { key_waiting: WAITING, version_conflict: 'Somebody else has just made one.' },
  });
}

function attendReplacement(desk: ConsoleDesk, signingKeys: SigningKeys): void {
  attendConfirmation(desk, `${KEYS}/replace`, {
    need: 'own',
    active: 'keys',
    ask: async () => ({
      title: 'Replace all keys at once?',
      lead: 'Only when somebody else may have got hold of a signing key.',
      consequences: [
        'New keys sign at once. All others are published no more, on every server within five seconds.',
        'Signed access tokens and ID tokens from before are worth nothing from then on. Sessions and refresh tokens go on.',
        'Applications that have fetched the keys a short time ago may refuse sign-ins for up to 15 minutes.',
      ],
      submit: 'Replace all keys at once',
      dangerous: true,
      back: BACK,
    }),
    act: async ({ ctx, actor }) => {
      await signingKeys.rotate(null, { immediately: true }, actor);
      seeOther(ctx, `${KEYS}?done=replaced`);
    },
    refusals: { version_conflict: 'Somebody else has just made a key. Look whether this is needed still.' },
  });
}

function attendWithdrawal(desk: ConsoleDesk, signingKeys: SigningKeys): void {
  attendConfirmation(desk, `${KEYS}/:id/withdraw`, {
    need: 'own',
    active: 'keys',
    ask: async ({ params }) => ({
      title: 'Withdraw this key?',
      lead: params.id ?? '',
      consequences: [
        'It is published no more, and nothing that it has signed counts.',
        'A key that was to sign next never does; the present one goes on.',
      ],
      submit: 'Withdraw the key',
      dangerous: true,
      back: BACK,
    }),
    act: async ({ ctx, params, actor }) => {
      await signingKeys.retire(params.id ?? '', actor);
      seeOther(ctx, `${KEYS}?done=withdrawn`);
    },
    refusals: { key_in_use: 'This key signs by now. Replace it instead.' },
  });
}

const DAY_MS = 86_400_000;

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** Keys and their lives, drawn from the first beginning to the last end that is known, and a day beyond now at least. */
function shownKeys(keys: readonly ShownKey[], now: number): Pick<ConsolePages['keys/list'], 'keys' | 'drawn'> {
  const from = Math.min(now, ...keys.map(({ createdAt }) => createdAt));
  const ends = keys.flatMap(({ activeFrom, removedAt }) => [activeFrom, removedAt ?? now]);
  const until = Math.max(now + DAY_MS, ...ends);
  const place = (at: number): number => Math.round((10_000 * (at - from)) / (until - from)) / 100;
  const stretch = (begin: number, end: number) => ({
    from: place(begin),
    length: Math.max(0, place(Math.max(begin, end)) - place(begin)),
  });
  return {
    drawn: { from: iso(from), until: iso(until), now: place(now) },
    keys: keys.map((key) => ({
      id: key.id,
      alg: key.alg,
      state: key.state,
      withdrawn: key.withdrawn,
      createdAt: iso(key.createdAt),
      activeFrom: iso(key.activeFrom),
      retiresAt: isoOrNull(key.retiresAt),
      removedAt: isoOrNull(key.removedAt),
      published: stretch(key.createdAt, key.removedAt ?? until),
      signing: stretch(key.activeFrom, key.retiresAt ?? until),
      withdrawHref:
        key.state === 'next' || key.state === 'retiring' ? `${KEYS}/${encodeURIComponent(key.id)}/withdraw` : null,
    })),
  };
}
