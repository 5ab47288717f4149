import type { ProblemCode, ProblemParams } from '../../domain/errors.ts';

/** A problem as a page shows it: the text comes from the locale file under `problem.<code>`. */
export interface ShownProblem {
  readonly code: ProblemCode;
  readonly params: ProblemParams;
  /** Seconds until a new try can succeed; null when waiting does not help. */
  readonly retryAfter: number | null;
}

/** Hidden field of every form that changes something. */
export interface Form {
  readonly action: string;
  readonly csrf: string;
}
