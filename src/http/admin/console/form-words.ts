import type { Problem, ProblemCode } from '../../../domain/errors.ts';
import type { FieldProblems } from '../../../ports/views/admin-forms.ts';

/** What a form of the console says beside a field; of everything else the texts of all pages speak. */
const WORDS: Readonly<Partial<Record<ProblemCode, string>>> = {
  identifier_invalid: 'This is no e-mail address, and no phone number with a country code.',
  account_unknown: 'Nobody is known by this.',
  account_taken: 'Somebody is known by this already.',
  version_conflict: 'Somebody else has changed it meanwhile. This is what you typed; save it again to make it count.',
};

/** A problem at the field that it is about. @param otherwise what is said where there is no sentence for it */
export const problemAt = (field: string, { code }: Problem, otherwise: string): FieldProblems => ({
  [field]: [WORDS[code] ?? otherwise],
});
