import { blankNonCode, lineOf } from './source-scan.ts';

export interface FunctionLength {
  /** 1-based line its body starts on. */
  readonly line: number;
  /** Lines from there to the end of its body. */
  readonly lines: number;
}

const OPENERS = '([{';
const CLOSERS = ')]}';

/** Words that have a condition in parentheses and a block after it, like functions have. */
const CONTROL = new Set(['if', 'for', 'while', 'switch', 'catch', 'with']);

/**
 * The bodies of all functions of a source: declarations, expressions, methods, accessors, arrows with a block or an
 * expression. It reads formatted code without knowing the grammar; what it takes for a body always is one pair of
 * brackets, so it may miss an exotic function, but does not invent long ones.
 */
export function functionLengths(source: string): FunctionLength[] {
  const code = blankNonCode(source);
  const bodies: [number, number][] = [];
  for (const { index } of code.matchAll(/=>/g)) bodies.push(arrowBody(code, index + 2));
  for (const { index } of code.matchAll(/[\w$>]\s*\(/g)) {
    const body = blockAfterParameters(code, code.indexOf('(', index));
    if (body !== null && !CONTROL.has(wordBefore(code, index + 1))) bodies.push(body);
  }
  return bodies
    .map(([from, to]) => {
      const line = lineOf(code, from);
      return { line, lines: lineOf(code, to) - line + 1 };
    })
    .sort((a, b) => a.line - b.line);
}

const wordBefore = (code: string, at: number): string =>
  /[\w$]*$/.exec(code.slice(Math.max(0, at - 80), at))?.[0] ?? '';

function arrowBody(code: string, after: number): [number, number] {
  const from = skipSpace(code, after);
  if (code[from] === '{') return [from, matching(code, from)];
  let at = from;
  while (at < code.length && !';,'.includes(code.charAt(at)) && !CLOSERS.includes(code.charAt(at))) {
    at = OPENERS.includes(code.charAt(at)) ? matching(code, at) + 1 : at + 1;
  }
  return [from, at - 1];
}

/** The block behind a parameter list and perhaps a return type, or null when there is none: then it was a call. */
function blockAfterParameters(code: string, open: number): [number, number] | null {
  let at = skipSpace(code, matching(code, open) + 1);
  if (code[at] === ':') at = afterType(code, at + 1);
  return code[at] === '{' ? [at, matching(code, at)] : null;
}

/** Where a type ends: at a brace that cannot belong to it, because a type is complete before it. */
function afterType(code: string, from: number): number {
  let complete = false;
  let at = skipSpace(code, from);
  while (at < code.length && !(complete && code[at] === '{') && !/[;,)\]}?]/.test(code.charAt(at))) {
    const arrow = code.startsWith('=>', at);
    const end = OPENERS.includes(code.charAt(at)) ? matching(code, at) : at + (arrow ? 1 : 0);
    complete = !arrow && !'|&<'.includes(code.charAt(at));
    at = skipSpace(code, end + 1);
  }
  return at;
}

function skipSpace(code: string, at: number): number {
  let next = at;
  while (next < code.length && /\s/.test(code.charAt(next))) next += 1;
  return next;
}

/** Where the bracket that opens here is closed. */
function matching(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (OPENERS.includes(code.charAt(at))) depth += 1;
    else if (CLOSERS.includes(code.charAt(at))) depth -= 1;
    if (depth === 0) return at;
  }
  return code.length - 1;
}
