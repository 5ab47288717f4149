import type { Client } from '../../../domain/client.ts';
import { declared, flag, moment, nested, oneWordOf, text, textOrNull, whole } from './declared.ts';

/** A client as it lies in `clients`. */
export interface ClientDocument extends Omit<Client, 'id' | 'secrets' | 'createdAt' | 'updatedAt'> {
  readonly _id: string;
  readonly secrets: readonly { readonly salt: string; readonly hash: string; readonly createdAt: Date }[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const clientSchema = declared<ClientDocument>('clients', {
  _id: text,
  name: text,
  type: { type: String, required: true, enum: ['web', 'spa', 'native', 'machine'] },
  secrets: [nested({ salt: text, hash: text, createdAt: moment })],
  redirectUris: [String],
  postLogoutRedirectUris: [String],
  grantTypes: [String],
  scopes: [String],
  firstParty: flag,
  pkceRequired: flag,
  signUp: oneWordOf('open', 'closed', 'inherit'),
  channels: [String],
  mailProof: oneWordOf('code', 'link', 'both'),
  secondFactor: oneWordOf('when-asked', 'always'),
  rememberDevices: flag,
  smsText: textOrNull,
  keepSignedIn: flag,
  trustLoginHint: flag,
  logoUri: textOrNull,
  clientUri: textOrNull,
  policyUri: textOrNull,
  tosUri: textOrNull,
  initiateLoginUri: textOrNull,
  permissions: [String],
  resources: [String],
  accessTokenFormat: oneWordOf('opaque', 'jwt'),
  backchannelLogoutUri: textOrNull,
  organizations: oneWordOf('none', 'optional', 'required'),
  disabled: flag,
  source: oneWordOf('configuration', 'administrator'),
  createdAt: moment,
  updatedAt: moment,
  version: whole,
});

export const toClientDocument = ({ id, ...client }: Client): ClientDocument => ({
  ...client,
  _id: id,
  secrets: client.secrets.map((secret) => ({ ...secret, createdAt: new Date(secret.createdAt) })),
  createdAt: new Date(client.createdAt),
  updatedAt: new Date(client.updatedAt),
});

/** What a client that a node of a version before wrote lacks: it goes on with codes and browsers only. */
const FORMER = {
  channels: ['email', 'sms'],
  mailProof: 'code',
  secondFactor: 'when-asked',
  rememberDevices: false,
  smsText: null,
  permissions: [],
  resources: [],
  accessTokenFormat: 'opaque',
  backchannelLogoutUri: null,
  organizations: 'none',
} as const;

export const toClient = ({ _id, ...stored }: ClientDocument): Client => ({
  ...FORMER,
  ...stored,
  id: _id,
  secrets: stored.secrets.map(({ salt, hash, createdAt }) => ({ salt, hash, createdAt: createdAt.getTime() })),
  createdAt: stored.createdAt.getTime(),
  updatedAt: stored.updatedAt.getTime(),
});
