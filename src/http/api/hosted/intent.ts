import { z } from 'zod';
import { type Client, isSignUpOpen, type SignUpPolicy } from '../../../domain/client.ts';
import { Problem } from '../../../domain/errors.ts';
import type { Intent } from '../../../domain/intent.ts';
import { BodyFault } from '../json-body.ts';
import {
  approvalData,
  claims,
  clientAttributes,
  organizationId,
  redirectUri,
  resource,
} from '../schemas/sign-in-request.ts';

/** What every hosted sign-in may be asked for with (contracts.md §4.2). */
export const intentFields = {
  redirect_uri: redirectUri,
  create_new_user: z
    .boolean()
    .default(false)
    .describe('Whoever is new becomes a user, when the code is exchanged; only where sign-up is open.'),
  resource: resource.optional(),
  claims: claims.optional(),
  org_id: organizationId.optional(),
  require_mfa: z
    .boolean()
    .default(false)
    .describe('Redirects with `error=mfa_required` until another factor of the same person was proven, too.'),
  client_attributes: clientAttributes.optional(),
};

/** A code may approve something; a link may not. */
export const approvalField = { approval_data: approvalData.optional() };

const fields = z.object({ ...intentFields, ...approvalField });

/**
 * What a hosted sign-in is to end with.
 *
 * @param signUp the installation's policy
 * @throws Problem `redirect_uri_unknown`
 * @throws BodyFault for what the client may not ask for
 */
export function intentOf(client: Client, body: z.output<typeof fields>, signUp: SignUpPolicy): Intent {
  if (!client.redirectUris.includes(body.redirect_uri) || !client.grantTypes.includes('authorization_code')) {
    throw new Problem('redirect_uri_unknown');
  }
  if (body.resource !== undefined && !client.resources.includes(body.resource)) {
    throw new BodyFault(['resource: is not configured for this app']);
  }
  if (body.create_new_user && !isSignUpOpen(client, signUp)) {
    throw new BodyFault(['create_new_user: sign-up is not allowed for this app']);
  }
  const { user_agent: userAgent = null, ip_address: ipAddress = null } = body.client_attributes ?? {};
  return {
    integration: 'hosted',
    redirectUri: body.redirect_uri,
    state: null,
    createAccount: body.create_new_user,
    resource: body.resource ?? null,
    claims: body.claims === undefined ? null : JSON.stringify(body.claims),
    organizationId: body.org_id ?? null,
    requireSecondFactor: body.require_mfa,
    approvalData: body.approval_data ?? null,
    clientAttributes: body.client_attributes === undefined ? null : { userAgent, ipAddress },
    requestId: null,
  };
}
