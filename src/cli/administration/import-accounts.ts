import { type Command, EXIT, type ExitCode, UsageError } from '../command.ts';
import { plain } from '../plain-text.ts';
import { createProgressBar, readable } from '../progress-bar.ts';
import { type AdminTask, adminCommand } from './command.ts';
import { IMPORT_FIELDS } from './import-fields.ts';
import { openImportFile } from './import-file.ts';
import { type ImportCounts, runImport } from './import-run.ts';

const NAME = 'import accounts';

const importAccounts = adminCommand({
  name: NAME,
  summary: 'Imports people of another system from a file',
  details: [
    'NDJSON, an object on each line, or CSV with a header (RFC 4180); both in UTF-8. Each line has an email or a phone_number with its country code, and what else there is.',
    `Fields: ${IMPORT_FIELDS.join(', ')}. created_at is a date and time of ISO 8601 with an offset, or milliseconds since 1970; what is true or false is said so.`,
    'An address or a number counts as proven only when the file says that it is verified and --trust-verified is given; otherwise from the first sign-in of its owner on. What is not proven has no place beside something else: it is left out, for its owner to add.',
    'Who is here already stays as they are. Interrupted, or ended by anything else? The same command again goes on: what was imported counts as there already.',
    'Refused lines are in FILE.refused.ndjson, with their number and the reason; then it ends with 1.',
  ],
  arguments: [{ name: 'FILE', description: 'a name that ends with .csv is CSV, everything else NDJSON' }],
  options: {
    format: { value: 'csv|ndjson', description: 'what the name of the file does not say' },
    'trust-verified': { description: 'what was verified elsewhere counts as proven here' },
    'keep-ids': { description: 'the id of each stays its sub; then everybody needs one' },
    'dry-run': { description: 'change nothing, and say what would become of each' },
  },
  examples: [
    'countersign import accounts people.csv --dry-run',
    'countersign import accounts people.ndjson --trust-verified --keep-ids',
  ],
  async work(task) {
    const {
      values,
      given: [path = ''],
    } = task;
    const file = openImportFile(path, formatIn(values.format));
    const refusedPath = `${path}.refused.ndjson`;
    const stop = stopped(task);
    try {
      const counts = await withProgress(task, file.size, (onProgress) =>
        runImport({ ...task, file, terms: termsIn(values), refusedPath, stop: stop.signal, onProgress }),
      );
      return conclude(task, counts, refusedPath, stop.signal.aborted);
    } finally {
      stop.end();
    }
  },
});

function formatIn(value: AdminTask['values'][string]): 'csv' | 'ndjson' | null {
  if (value === undefined || value === 'csv' || value === 'ndjson') return value ?? null;
  throw new UsageError('--format: expected csv or ndjson', NAME);
}

const termsIn = (values: AdminTask['values']) => ({
  trust_verified: values['trust-verified'] === true,
  keep_ids: values['keep-ids'] === true,
  dry_run: values['dry-run'] === true,
});

type OnProgress = (counts: ImportCounts, bytes: number) => void;

async function withProgress<Answer>(
  { terminal }: AdminTask,
  size: number,
  work: (onProgress: OnProgress) => Promise<Answer>,
): Promise<Answer> {
  const bar = createProgressBar(terminal);
  let furthest = 0;
  const onProgress: OnProgress = ({ lines, refused }, bytes) => {
    furthest = Math.max(furthest, bytes);
    bar.share('accounts', size === 0 ? 1 : furthest / size, `${readable(lines)} read, ${readable(refused)} refused`);
  };
  return work(onProgress).finally(bar.clear);
}

/** The first Ctrl-C lets what is under way end, the second one does not wait. */
function stopped({ terminal }: AdminTask): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    terminal.note('\nEnding what is under way; Ctrl-C again does not wait.');
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: controller.signal, end: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}

function conclude(
  { show, terminal, values }: AdminTask,
  counts: ImportCounts,
  path: string,
  broken: boolean,
): ExitCode {
  const { lines, created, existing, refused, leftOut } = counts;
  const answer = {
    outcome: broken ? 'interrupted' : refused > 0 ? 'incomplete' : 'imported',
    dry_run: values['dry-run'] === true,
    lines,
    created,
    existing,
    refused,
    left_out: leftOut,
    refused_file: refused > 0 ? path : null,
  };
  show(answer, () => reportText(answer));
  if (broken) terminal.note('Interrupted. The same command goes on with the rest.');
  if (broken) return EXIT.interrupted;
  return refused > 0 ? EXIT.failed : EXIT.ok;
}

function reportText(answer: Readonly<Record<string, string | number | boolean | null>>): string {
  const rows = [
    ['lines read', answer.lines],
    [answer.dry_run === true ? 'would be created' : 'created', answer.created],
    ['there already', answer.existing],
    ['refused', answer.refused],
    ...(answer.left_out === 0 ? [] : [['without what nobody has verified', answer.left_out]]),
  ] as const;
  const text = rows.map(([name, count]) => `${String(name).padEnd(34)}${readable(Number(count)).padStart(12)}`);
  const where =
    answer.refused_file === null ? [] : ['', `Why lines were refused: ${plain(String(answer.refused_file))}`];
  return [...text, ...where].join('\n');
}

export const importCommands: readonly Command[] = [importAccounts];
