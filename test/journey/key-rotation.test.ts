import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { createBackend } from '../support/api.ts';
import type { Browser } from '../support/browser.ts';
import type { FrozenTime } from '../support/clock.ts';
import { type SignedIn, useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';
import { createStubbornParty, isVerifiable, kidOf, kidsAt, rotate } from '../support/signing-keys.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Where the API of this server tells what a client's own token may do; nothing comes of the call. */
const PROTECTED = '/v1/auth/otp/email/validation';

/** A server of its own for each: time goes on in every one of them, and back at its end. */
function useInstallation() {
  const suite = useServer({ env: { ...withAdmin, TOKENS_ID_TOKEN_SECONDS: '86400' } });
  const admin = createAdministrator(suite);
  const backend = createBackend(suite);
  const published = (): Promise<string[]> => kidsAt(suite.server.issuer);
  const verifiable = (token: string): Promise<boolean> => isVerifiable(suite.server.issuer, token);
  const idTokenOf = ({ tokens }: SignedIn): string => tokens.id_token ?? '';

  async function signedIn(): Promise<{ browser: Browser; idToken: string }> {
    const browser = suite.browser();
    return { browser, idToken: idTokenOf(await suite.signIn(browser, suite.address())) };
  }
  const again = async (browser: Browser): Promise<string> => idTokenOf(await suite.signIn(browser, ''));
  const knownToApi = async (token: string): Promise<boolean> =>
    (await backend.call(PROTECTED, { token, body: {} })).status !== 401;
  return { suite, admin, backend, published, verifiable, signedIn, again, knownToApi };
}

describe('journey: a rotation of the signing keys (R-71)', function () {
  this.timeout(60_000);

  describe('in an installation', () => {
    const { suite, admin, backend, published, verifiable, signedIn, again, knownToApi } = useInstallation();

    it('publishes, then signs, and lets the former key go when nothing it has signed is valid any more', async () => {
      const time = suite.freeze();
      const { browser, idToken: first } = await signedIn();
      const [old] = await published();
      const [next] = await rotate(admin);
      expect(await published()).to.deep.equal([old, next]);

      time.advance(HOUR - 1);
      const last = await again(browser);
      const access = await backend.token();
      expect([kidOf(first), kidOf(last), kidOf(access)]).to.deep.equal([old, old, old]);
      expect(await knownToApi(access)).to.equal(true);

      time.advance(1);
      const fresh = await again(browser);
      const freshAccess = await backend.token();
      expect([kidOf(fresh), kidOf(freshAccess)]).to.deep.equal([next, next]);
      for (const token of [first, last, access, fresh, freshAccess]) expect(await verifiable(token)).to.equal(true);
      for (const token of [access, freshAccess]) expect(await knownToApi(token)).to.equal(true);

      time.advance(24 * HOUR - 2000);
      expect(await verifiable(last)).to.equal(true);
      time.advance(17 * MINUTE);
      expect(await published()).to.deep.equal([next]);
      expect(await verifiable(fresh)).to.equal(false);
      expect(kidOf(await again(browser))).to.equal(next);
    });
  });

  describe('in an installation', () => {
    const { suite, admin, published, signedIn } = useInstallation();

    it('an application signs a person out by an ID token of a key that is long gone', async () => {
      const time = suite.freeze();
      const { browser, idToken } = await signedIn();
      await rotate(admin);
      time.advance(3 * 24 * HOUR);
      expect(await published()).to.not.include(kidOf(idToken));
      const home = `${suite.server.application}/`;
      await browser.get((await suite.party()).logoutUrl(idToken, home));
      await browser.click('logout-confirm');
      expect(browser.landedAt().href).to.equal(home);
    });
  });

  describe('in an installation', () => {
    const { suite, admin, backend, published, signedIn, again } = useInstallation();

    it('no application notices, neither a certified library nor one that keeps the keys as long as it may', async () => {
      const time = suite.freeze();
      const stubborn = createStubbornParty(suite.server.issuer);
      const { browser, idToken } = await signedIn();
      const api = new Map<string, number>();
      const kids = [kidOf(idToken)];
      const visit = async (time: FrozenTime): Promise<void> => {
        const token = await again(browser);
        await stubborn.verify(token);
        kids.push(kidOf(token));
        const access = await backend.token();
        api.set(access, time.now() + HOUR);
        for (const [one, ends] of api) {
          if (ends <= time.now()) api.delete(one);
          else await stubborn.verify(one);
        }
      };
      await visit(time);
      await rotate(admin);
      for (let minutes = 0; minutes < 150; minutes += 7) {
        await visit(time);
        time.advance(7 * MINUTE);
      }
      for (let hours = 0; hours < 26; hours += 1) {
        await visit(time);
        time.advance(HOUR - MINUTE);
      }
      expect(new Set(kids).size).to.equal(2);
      expect(await published()).to.deep.equal([kids.at(-1)]);
    });
  });

  describe('in an installation', () => {
    const { suite, admin, backend, published, verifiable, signedIn, knownToApi } = useInstallation();

    it('of a leaked key nothing counts from then on', async () => {
      const { browser, idToken } = await signedIn();
      const access = await backend.token();
      expect(await knownToApi(access)).to.equal(true);
      const [made] = await rotate(admin, { immediately: true });
      expect(await published()).to.deep.equal([made]);
      expect(await knownToApi(access)).to.equal(false);
      expect(await verifiable(idToken)).to.equal(false);
      const page = await browser.get((await suite.party()).logoutUrl(idToken));
      expect(page.title).to.not.contain('Signing you out');
      const fresh = await backend.token();
      expect(kidOf(fresh)).to.equal(made);
      expect(await knownToApi(fresh)).to.equal(true);
    });
  });

  describe('in an installation', () => {
    const { suite, admin, backend, published } = useInstallation();

    it('goes on after a restart in the middle of it', async () => {
      const [old] = await published();
      const [next] = await rotate(admin);
      await suite.restart();
      expect(await published()).to.deep.equal([old, next]);
      expect(kidOf(await backend.token())).to.equal(old);
      const time = suite.freeze();
      time.advance(HOUR + MINUTE);
      expect(kidOf(await backend.token())).to.equal(next);
    });
  });

  describe('in an installation', () => {
    const { suite, backend, knownToApi } = useInstallation();

    it('a forged token of a key that nobody has published is refused', async () => {
      const [header = '', payload = '', signature = ''] = (await backend.token()).split('.');
      const named = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), kid: 'unknown' };
      const forged = [Buffer.from(JSON.stringify(named)).toString('base64url'), payload, signature].join('.');
      expect(await knownToApi(forged)).to.equal(false);
      expect(await rejectionOf(createStubbornParty(suite.server.issuer).verify(forged))).to.be.an('error');
    });
  });
});
