/** An import, re-export or dynamic import of a source file. */
export interface SourceImport {
  /** As it is written; null for a dynamic import of a computed name. */
  readonly specifier: string | null;
  readonly typeOnly: boolean;
  /** 1-based. */
  readonly line: number;
}

/** Words after which a slash begins a regular expression. */
const BEFORE_REGEXP = /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await|instanceof)$/;

/**
 * The same text with everything blank that is no code: comments, and what is between quotes, backticks and the slashes
 * of regular expressions. Every character keeps its place, so that positions and lines still fit the original.
 */
export function blankNonCode(source: string): string {
  const scanner: Scanner = { source, code: '', at: 0 };
  scanCode(scanner, () => false);
  return scanner.code;
}

interface Scanner {
  readonly source: string;
  code: string;
  at: number;
}

/** Scans code until the end, or until a closing brace of a template's substitution. */
function scanCode(scanner: Scanner, isEnd: (char: string) => boolean): void {
  const { source } = scanner;
  while (scanner.at < source.length) {
    const char = source.charAt(scanner.at);
    const two = source.slice(scanner.at, scanner.at + 2);
    if (isEnd(char)) return;
    if (two === '//') blankUntil(scanner, endOfLine(source, scanner.at));
    else if (two === '/*') blankUntil(scanner, after(source, '*/', scanner.at + 2));
    else if (char === '"' || char === "'") scanQuoted(scanner, char);
    else if (char === '`') scanTemplate(scanner);
    else if (char === '/' && startsRegExp(scanner.code)) scanRegExp(scanner);
    else keep(scanner, 1);
  }
}

function keep(scanner: Scanner, length: number): void {
  scanner.code += scanner.source.slice(scanner.at, scanner.at + length);
  scanner.at += length;
}

function blankUntil(scanner: Scanner, end: number): void {
  scanner.code += scanner.source.slice(scanner.at, end).replace(/[^\n]/g, ' ');
  scanner.at = end;
}

const endOfLine = (source: string, from: number): number => {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
};

const after = (source: string, text: string, from: number): number => {
  const at = source.indexOf(text, from);
  return at < 0 ? source.length : at + text.length;
};

function scanQuoted(scanner: Scanner, quote: string): void {
  keep(scanner, 1);
  let end = scanner.at;
  while (end < scanner.source.length && scanner.source[end] !== quote && scanner.source[end] !== '\n') {
    end += scanner.source[end] === '\\' ? 2 : 1;
  }
  blankUntil(scanner, end);
  keep(scanner, 1);
}

function scanTemplate(scanner: Scanner): void {
  keep(scanner, 1);
  while (scanner.at < scanner.source.length && scanner.source[scanner.at] !== '`') {
    if (scanner.source.startsWith('${', scanner.at)) {
      keep(scanner, 2);
      let depth = 0;
      scanCode(scanner, (char) => {
        if (char === '{') depth += 1;
        if (char === '}') depth -= 1;
        return depth < 0;
      });
      keep(scanner, 1);
    } else blankUntil(scanner, scanner.at + (scanner.source[scanner.at] === '\\' ? 2 : 1));
  }
  keep(scanner, 1);
}

/** A slash divides after a value; anywhere else it begins a regular expression. */
function startsRegExp(codeBefore: string): boolean {
  const before = codeBefore.slice(-200).trimEnd();
  return before === '' || /[^\w$)\]}"'`]$/.test(before) || BEFORE_REGEXP.test(before);
}

function scanRegExp(scanner: Scanner): void {
  keep(scanner, 1);
  let end = scanner.at;
  for (let inClass = false; end < scanner.source.length && scanner.source[end] !== '\n'; end += 1) {
    const char = scanner.source[end];
    if (char === '\\') end += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) break;
  }
  blankUntil(scanner, end);
  keep(scanner, 1);
}

/** 1-based line of a position. */
export const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;

const FROM = /\b(import|export)\b(\s+type\b)?[^;'"()=]*?\bfrom\s*(?=['"])/g;
const BARE = /\bimport\s*(?=['"])/g;
const DYNAMIC = /\b(?:import|require)\s*\(\s*/g;

/** Every import of a file: static, re-exported, for its effect, dynamic, and in types. */
export function importsOf(source: string): SourceImport[] {
  const code = blankNonCode(source);
  const found: SourceImport[] = [];
  const add = (match: RegExpExecArray, typeOnly: boolean): void => {
    const at = match.index + match[0].length;
    found.push({ specifier: literalAt(source, code, at), typeOnly, line: lineOf(source, match.index) });
  };
  for (const match of code.matchAll(FROM)) add(match, match[2] !== undefined);
  for (const match of code.matchAll(BARE)) add(match, false);
  for (const match of code.matchAll(DYNAMIC)) add(match, false);
  return found;
}

function literalAt(source: string, code: string, at: number): string | null {
  const quote = code.charAt(at);
  if (!/['"`]/.test(quote)) return null;
  const end = code.indexOf(quote, at + 1);
  const literal = source.slice(at + 1, end);
  return quote === '`' && literal.includes('${') ? null : literal;
}
