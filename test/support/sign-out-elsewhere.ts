import { expect } from 'chai';
import { openAccount } from './account.ts';
import { locationOf, shotOf, visitOf, volley } from './attack.ts';
import type { Browser } from './browser.ts';
import type { Suite } from './journey.ts';
import type { RawAnswer } from './relying-party.ts';
import { send, type WireRequest } from './wire.ts';

/** Asks for tokens that outlive the session (OpenID Connect Core §11). */
export const OFFLINE = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };

/** Somebody ends, from one browser, what they signed in to with another. */
export interface SignOutElsewhere {
  /** What a new browser of its owner sends to end their only other sign-in. */
  endOf(address: string): Promise<WireRequest>;
  /** A tab that has agreed to offline access at an application, `demo` unless another one is named, and waits to go on. */
  agreed(browser: Browser, clientId?: string): Promise<{ readonly onward: URL; readonly verifier: string }>;
  refresh(token: unknown): Promise<RawAnswer>;
  /** No token of this answer is good for anything. */
  expectDead(answer: RawAnswer): Promise<void>;
  /** Silent requests are told so, at an application that had a grant and at one that had none, and so is the account page. */
  expectSignedOut(browser: Browser): Promise<void>;
}

export const signOutElsewhere = (suite: Suite): SignOutElsewhere => ({
  async endOf(address) {
    const here = suite.browser();
    await openAccount(suite, here, address, '/account/sessions');
    return shotOf(here, 'session-end-1');
  },
  async agreed(browser, clientId = 'demo') {
    const { verifier } = await suite.begin(browser, { ...OFFLINE, clientId });
    const [answer] = await volley([shotOf(browser, 'consent-allow')]);
    const onward = answer === undefined ? null : locationOf(answer, suite);
    if (onward === null) throw new Error('nobody agreed');
    return { onward, verifier };
  },
  refresh: async (token) => (await suite.party()).token({ grant_type: 'refresh_token', refresh_token: String(token) }),
  async expectDead({ body }) {
    const party = await suite.party();
    expect(await party.introspect(String(body.access_token))).to.deep.equal({ active: false });
    if (body.refresh_token === undefined) return;
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) });
    expect(refreshed.status).to.equal(400);
  },
  async expectSignedOut(browser) {
    for (const client of ['demo', 'demo-backend']) {
      const { url } = await (await suite.party(client)).start({ prompt: 'none' });
      const back = locationOf(await send(visitOf(browser, url)), suite);
      expect(back?.searchParams.get('error'), client).to.equal('login_required');
    }
    await browser.get(`${suite.server.issuer}/account`);
    expect(browser.page.url.pathname).to.match(/^\/interaction\//);
  },
});
