import type { z } from 'zod';
import type { ApprovalData } from '../../../domain/approval-data.ts';
import type { Intent } from '../../../domain/intent.ts';
import type { BackendSession, SignInWish } from '../../../oidc/backend-sign-in.ts';
import { requestIdDigest } from '../../../services/api-proofs.ts';
import type { NamedPerson } from '../../../services/people/backend-people.ts';
import { BodyFault } from '../json-body.ts';
import type { authenticationFields, backendTokens, deviceFields } from '../schemas/backend.ts';

type Device = z.output<z.ZodObject<typeof deviceFields>>;

/** What a code or link between backends is asked for with; the rest is named when it is authenticated. */
export interface SendWish {
  readonly device: Device;
  readonly redirectUri?: string;
  readonly state?: string | undefined;
  readonly approvalData?: ApprovalData | undefined;
  /** Readable; only its digest is kept. */
  readonly requestId: string | null;
}

export function intentOf({ device, redirectUri, state, approvalData, requestId }: SendWish): Intent {
  const { user_agent: userAgent = null, ip_address: ipAddress = null } = device.client_attributes ?? {};
  return {
    integration: 'backend',
    redirectUri: redirectUri ?? null,
    state: state ?? null,
    createAccount: false,
    resource: null,
    claims: null,
    organizationId: null,
    requireSecondFactor: false,
    approvalData: approvalData ?? null,
    clientAttributes: device.client_attributes === undefined ? null : { userAgent, ipAddress },
    requestId: requestId === null ? null : requestIdDigest(requestId),
  };
}

/** @throws BodyFault when a link names nobody, or somebody twice */
export function namedOf(body: {
  readonly identifier_type?: NamedPerson['kind'] | undefined;
  readonly identifier?: string | undefined;
  readonly email?: string | undefined;
}): NamedPerson {
  const { identifier_type: kind, identifier: value, email } = body;
  if (kind !== undefined && value !== undefined && email === undefined) return { kind, value };
  if (kind === undefined && value === undefined && email !== undefined) return { kind: 'email', value: email };
  throw new BodyFault(['expected identifier_type and identifier']);
}

export const wishOf = (body: z.output<z.ZodObject<typeof authenticationFields>>): SignInWish => ({
  resource: body.resource ?? null,
  claims: body.claims === undefined ? null : JSON.stringify(body.claims),
  organizationId: body.org_id ?? null,
  sessionId: body.session_id ?? null,
  userAgent: body.client_attributes?.user_agent ?? null,
});

export const tokensOf = (made: BackendSession): z.input<typeof backendTokens> => ({
  access_token: made.accessToken,
  id_token: made.idToken,
  ...(made.refreshToken === null ? {} : { refresh_token: made.refreshToken }),
  token_type: 'Bearer',
  expires_in: made.expiresIn,
  session_id: made.sessionId,
});

/** What answers with tokens look like in the documentation. */
export const SHOWN_TOKENS = {
  access_token: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9…',
  id_token: 'eyJhbGciOiJSUzI1NiJ9…',
  refresh_token: 'Qm9vMQ5tYv0YHq2u1n8k4g',
  token_type: 'Bearer',
  expires_in: 3600,
} as const;

export const SHOWN_SESSION = 'c2Vzc2lvbi1vZi1hZGEtYXQtYW4tYXBwbGljYXRpb24';
