import type { FieldProblems } from '../../../ports/views/admin-forms.ts';

/** What a schema says is wrong, and where. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Most sentences about one field. */
const MOST = 10;

/** Issues of a schema as they stand beside the fields of a form. @param at which field one is about, and which line of it */
export function problemsOf(
  issues: readonly Issue[],
  at: (issue: Issue) => { readonly field: string; readonly line: number | null },
): FieldProblems {
  const problems: Record<string, string[]> = {};
  for (const issue of issues) {
    const { field, line } = at(issue);
    const said = problems[field] ?? [];
    const words = inWords(issue.message);
    if (said.length < MOST) said.push(line === null ? sentence(words) : `Line ${line}: ${words}`);
    problems[field] = said;
  }
  return problems;
}

/** How schemas say it by themselves, for programmers, and for people. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Too small: expected string to have >=1 characters$/, 'something has to stand here'],
  [/^Invalid input: expected \w+, received undefined$/, 'something has to stand here'],
  [/^Invalid input: expected (?:number|int), received \w+$/, 'expected a whole number'],
  [/^Too small: expected string to have >=(\d+) characters$/, 'expected $1 characters or more'],
  [/^Too big: expected string to have <=(\d+) characters$/, 'expected $1 characters at most'],
  [/^Too big: expected array to have <=(\d+) items$/, 'expected $1 at most'],
  [/^Too small: expected \w+ to be >=(-?\d+)$/, 'expected $1 or more'],
  [/^Too big: expected \w+ to be <=(-?\d+)$/, 'expected $1 or less'],
];

/** What may be chosen, as a schema lists it: `"one"|"other"`. */
const CHOICE = /^Invalid option: expected one of (.+)$/;

function inWords(message: string): string {
  const choice = CHOICE.exec(message)?.[1];
  if (choice !== undefined) return `expected one of ${choice.replaceAll('"', '').replaceAll('|', ', ')}`;
  const [pattern, words] = WORDS.find(([known]) => known.test(message)) ?? [];
  return pattern === undefined || words === undefined ? message : message.replace(pattern, words);
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
