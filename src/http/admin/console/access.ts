import { z } from 'zod';
import { ADMIN_SCOPES, type AdminKey } from '../../../domain/administration.ts';
import { Problem } from '../../../domain/errors.ts';
import type { FieldProblems } from '../../../ports/views/admin-forms.ts';
import type { AdminKeys } from '../../../services/administration/admin-keys.ts';
import type { ShownOnce } from '../../cookies/shown-once.ts';
import { seeOther } from '../../signin/routes.ts';
import { newKey } from '../api/keys.ts';
import { ADMIN_MOUNT } from '../api/operation.ts';
import { paged } from '../api/pages.ts';
import { attendConfirmation } from './confirmation.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import { problemsOf } from './field-problems.ts';
import { listWays, PAGE_SIZE } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly adminKeys: AdminKeys;
  readonly shownOnce: ShownOnce;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const LIST = '/admin/access';
const NEW = `${LIST}/new`;
const HERE = { active: 'access' } as const;
const DAY_MS = 24 * 3600 * 1000;

/** What the form asks for: a key as the Admin API makes one, its end in days. */
const keyForm = z.object({
  name: newKey.shape.name,
  scope: z.enum(ADMIN_SCOPES, 'Choose what the key may do.'),
  days: z
    .string()
    .regex(/^(?:[1-9]\d{0,3})?$/, 'expected a number of days up to 9999, or nothing')
    .transform((text) => (text === '' ? null : Number(text))),
});

/** Keys of the Admin API, and tokens by which applications register themselves: the same with less to open. */
export const accessChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(LIST, 'own', (here) => showList(desk, here, deps));
    attendMaking(desk, deps);
    attendMade(desk, deps);
    attendRevoking(desk, deps);
  };

async function showList(desk: ConsoleDesk, here: ConsoleAttendance, { adminKeys, issuer, now }: Deps): Promise<void> {
  const { cursor } = here.query;
  const shown = ({ id, name, scope, createdAt, expiresAt }: AdminKey) => ({
    id,
    name,
    scope,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    over: expiresAt !== null && expiresAt <= now(),
    revokeHref: `${LIST}/${encodeURIComponent(id)}/revoke`,
  });
  const { items, next_cursor } = paged(await adminKeys.list(cursor ?? null, PAGE_SIZE + 1), PAGE_SIZE, shown);
  const ways = listWays(LIST, {}, cursor, next_cursor);
  const model = { keys: items, ways, apiUrl: `${issuer}${ADMIN_MOUNT}`, done: here.query.done ?? null };
  desk.render(here, 'access/list', model, HERE);
}

type KeyValues = Record<'name' | 'scope' | 'days', string>;

function attendMaking(desk: ConsoleDesk, { adminKeys, shownOnce, now }: Deps): void {
  const show = (here: ConsoleAttendance, values: KeyValues, problems: FieldProblems, problem: Problem | null) =>
    desk.render(
      here,
      'access/new',
      { form: here.form(NEW), scopes: ADMIN_SCOPES, values, problems },
      { ...HERE, problem },
    );
  desk.page(NEW, 'own', async (here) => show(here, { name: '', scope: 'read', days: '90' }, {}, null));
  const showAgain = async (here: ConsoleSubmission, problem: Problem): Promise<void> =>
    show(here, valuesIn(here), { name: ['This was not accepted.'] }, problem);
  desk.form(NEW, { need: 'own', from: () => NEW, show: showAgain }, async (here) => {
    const asked = keyForm.safeParse(valuesIn(here));
    if (!asked.success) {
      show(
        here,
        valuesIn(here),
        problemsOf(asked.error.issues, ({ path }) => ({ field: String(path[0]), line: null })),
        new Problem('request_invalid'),
      );
      return;
    }
    const { name, scope, days } = asked.data;
    const expiresAt = days === null ? null : now() + days * DAY_MS;
    const { record, key } = await adminKeys.create({ name, scope, expiresAt }, here.actor);
    shownOnce.put(here.ctx, here.sessionId, madePath(record.id), key);
    seeOther(here.ctx, madePath(record.id));
  });
}

const madePath = (id: string): string => `${LIST}/${encodeURIComponent(id)}/made`;

/** A page that nobody sees a second time: whoever comes again is led to the list. */
function attendMade(desk: ConsoleDesk, { adminKeys, shownOnce }: Deps): void {
  desk.page(`${LIST}/:id/made`, 'own', async (here) => {
    const made = await adminKeys.find(here.params.id ?? '');
    const key = shownOnce.take(here.ctx, here.sessionId);
    if (made === null || key === null) return seeOther(here.ctx, LIST);
    const { name, scope } = made;
    desk.render(here, 'access/made', { name, scope, key, listHref: LIST }, HERE);
  });
}

const valuesIn = ({ fields }: ConsoleSubmission): KeyValues => ({
  name: fields.name ?? '',
  scope: fields.scope ?? '',
  days: fields.days ?? '',
});

const attendRevoking = (desk: ConsoleDesk, { adminKeys }: Deps): void =>
  attendConfirmation(desk, `${LIST}/:id/revoke`, {
    need: 'own',
    ...HERE,
    refusals: {},
    async ask(here) {
      const { name } = await adminKeys.find(here.params.id ?? '');
      return {
        title: `Revoke ${name}?`,
        lead: 'It opens nothing from the next call on, on every node.',
        consequences: ['Whatever works with it stops working.', 'It cannot be brought back; make a new one instead.'],
        submit: 'Revoke the key',
        dangerous: true,
        back: { href: LIST, label: 'API access' },
      };
    },
    async act({ ctx, params, actor }) {
      await adminKeys.revoke(params.id ?? '', actor);
      seeOther(ctx, `${LIST}?done=revoked`);
    },
  });
