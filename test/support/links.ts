import { uidOf } from './attack.ts';
import type { Browser } from './browser.ts';
import type { SignInOptions, Suite } from './journey.ts';
import type { Started } from './relying-party.ts';
import type { InboxMessage } from './server.ts';

/** A browser in front of the code page, and the mail it is waiting for. */
export interface WaitingForMail {
  readonly browser: Browser;
  readonly started: Started;
  readonly uid: string;
  readonly address: string;
  readonly mail: InboxMessage;
  /** The link in the mail. */
  readonly link: URL;
}

/** The link in a mail. @throws Error when there is none */
export function linkIn({ to, link }: InboxMessage): URL {
  if (link === null) throw new Error(`the mail to ${to} holds no link`);
  return new URL(link);
}

/** The token at the end of a link. */
export const tokenOf = (link: URL): string => link.pathname.split('/').at(-1) ?? '';

/** Goes from the application to the page that waits for what is in the mail. */
export async function waitForMail(
  suite: Suite,
  address: string,
  options: SignInOptions & { readonly browser?: Browser } = {},
): Promise<WaitingForMail> {
  const browser = options.browser ?? suite.browser();
  const started = await suite.begin(browser, options);
  const before = (await suite.server.inbox(address)).length;
  await browser.submit('identifier-submit', { identifier: address });
  const [mail] = await suite.server.messages(address, before + 1);
  if (mail === undefined) throw new Error(`no mail to ${address}`);
  return { browser, started, uid: uidOf(browser), address, mail, link: linkIn(mail) };
}

/** What a tab learns that asks whether its page is still waited for: 204, or 410. */
export const progressOf = async (browser: Browser, uid: string): Promise<number> =>
  (await browser.tab().get(`${browser.page.url.origin}/interaction/${uid}/progress/sign-in`)).status;
