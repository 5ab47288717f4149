import { isProblem, Problem } from '../../../domain/errors.ts';
import { BodyFault } from '../../api/json-body.ts';

/**
 * A change of what was read, whose version stands in `If-Match` or in the body (RFC 9110 §13.1.1).
 *
 * @param ifMatch as it came; null when it did not
 * @param inBody the version in the body
 * @throws BodyFault when neither names one; Problem `version_outdated` (412) instead of `version_conflict` for who asked by header
 */
export async function asRead<Answer>(
  ifMatch: string | null,
  inBody: number | undefined,
  change: (version: number) => Promise<Answer>,
): Promise<Answer> {
  const version = ifMatch === null ? inBody : versionIn(ifMatch);
  if (version === undefined) throw new BodyFault(['version: name the one that you have read, here or in If-Match']);
  try {
    return await change(version);
  } catch (error) {
    if (ifMatch !== null && isProblem(error, 'version_conflict')) throw new Problem('version_outdated');
    throw error;
  }
}

/** The version that `If-Match` names, in the form of our ETags; no version is 0. */
const versionIn = (ifMatch: string): number => Number(/^"(\d{1,15})"$/.exec(ifMatch)?.[1] ?? 0);
