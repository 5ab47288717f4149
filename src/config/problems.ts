import type { z } from 'zod';
import { nearest } from './nearest.ts';
import type { Option } from './options.ts';

/** The configuration cannot be used. `problems` has one line for each thing to repair; none holds a value of a secret. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Where values came from, weakest first. */
export interface Layer {
  /** For people: `config/default.json`, `the environment`. */
  readonly source: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** `clients[0].redirectUris[1]` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`),
    '',
  );

function has(values: unknown, path: readonly PropertyKey[]): boolean {
  let here = values;
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return false;
    here = (here as Record<PropertyKey, unknown>)[part];
  }
  return true;
}

const sourceText = (layers: readonly Layer[], path: readonly PropertyKey[]): string => {
  const layer = layers.findLast(({ values }) => has(values, path));
  return layer === undefined ? '' : ` [from ${layer.source}]`;
};

const optionAt = (options: readonly Option[], path: readonly PropertyKey[]): Option | undefined =>
  options.find((option) => option.path.every((part, index) => path[index] === part));

/**
 * Says what is wrong with a configuration: for each problem the path, the name of the environment variable, what is
 * expected and which file or variable the value came from. Values are left out: they may be secret.
 */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  options: readonly Option[],
  layers: readonly Layer[],
): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey([...issue.path, key], options, layers));
    const option = optionAt(options, issue.path);
    const name = option === undefined ? '' : ` (${option.environmentNames.join(' or ')})`;
    const range = option === undefined || option.range === '' ? '' : `; allowed: ${option.range}`;
    return [`${pathText(issue.path)}${name}: ${issue.message}${range}${sourceText(layers, issue.path)}`];
  });
}

function unknownKey(path: readonly PropertyKey[], options: readonly Option[], layers: readonly Layer[]): string {
  const near = nearest(
    pathText(path),
    options.map((option) => pathText(option.path)),
  );
  const hint = near === null ? '' : `; did you mean ${near}?`;
  return `${pathText(path)}: there is no such setting${hint}${sourceText(layers, path)}`;
}
