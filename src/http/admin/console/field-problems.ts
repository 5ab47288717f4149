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
    if (said.length < MOST) said.push(line === null ? sentence(issue.message) : `Line ${line}: ${issue.message}`);
    problems[field] = said;
  }
  return problems;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
