import type { Operation } from '../operation.ts';
import type { BackendDeps } from './deps.ts';
import { linkOperations } from './links.ts';
import { otpOperations } from './otp.ts';
import { sessionOperations } from './sessions.ts';

/** Sign-ins without a browser of ours: the client draws the form and gets the tokens (contracts.md §5). */
export const backendOperations = (deps: BackendDeps): Operation[] => [
  ...otpOperations(deps),
  ...linkOperations(deps),
  ...sessionOperations(deps),
];
