import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../..');

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replace(/\\\n\s*/g, '');

/** What stands behind each instruction of this name, in order; lines that go on are one. */
export const instructions = (name: string): string[] =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, rest = '']) => rest);

/** An instruction in its JSON form. @throws Error when there is none */
export function commandOf(name: string): string[] {
  const found = instructions(name).at(-1);
  if (found === undefined) throw new Error(`the Dockerfile has no ${name}`);
  return JSON.parse(found.slice(found.indexOf('['))) as string[];
}

/** What is copied from the repository. */
export const copied = (): string[] =>
  instructions('COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1));

/** The variables that the image sets. */
export const imageVariables = (): Record<string, string> =>
  Object.fromEntries(instructions('ENV').flatMap((rest) => rest.split(/\s+/).map((pair) => pair.split('='))));
