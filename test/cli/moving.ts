import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { decodeProtectedHeader } from 'jose';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { freePort, type TestServerOptions } from '../support/server.ts';
import { command } from './command-line.ts';

const THIRD_PARTY = { clientId: 'demo-third-party' };

/**
 * What people and applications notice when an installation moves from a file to another store, and what they do not.
 *
 * @param target a URL of an empty store, asked for inside a hook
 */
export function moveOf(target: (folder: string) => Promise<string>): void {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-moving-'));
  const port = freePort();
  const from = `sqlite:${join(folder, 'pilot.db')}`;
  const optionsOf = async (store: string): Promise<TestServerOptions> => ({
    directory: folder,
    port: await port,
    env: { STORE_URL: store },
  });
  const address = 'ada@example.org';
  const pilot: { sub?: unknown; kid?: unknown; browser?: Browser } = {};
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe('before', () => {
    const suite = useServer(() => optionsOf(from));

    it('somebody signs in and agrees to share with another application', async () => {
      const browser = suite.browser();
      const { tokens } = await suite.signIn(browser, address, THIRD_PARTY);
      pilot.browser = browser;
      pilot.sub = tokens.claims()?.sub;
      pilot.kid = decodeProtectedHeader(tokens.id_token ?? '').kid;
      expect(pilot.kid).to.be.a('string');
    });
  });

  describe('after', () => {
    const suite = useServer(async () => {
      const to = await target(folder);
      const { code, out, err } = await command(['store', 'copy', '--from', from, '--to', to]);
      expect(code, out + err).to.equal(0);
      return optionsOf(to);
    });

    it('the browser is asked once more: sessions have not moved', async () => {
      const { browser } = pilot;
      if (browser === undefined) throw new Error('nobody has signed in before');
      await suite.begin(browser, THIRD_PARTY);
      expect(browser.page.has('identifier')).to.equal(true);
    });

    it('it is the same person, who is not asked for consent again', async () => {
      const browser = suite.browser();
      const started = await suite.begin(browser, THIRD_PARTY);
      await enterCode(browser, await suite.askForCode(browser, address));
      const { tokens } = await suite.finish(browser, started, THIRD_PARTY.clientId);
      expect(tokens.claims()?.sub).to.equal(pilot.sub);
    });

    it('ID tokens from before can be verified still', async () => {
      const response = await fetch(`${suite.server.issuer}/jwks`);
      const { keys } = (await response.json()) as { keys: { kid: string }[] };
      expect(keys.map(({ kid }) => kid)).to.deep.equal([pilot.kid]);
    });
  });
}
