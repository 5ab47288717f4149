import { canConfirm, isHeld } from '../../domain/hold.ts';
import type { Pages } from '../../ports/views.ts';
import type { Profile } from '../../services/people/profile.ts';
import { seeOther } from '../signin/routes.ts';
import type { Attendance, Desk, ShowPage } from './desk.ts';
import { OVERVIEW } from './identifiers.ts';

export interface HoldDeps {
  readonly profile: Pick<Profile, 'release'>;
  readonly secondFactor: { readonly holdHours: number };
  readonly now: () => number;
}

const CONFIRM = '/account/confirm';
const RELEASE = '/account/release';

/** The way to the second factor, so that changes are not held, and the end of what is. */
export function attendHold(desk: Desk, showOverview: ShowPage, { profile }: HoldDeps): void {
  desk.page(CONFIRM, 'confirmed', async ({ ctx }) => seeOther(ctx, `${OVERVIEW}?done=confirmed`));
  const options = { need: 'confirmed', from: () => OVERVIEW, show: showOverview } as const;
  desk.form(RELEASE, options, async ({ ctx, account, change }) => {
    await profile.release(account, change);
    seeOther(ctx, `${OVERVIEW}?done=released`);
  });
}

/** What the overview says of it. */
export function holdModel(here: Attendance, { secondFactor, now }: HoldDeps): Pages['accountOverview']['hold'] {
  const { account, fresh, strong } = here;
  const confirmed = fresh && strong;
  const held = isHeld(account, now()) ? account.held : null;
  const confirms = canConfirm(account, now());
  const hours = confirmed || secondFactor.holdHours === 0 ? null : secondFactor.holdHours;
  if (held === null && (hours === null || !confirms)) return null;
  return {
    until: held === null ? null : new Date(held.until).toISOString(),
    hours,
    confirmUrl: confirmed || !confirms ? null : CONFIRM,
    release: confirmed && held !== null ? here.form(RELEASE) : null,
  };
}
