import type { Browser } from 'playwright-core';
import { startBeside } from '../../examples/relying-party/beside.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { DARK, DESKTOP, type Look, launch, PHONE, WITHOUT_SCRIPT } from './chromium.ts';

/** What every page has to stand. */
export const LOOKS: readonly Look[] = [PHONE, DESKTOP, DARK, WITHOUT_SCRIPT];

type Demo = NonNullable<Awaited<ReturnType<typeof startBeside>>>;

/** A browser, a server, and the demo application beside it: one of each for all tests of a `describe`. */
export interface Stage {
  readonly browser: Browser;
  readonly server: TestServer;
  readonly demo: Demo;
}

export function useStage(): Stage {
  const stage: { browser?: Browser; server?: TestServer; demo?: Demo } = {};
  before(async () => {
    stage.browser = await launch();
    stage.server = await startServer();
    const demo = await startBeside(stage.server.issuer, stage.server.config.port + 1);
    if (demo === null) throw new Error('the port of the demo application is taken');
    stage.demo = demo;
  });
  after(async () => {
    await stage.browser?.close();
    stage.demo?.close();
    await stage.server?.close();
  });
  // Complete whenever a test looks: what could not be started has ended the tests before.
  return stage as Stage;
}
