import { loadFromProcess } from '../config/load.ts';
import { listOptions } from '../config/options.ts';
import { type Config, configSchema } from '../config/schema.ts';
import { type Command, EXIT } from './command.ts';
import { maskSettings } from './masking.ts';

export const configPrint: Command = {
  name: 'config print',
  summary: 'Prints the configuration that a start would use',
  details: [
    'Every setting with the value that has won: defaults, files and environment put together. A star marks what is not the default.',
    'Secrets are printed as ***, and so are user names and passwords in URLs.',
  ],
  options: { json: { description: 'print it as JSON, clients and all' } },
  examples: ['countersign config print', 'countersign config print --json'],
  async run({ json }, terminal) {
    const { config } = loadFromProcess();
    terminal.print(json === true ? JSON.stringify(maskSettings(config), null, 2) : tableOf(config));
    return EXIT.ok;
  },
};

function tableOf(config: Config): string {
  const masked = maskSettings(config);
  const defaults = configSchema(config.environment).parse({});
  const rows = listOptions(config.environment).map(({ path, section }) => {
    const changed = JSON.stringify(valueAt(config, path)) !== JSON.stringify(valueAt(defaults, path));
    return { section, name: path.join('.'), changed, text: textOf(valueAt(masked, path)) };
  });
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.map(({ name, changed, text }) => `${changed ? '*' : ' '} ${name.padEnd(width)}${text}`);
  return [`  ${'environment'.padEnd(width)}${config.environment}`, ...lines].join('\n');
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (here, key) => (typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[key] : undefined),
    value,
  );

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (!Array.isArray(value)) return String(value);
  if (value.length === 0) return '-';
  return value.every(isPlain) ? value.join(', ') : value.map(entryText).join(', ');
}

/** Clients are called by their ids; whoever wants all of them takes JSON. */
const entryText = (entry: unknown): string => {
  const id = valueAt(entry, ['id']);
  return typeof id === 'string' ? id : JSON.stringify(entry);
};
