import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { reasonOf } from '../../config/environment.ts';
import { UsageError } from '../command.ts';
import { BOOLEAN_FIELDS, KNOWN_FIELDS } from './import-fields.ts';
import { LONGEST, textLines } from './text-lines.ts';

/** One person of a file, or why there is none in that place. */
export interface ImportLine {
  /** Where it ends in the file, from 1. */
  readonly line: number;
  /** How much of the file was read by then. */
  readonly bytes: number;
  readonly record: Readonly<Record<string, unknown>> | null;
  /** What is wrong with it before anybody looks at it, in words; null when nothing is. */
  readonly fault: string | null;
}

export interface ImportFile {
  /** Of the file, in bytes. */
  readonly size: number;
  /** Read as they are taken, a piece of the file at a time. */
  lines(): AsyncGenerator<ImportLine>;
}

const COMMAND = 'import accounts';

/** What a decoder puts in the place of bytes that are no UTF-8: a name with it in it is not the name of anybody. */
const NOT_UTF8 = '\uFFFD';

/**
 * A file with a person on each line: CSV (RFC 4180, with a header) where its name ends so, and NDJSON otherwise.
 *
 * @param format names the one that the name of the file does not
 * @throws UsageError for a file that cannot be read
 */
export function openImportFile(path: string, format: 'csv' | 'ndjson' | null): ImportFile {
  const isCsv = format === null ? /\.csv$/i.test(path) : format === 'csv';
  return { size: sizeOf(path), lines: () => (isCsv ? csvLines(path) : jsonLines(path)) };
}

function sizeOf(path: string): number {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new UsageError(`${path} is no file`, COMMAND);
    return found.size;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`, COMMAND);
  }
}

async function* jsonLines(path: string): AsyncGenerator<ImportLine> {
  for await (const { line, bytes, text } of textLines(createReadStream(path))) {
    if (text === null) yield { line, bytes, record: null, fault: `longer than ${LONGEST} bytes` };
    else if (text.trim() !== '') yield { line, bytes, ...fromJson(text) };
  }
}

function fromJson(text: string): Pick<ImportLine, 'record' | 'fault'> {
  if (text.includes(NOT_UTF8)) return { record: null, fault: 'is not UTF-8' };
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return known(value);
  } catch {
    // The same to whoever reads the report.
  }
  return { record: null, fault: 'expected a JSON object on the line' };
}

/** A name that nobody knows is told here: in a request it would be a fault of all that are in it. */
function known(value: object): Pick<ImportLine, 'record' | 'fault'> {
  const unknown = Object.keys(value).find((name) => !KNOWN_FIELDS.has(name));
  const record = Object.fromEntries(Object.entries(value).filter(([name]) => KNOWN_FIELDS.has(name)));
  return { record, fault: unknown === undefined ? null : `there is no field ${JSON.stringify(unknown)}` };
}

interface Row {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number; readonly bytes: number };
}

async function* csvLines(path: string): AsyncGenerator<ImportLine> {
  const skipped: SkippedLine[] = [];
  const rows = pipeline(
    createReadStream(path),
    parse({
      bom: true,
      info: true,
      columns: headerOf,
      skip_empty_lines: true,
      // A row that cannot be read is one of those that are refused; the ones after it can be.
      skip_records_with_error: true,
      max_record_size: LONGEST,
      on_skip(error) {
        if (!isBroken(skipped)) skipped.push(unreadable(error));
        return undefined;
      },
    }),
    // What goes wrong is told to whoever takes the rows.
    () => undefined,
  );
  for await (const { record, info } of rows as AsyncIterable<Row>) {
    if (isBroken(skipped) && info.lines > (skipped.at(-1)?.line ?? 0)) break;
    yield { line: info.lines, bytes: info.bytes, ...fromRow(record) };
  }
  yield* skipped;
}

/** Where a quotation mark is missing, nobody knows what the rest of the file says. */
const isBroken = (skipped: readonly SkippedLine[]): boolean => skipped.at(-1)?.isLast === true;

interface SkippedLine extends ImportLine {
  readonly isLast: boolean;
}

/** @throws UsageError for a column that means nothing: a whole file would be imported without it */
function headerOf(names: readonly string[]): string[] {
  const trimmed = names.map((name) => name.trim());
  const unknown = trimmed.find((name) => !KNOWN_FIELDS.has(name));
  if (unknown !== undefined) throw new UsageError(`there is no column ${JSON.stringify(unknown)}`, COMMAND);
  const twice = trimmed.find((name, index) => trimmed.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`the column ${twice} is there twice`, COMMAND);
  return trimmed;
}

function unreadable(error: CsvError | undefined): SkippedLine {
  const code = error?.code ?? 'unknown';
  const isLast = !code.startsWith('CSV_RECORD_INCONSISTENT');
  const fault = `cannot be read as CSV: ${code}${isLast ? '; nothing after it was read' : ''}`;
  return { line: Number(error?.lines ?? 0), bytes: Number(error?.bytes ?? 0), record: null, fault, isLast };
}

/** CSV knows text only; an empty cell is one that is not there. */
function fromRow(row: Readonly<Record<string, string>>): Pick<ImportLine, 'record' | 'fault'> {
  const record: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(row)) {
    const value = text.trim();
    if (value === '') continue;
    if (value.includes(NOT_UTF8)) return { record: row, fault: `${name}: is not UTF-8` };
    const boolean = BOOLEANS.get(value.toLowerCase());
    if (BOOLEAN_FIELDS.has(name) && boolean === undefined)
      return { record: row, fault: `${name}: expected true or false` };
    record[name] = BOOLEAN_FIELDS.has(name)
      ? boolean
      : name === 'created_at' && /^\d+$/.test(value)
        ? Number(value)
        : value;
  }
  return { record, fault: null };
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);
