import { type Observation, observe, shotOf, shownBy, timed, uidOf } from '../support/attack.ts';
import { enterCode, type Suite } from '../support/journey.ts';
import { send } from '../support/wire.ts';

export interface Visit {
  /** What the answer to the identifier took. */
  readonly ms: number;
  /** The answer to the identifier, the page it leads to, the answers to a wrong code and to a resend. */
  readonly seen: readonly Observation[];
}

/** @param further whether to go on after the answer to the identifier */
export async function strangerVisits(suite: Suite, identifier: string, further = true): Promise<Visit> {
  const browser = suite.browser();
  await suite.begin(browser);
  // As it was given, and as a page writes a number.
  const own = [identifier, identifier.replace(/^(\+49)(\d{4})/, '$1 $2 '), uidOf(browser)];
  const shot = shotOf(browser, 'identifier-submit', { identifier });
  const { answer, ms } = await timed(() => send(shot));
  const pages = [shownBy(shot, answer)];
  if (!further) return { ms, seen: pages.map((page) => observe(page, own)) };
  pages.push(await browser.get(new URL(answer.headers.location ?? '', shot.url)));
  pages.push(await enterCode(browser, '000000'));
  pages.push(await browser.submit('code-resend'));
  return { ms, seen: pages.map((page) => observe(page, own)) };
}
