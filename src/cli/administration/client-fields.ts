import { readFileSync } from 'node:fs';
import { reasonOf } from '../../config/environment.ts';
import { type ClientOption, listClientOptions } from '../../config/options.ts';
import { type CommandOption, type OptionValues, UsageError } from '../command.ts';

/** What is registered of a client, as JSON. */
export type ClientFields = Record<string, unknown>;

/** Names of lists are in the plural; an option is one of them. */
const SINGULAR: Readonly<Record<string, string>> = { permissions: 'permission', claims: 'claims' };

const FIELDS = listClientOptions();

/** `postLogoutRedirectUris` → `post-logout-redirect-uri`. */
function nameOf({ path, kind }: ClientOption): string {
  const last = path.at(-1) ?? '';
  const name = kind === 'list' ? (SINGULAR[last] ?? last.replace(/s$/, '')) : last;
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const VALUES: Readonly<Record<ClientOption['kind'], string>> = {
  text: 'TEXT',
  number: 'N',
  list: 'VALUE',
  json: 'JSON',
  boolean: '',
};

function optionOf({ path, kind, range, description }: ClientOption): CommandOption {
  const text = description.replace(/\.$/, '').replaceAll('`', '');
  if (kind === 'boolean') return { description: text, negatable: true };
  const isUri = /Uris?$/.test(path.at(-1) ?? '');
  const told = {
    value: kind === 'text' && range !== '' ? range.replaceAll(', ', '|') : isUri ? 'URI' : VALUES[kind],
    description: text,
  };
  return kind === 'list' ? { ...told, repeatable: true } : told;
}

/** An option for each field, with the words of the configuration; the rules are kept by the server. */
export const fieldOptions: Readonly<Record<string, CommandOption>> = {
  ...Object.fromEntries(FIELDS.map((field) => [nameOf(field), optionOf(field)])),
  // Ids are made by the server: none can stand in for it here.
  name: { value: 'TEXT', description: 'How people see it' },
  file: { value: 'FILE', description: 'fields as JSON, - for the standard input; options win over it' },
};

/**
 * The fields that a command line names.
 *
 * @throws UsageError for a file that cannot be read or holds no JSON object, for what is no number
 */
export function fieldsIn(values: OptionValues, command: string): ClientFields {
  const fields = fromFile(values.file, command);
  for (const field of FIELDS) {
    const name = nameOf(field);
    const value = values[name];
    if (value !== undefined) put(fields, field.path, meant(field, value, `--${name}`, command));
  }
  return fields;
}

function fromFile(file: OptionValues[string], command: string): ClientFields {
  if (typeof file !== 'string') return {};
  const parsed = json(read(file, command), '--file', command);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as ClientFields;
  throw new UsageError('--file: expected a JSON object', command);
}

function read(file: string, command: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`--file: cannot read ${file}: ${reasonOf(error)}`, command);
  }
}

function json(text: string, option: string, command: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`${option}: expected JSON`, command);
  }
}

/** An empty value takes away what was there. */
function meant(field: ClientOption, value: NonNullable<OptionValues[string]>, option: string, command: string) {
  if (typeof value === 'object') return value.filter((one) => one !== '');
  if (typeof value === 'boolean') return value;
  if (field.kind === 'json') return json(value, option, command);
  if (value === '') return null;
  if (field.kind !== 'number') return value;
  if (!/^\d{1,12}$/.test(value)) throw new UsageError(`${option}: expected a whole number`, command);
  return Number(value);
}

function put(fields: ClientFields, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) fields[first] = value;
  else {
    const inner = { ...(fields[first] as ClientFields | undefined) };
    put(inner, rest, value);
    fields[first] = inner;
  }
}

/** Fields with the parts that a change leaves out: what is made of several fields is replaced as a whole. */
export function merged(present: ClientFields, change: ClientFields): ClientFields {
  const whole = new Set(FIELDS.flatMap(({ path }) => (path.length > 1 ? path.slice(0, 1) : [])));
  return Object.fromEntries(
    Object.entries(change).map(([name, value]) => [
      name,
      whole.has(name) ? { ...(present[name] as ClientFields), ...(value as ClientFields) } : value,
    ]),
  );
}
