/**
 * Makes what is written about the settings from the schema: `config/schema.json`, and the table in README.md between
 * its two markers. `--check` writes nothing and fails when either of them says something else than the schema.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, environmentName, listOptions, type Option, type SchemaNode } from '../src/config/options.ts';

const BEGIN = '<!-- settings:begin -->';
const END = '<!-- settings:end -->';

/** What must be written where; null stands for a README without the place for it. */
export interface SettingsDocs {
  readonly schema: string;
  readonly readme: string | null;
}

/** Adds the name of the environment variable to every setting, and drops defaults that differ by environment. */
function annotate(node: SchemaNode, other: SchemaNode, path: readonly string[]): SchemaNode {
  const { alias, defaultText: _forPeople, ...rest } = node;
  if (node.properties !== undefined) {
    const { default: _empty, ...section } = rest;
    const properties = Object.entries(node.properties).map(([key, child]) => [
      key,
      annotate(child, other.properties?.[key] ?? {}, [...path, key]),
    ]);
    return { ...section, properties: Object.fromEntries(properties) };
  }
  const names = [...(alias === undefined ? [] : [alias]), environmentName(path)];
  const same = JSON.stringify(node.default) === JSON.stringify(other.default);
  const { default: _differs, ...withoutDefault } = rest;
  return { ...(same ? rest : withoutDefault), 'x-environment': names };
}

/** The JSON Schema of configuration files, as text. */
export function settingsSchema(): string {
  const annotated = annotate(configJsonSchema('development'), configJsonSchema('production'), []);
  const { $schema, properties, ...rest } = annotated;
  const complete = {
    $schema,
    title: 'Countersign configuration',
    ...rest,
    properties: { $schema: { type: 'string', description: 'Where editors find this schema.' }, ...properties },
  };
  return `${JSON.stringify(complete, null, 2)}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function row(option: Option, production: Option | undefined): string {
  const names = option.environmentNames.map((name) => `\`${name}\``).join('<br>');
  const unlike = production !== undefined && production.defaultText !== option.defaultText;
  const value = unlike
    ? `\`${option.defaultText}\`; in production \`${production.defaultText}\``
    : `\`${option.defaultText}\``;
  const range = option.range === '' ? '' : ` (${option.range})`;
  return `| \`${option.path.join('.')}\` | ${names} | ${cell(value)} | ${cell(option.description + range)} |`;
}

/** Every setting as Markdown: one table for each section. */
export function settingsTables(): string {
  const production = listOptions('production');
  const lines: string[] = [];
  let section: string | null = null;
  for (const [index, option] of listOptions('development').entries()) {
    if (option.section !== section) {
      section = option.section;
      lines.push('', ...(section === '' ? [] : [`**${section}**`, '']));
      lines.push('| Setting | Environment | Default | Meaning |', '| --- | --- | --- | --- |');
      if (index === 0) lines.push(...ENVIRONMENT_ROWS);
    }
    lines.push(row(option, production[index]));
  }
  return lines.join('\n').trim();
}

/** What is read from the environment only. */
const ENVIRONMENT_ROWS = [
  '| | `NODE_ENV` | `development` | `production` refuses what is unsafe and says everything that is missing at once. |',
  '| | `CONFIG_FILE` | none | A further configuration file; stronger than `config/default.json` and `config/<environment>.json`, weaker than the environment. |',
];

/** @param readme the present text of README.md */
export function settingsDocs(readme: string): SettingsDocs {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) return { schema: settingsSchema(), readme: null };
  const head = readme.slice(0, begin + BEGIN.length);
  return { schema: settingsSchema(), readme: `${head}\n${settingsTables()}\n${readme.slice(end)}` };
}

function run(root: string, checkOnly: boolean): number {
  const readmePath = join(root, 'README.md');
  const schemaPath = join(root, 'config/schema.json');
  const present = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const docs = settingsDocs(present(readmePath));
  const hint = `README.md has no place for the settings: put ${BEGIN} and ${END} where the table belongs.`;
  if (!checkOnly) {
    writeFileSync(schemaPath, docs.schema);
    if (docs.readme === null) console.log(hint);
    else writeFileSync(readmePath, docs.readme);
    return 0;
  }
  const drift = [
    ...(docs.schema === present(schemaPath) ? [] : ['config/schema.json']),
    ...(docs.readme === null || docs.readme === present(readmePath) ? [] : ['README.md']),
  ];
  if (docs.readme === null) console.error(hint);
  if (drift.length > 0)
    console.error(`Not what the schema says: ${drift.join(', ')}. Run: node scripts/settings-docs.ts`);
  return docs.readme === null || drift.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = run(join(import.meta.dirname, '..'), process.argv.includes('--check'));
