import { z } from 'zod';
import { clientRegistrationShape } from './schema/client.ts';
import { configSchema, type Environment } from './schema.ts';

/** How the text of an environment variable becomes a value. */
type OptionKind = 'text' | 'number' | 'boolean' | 'list' | 'json';

/** One setting, as the documentation and the reader of the environment see it. */
export interface Option {
  /** Where it stands in a configuration file, for instance `['challenge', 'codeLength']`. */
  readonly path: readonly string[];
  /** Heading of the section it belongs to; empty for the top level. */
  readonly section: string;
  /** The short name if there is one, then the mechanical: `CHALLENGE_CODE_LENGTH`. Each also exists with `_FILE` behind it. */
  readonly environmentNames: readonly string[];
  readonly kind: OptionKind;
  readonly description: string;
  /** For people: the default value, or words where it depends on something. */
  readonly defaultText: string;
  /** For people: hard bounds or the allowed values; empty when there are none. */
  readonly range: string;
}

/** The part of JSON Schema (2020-12) that the configuration makes use of. */
export interface SchemaNode {
  type?: string | string[];
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  enum?: string[];
  anyOf?: SchemaNode[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
  alias?: string;
  defaultText?: string;
  [keyword: string]: unknown;
}

/** `challenge.codeLength` is `CHALLENGE_CODE_LENGTH`. */
export const environmentName = (path: readonly string[]): string =>
  path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_');

/** The JSON Schema of a configuration file. */
export const configJsonSchema = (environment: Environment): SchemaNode =>
  z.toJSONSchema(configSchema(environment), { io: 'input' }) as SchemaNode;

function kindOf(node: SchemaNode): OptionKind {
  const type = Array.isArray(node.type) ? node.type[0] : node.type;
  const [orNull] = node.anyOf ?? [];
  if (type === undefined && orNull !== undefined) return kindOf(orNull);
  if (type === 'object') return 'json';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type !== 'array') return 'text';
  return node.items?.type === 'string' ? 'list' : 'json';
}

function rangeOf(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.join(', ');
  const [orNull] = node.anyOf ?? [];
  if (node.type === undefined && orNull !== undefined) return rangeOf(orNull);
  return node.minimum === undefined || node.maximum === undefined ? '' : `${node.minimum} to ${node.maximum}`;
}

function defaultTextOf(node: SchemaNode): string {
  if (node.defaultText !== undefined) return node.defaultText;
  if (node.default === null || (Array.isArray(node.default) && node.default.length === 0)) return 'none';
  return typeof node.default === 'string' ? node.default : JSON.stringify(node.default);
}

function* leaves(node: SchemaNode, path: readonly string[], section: string): Generator<Option> {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const here = [...path, key];
    if (child.properties !== undefined) {
      yield* leaves(child, here, child.description ?? key);
      continue;
    }
    yield {
      path: here,
      section,
      environmentNames: [...(child.alias === undefined ? [] : [child.alias]), environmentName(here)],
      kind: kindOf(child),
      description: child.description ?? '',
      defaultText: defaultTextOf(child),
      range: rangeOf(child),
    };
  }
}

/** A field of a client's registration, as a command line sees it. */
export type ClientOption = Pick<Option, 'path' | 'kind' | 'description' | 'range'>;

/** Every field of a client's registration that one value can say, in the order of the schema. */
export const listClientOptions = (): ClientOption[] => [
  ...leaves(z.toJSONSchema(z.strictObject(clientRegistrationShape), { io: 'input' }) as SchemaNode, [], ''),
];

/** Every setting in the order of the schema. */
export const listOptions = (environment: Environment): Option[] => [...leaves(configJsonSchema(environment), [], '')];
