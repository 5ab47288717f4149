import { type FileHandle, open, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { AdminClient } from './admin-client.ts';
import type { ImportFile, ImportLine } from './import-file.ts';
import { RefusedError } from './refusal.ts';

/** What the Admin API says of one person. */
interface Result {
  readonly outcome: 'created' | 'existing' | 'refused';
  readonly reason: string | null;
  readonly detail: string | null;
  readonly left_out: readonly string[];
}

/** How far an import is. */
export interface ImportCounts {
  lines: number;
  created: number;
  existing: number;
  refused: number;
  /** Of those that were created: without an address or a number that nobody has verified. */
  leftOut: number;
}

export interface ImportRequest {
  readonly trust_verified: boolean;
  readonly keep_ids: boolean;
  readonly dry_run: boolean;
}

interface Deps {
  readonly admin: AdminClient;
  readonly file: ImportFile;
  readonly terms: ImportRequest;
  /** Where the refused lines go. */
  readonly refusedPath: string;
  /** No further request is made once it is aborted; those under way are waited for. */
  readonly stop: AbortSignal;
  onProgress(counts: ImportCounts, bytes: number): void;
}

/**
 * Fewer than the Admin API takes: a request has so long and no longer to wait for the store. And as much as a request may
 * hold, with room for what is around them.
 */
const MOST = 250;
const MOST_BYTES = 60_000;

/** Requests at the same time: while one waits for the disk, another one is read. */
const AT_ONCE = 3;

/**
 * Imports a file, so many people at a time, with a piece of it in memory. What was imported before counts as existing, so
 * that whatever broke off can be begun again.
 *
 * @throws RefusedError when the Admin API takes a request not at all; what was answered before is done
 */
export async function runImport(deps: Deps): Promise<ImportCounts> {
  const counts: ImportCounts = { lines: 0, created: 0, existing: 0, refused: 0, leftOut: 0 };
  const report = createReport(deps.refusedPath);
  const batches = batchesOf(deps.file.lines());
  const work = async (): Promise<void> => {
    // One generator for all of them: each batch is taken by one.
    for (let batch = await batches.next(); batch.done !== true; batch = await batches.next()) {
      if (deps.stop.aborted) return;
      await importBatch(deps, batch.value, counts, report);
      deps.onProgress(counts, batch.value.at(-1)?.bytes ?? 0);
    }
  };
  try {
    await report.begin();
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return counts;
  } finally {
    await batches.return(undefined);
    await report.end();
  }
}

async function* batchesOf(lines: AsyncIterable<ImportLine>): AsyncGenerator<ImportLine[]> {
  let batch: ImportLine[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line.record)) + 1;
    if (batch.length === MOST || (batch.length > 0 && bytes + size > MOST_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function importBatch(
  { admin, terms }: Deps,
  batch: readonly ImportLine[],
  counts: ImportCounts,
  report: Report,
): Promise<void> {
  const sound = batch.filter(({ fault }) => fault === null);
  const accounts = sound.map(({ record }) => record);
  const { results } =
    accounts.length === 0
      ? { results: [] }
      : await patiently(() => admin.call<Answer>('POST', '/accounts/import', { accounts, ...terms }));
  for (const line of batch) {
    counts.lines += 1;
    const result = line.fault === null ? results[sound.indexOf(line)] : invalid(line.fault);
    if (result === undefined) throw new Error('an answer lacks somebody who was asked for');
    counts[result.outcome] += 1;
    if (result.outcome === 'created' && result.left_out.length > 0) counts.leftOut += 1;
    if (result.outcome === 'refused') await report.add(line, result);
  }
}

interface Answer {
  readonly results: readonly Result[];
}

/** Milliseconds before each further try; the same people may be sent again. */
const PAUSES_MS = [1000, 2000, 5000, 10_000] as const;

/** A store that is slow for a moment ends no import of an hour. */
async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (const ms of PAUSES_MS) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RefusedError && error.code === 'store_unavailable')) throw error;
      await pause(ms);
    }
  }
  return call();
}

const invalid = (detail: string): Result => ({ outcome: 'refused', reason: 'record_invalid', detail, left_out: [] });

/** The lines that were refused, and why. */
interface Report {
  begin(): Promise<void>;
  add(line: ImportLine, result: Result): Promise<void>;
  end(): Promise<void>;
}

/** The file comes to be with its first line; one of an earlier time goes away. */
function createReport(path: string): Report {
  let file: Promise<FileHandle> | null = null;
  return {
    begin: () => rm(path, { force: true }),
    async add({ line, record }, { reason, detail }) {
      // It says who somebody is: for whoever imports, and nobody else.
      file ??= open(path, 'w', 0o600);
      await (await file).appendFile(`${JSON.stringify({ line, reason, detail, record })}\n`);
    },
    end: async () => (await file)?.close(),
  };
}
