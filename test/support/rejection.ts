/**
 * The error a promise rejects with, so that a test can look at it.
 *
 * @throws Error when the promise resolves, or rejects with something else than an error
 */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => ({ error: null }),
    (error: unknown) => ({ error }),
  );
  if (outcome.error instanceof Error) return outcome.error;
  throw new Error(outcome.error === null ? 'expected a rejection' : 'rejected with something that is no error');
}
