import * as oidc from 'openid-client';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** How this application is registered at the issuer. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Answers the discovered configuration of one registration. Discovery waits for the first use, so that application
 * and issuer may start in any order, and is tried again after a failure.
 *
 * @param issuer issuer identifier, the value of `iss` in every token
 * @returns a function that throws while the issuer cannot be reached
 */
export function createIssuer(issuer: string, registration: Registration): () => Promise<oidc.Configuration> {
  let discovered: Promise<oidc.Configuration> | undefined;
  return () => {
    discovered ??= discover(new URL(issuer), registration).catch((error: unknown) => {
      discovered = undefined;
      const reason = error instanceof Error ? error.message : 'unknown';
      throw new Error(`Discovery at ${issuer} failed: ${reason}`, { cause: error });
    });
    return discovered;
  };
}

function discover(issuer: URL, { clientId, clientSecret }: Registration): Promise<oidc.Configuration> {
  // Signatures of ID tokens are checked against the issuer's keys, even though they come from its own token endpoint.
  const execute = [oidc.enableNonRepudiationChecks];
  // Plain HTTP never leaves this machine.
  if (issuer.protocol === 'http:' && LOOPBACK.has(issuer.hostname)) execute.push(oidc.allowInsecureRequests);
  const authentication = oidc.ClientSecretBasic(clientSecret);
  return oidc.discovery(issuer, clientId, undefined, authentication, { execute, timeout: 10 });
}
