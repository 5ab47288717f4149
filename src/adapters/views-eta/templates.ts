import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta/core';
import { inOneLine } from '../../domain/plain-text.ts';

/** Compiled templates by name: their path below `views` without `.eta`. */
export interface Templates {
  /** @throws Error for a name there is no template for */
  render(name: string, scope: object): string;
}

/** Parts of messages that are no HTML. */
const isPlain = (name: string): boolean => name.endsWith('.text') || name.endsWith('.subject');

/**
 * Reads and compiles every template once; rendering never touches the disk. What is inserted is always escaped for
 * where it lands: as HTML, or in plain text as one line, so that no value can add headers or paragraphs.
 *
 * @throws Error naming the template that does not compile
 */
export function loadTemplates(directory: string): Templates {
  const html = new Eta({ autoEscape: true });
  const plain = new Eta({
    autoEscape: true,
    autoTrim: false,
    escapeFunction: (value) => inOneLine(String(value)),
  });
  const engineOf = (name: string): Eta => (isPlain(name) ? plain : html);
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    // Programs are escaped in ways of their own: see quick-starts.ts.
    if (!path.endsWith('.eta') || path.startsWith('quickstart')) continue;
    const name = path.slice(0, -'.eta'.length).replaceAll('\\', '/');
    try {
      engineOf(name).loadTemplate(name, readFileSync(join(directory, path), 'utf8'));
    } catch (cause) {
      throw new Error(`template ${name} does not compile`, { cause });
    }
  }
  return {
    render: (name, scope) => {
      const text = engineOf(name).render(name, scope);
      return isPlain(name) ? tidy(text) : text;
    },
  };
}

/** Lines that hold only template code leave blank lines behind; one between paragraphs is enough. */
const tidy = (text: string): string => text.replace(/\n{3,}/g, '\n\n').trim();
