import { openStore } from '../adapters/open-store.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { copyStore } from '../services/upkeep/moving-house.ts';
import { type Comparison, compareStores, MOVED_KINDS } from '../services/upkeep/store-comparison.ts';
import { type Command, EXIT, JSON_OPTION } from './command.ts';
import { type CopyResult, copyText, NOT_MOVED } from './copy-result.ts';
import { type Endpoints, readEndpoints } from './endpoints.ts';
import { maskUrls } from './masking.ts';
import { createProgressBar } from './progress-bar.ts';
import { storeLog } from './store-log.ts';
import type { Terminal } from './terminal.ts';

export const storeCopy: Command = {
  name: 'store copy',
  summary: 'Copies accounts, organizations, clients, keys to another store',
  details: [
    'For an installation that outgrows its file: people keep their accounts, consents and organizations, applications their registrations, and ID tokens issued before can still be verified. Nothing in the target is changed or removed, nothing in the source but the version of its schema.',
    `What stays behind: ${NOT_MOVED.join(', ')}. People sign in once more.`,
    'Stop the servers of the source first. With SQLite this is enforced; with MongoDB, what changes during the copy is reported as missing or different at the end.',
    'Interrupted? Run it again: it goes on with what is missing. A target that holds anything the source does not have is refused, because it lives already; --force copies what is missing nevertheless.',
    'At the end both stores are read again and compared. Ends with 0 when the target has everything, and with 1 when not, naming what is missing.',
    'Start the new servers with the same SECRET: the signing keys are sealed with it.',
  ],
  options: {
    from: { value: 'URL', description: 'the store to copy: sqlite:FILE, mongodb://… or mongodb+srv://…' },
    to: { value: 'URL', description: 'the store to copy into; a file is made when it is not there' },
    'from-file': {
      value: 'FILE',
      description: 'a file with the URL in it, so that no password is in the list of processes',
    },
    'to-file': { value: 'FILE', description: 'the same for the target' },
    force: { description: 'copy into a target that holds something else already' },
    json: JSON_OPTION,
  },
  examples: [
    'countersign store copy --from sqlite:./data/countersign.db --to mongodb://db.example.com/countersign',
    'countersign store copy --from sqlite:/data/countersign.db --to-file /run/secrets/store_url --json',
  ],
  async run(values, terminal) {
    const urls = readEndpoints(values);
    const uninterrupted = onInterruption(terminal);
    const log = storeLog(terminal);
    try {
      const result = await copyBetween(urls, values.force === true, terminal, log);
      terminal.print(values.json === true ? JSON.stringify(result, null, 2) : copyText(result));
      return result.outcome === 'copied' ? EXIT.ok : EXIT.failed;
    } finally {
      uninterrupted();
    }
  },
};

async function copyBetween(urls: Endpoints, force: boolean, terminal: Terminal, log: Log): Promise<CopyResult> {
  const source = await openStore(urls.from, log, { mustExist: true });
  try {
    const target = await openStore(urls.to, log);
    try {
      return { from: maskUrls(urls.from), to: maskUrls(urls.to), ...(await copy(source, target, force, terminal)) };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copy(
  source: Store,
  target: Store,
  force: boolean,
  terminal: Terminal,
): Promise<Omit<CopyResult, 'from' | 'to'>> {
  const before = await compareStores(source, target);
  const refused = isEmpty(before) ? 'source_empty' : isOccupied(before) && !force ? 'target_occupied' : null;
  if (refused !== null) return { outcome: refused, kinds: withoutCopies(before), notMoved: NOT_MOVED };
  const bar = createProgressBar(terminal);
  const report = await copyStore(source, target, bar.show, before).finally(bar.clear);
  return { outcome: report.complete ? 'copied' : 'incomplete', kinds: report.kinds, notMoved: NOT_MOVED };
}

/** A mistyped name of a database, or the two stores taken for each other. */
const isEmpty = (comparison: Comparison): boolean => MOVED_KINDS.every((kind) => comparison[kind].found === 0);

/** The rest of an interrupted copy is none of it: all of that is in the source, too. */
const isOccupied = (comparison: Comparison): boolean =>
  MOVED_KINDS.some((kind) => comparison[kind].foreign.count + comparison[kind].different.count > 0);

const withoutCopies = (comparison: Comparison): CopyResult['kinds'] => ({
  keys: { ...comparison.keys, created: 0 },
  resources: { ...comparison.resources, created: 0 },
  clients: { ...comparison.clients, created: 0 },
  organizations: { ...comparison.organizations, created: 0 },
  accounts: { ...comparison.accounts, created: 0 },
  members: { ...comparison.members, created: 0 },
  administrators: { ...comparison.administrators, created: 0 },
});

/**
 * The first process of a container is not ended by a signal that it does not take.
 * @returns what takes the handlers away again
 */
function onInterruption(terminal: Terminal): () => void {
  const end = (signal: NodeJS.Signals): void => {
    terminal.note('\nInterrupted. What was copied is there; the same command goes on with the rest.');
    process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  return () => void process.off('SIGINT', end).off('SIGTERM', end);
}
