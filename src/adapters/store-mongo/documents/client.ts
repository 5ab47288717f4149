import { type Branding, type BrandingTexts, PLAIN_BRANDING } from '../../../domain/branding.ts';
import type { ClaimSource } from '../../../domain/claim-mapping.ts';
import { CLIENT_SOURCES, type Client, USUAL_LIFETIMES } from '../../../domain/client.ts';
import { clientNeedle } from '../../../domain/client-search.ts';
import { declared, flag, moment, nested, oneWordOf, text, textOrNull, whole, wholeOrNull } from './declared.ts';

/** A client as it lies in `clients`. What has names of the client's own is a list: such a name need not be fit for a field. */
export interface ClientDocument
  extends Omit<Client, 'id' | 'secrets' | 'claims' | 'branding' | 'createdAt' | 'updatedAt'> {
  readonly _id: string;
  readonly claims: readonly { readonly name: string; readonly source: ClaimSource }[];
  readonly branding: Omit<Branding, 'texts'> & {
    readonly texts: readonly (BrandingTexts & { readonly locale: string })[];
  };
  readonly secrets: readonly { readonly salt: string; readonly hash: string; readonly createdAt: Date }[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What a search looks through; one of the version before lacks it until the next start (fill.ts). */
  readonly needle?: string;
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
  lifetimes: nested({
    accessTokenSeconds: wholeOrNull,
    idTokenSeconds: wholeOrNull,
    refreshTokenSeconds: wholeOrNull,
    refreshTokenAbsoluteSeconds: wholeOrNull,
  }),
  claims: [nested({ name: text, source: text })],
  branding: nested({
    accent: textOrNull,
    texts: [nested({ locale: text, heading: textOrNull, intro: textOrNull, mailIntro: textOrNull })],
  }),
  disabled: flag,
  source: oneWordOf(...CLIENT_SOURCES),
  registrationTokenHash: textOrNull,
  createdAt: moment,
  updatedAt: moment,
  version: whole,
  needle: String,
});

clientSchema.index({ needle: 1, _id: 1 }, { name: 'needle' });

export const toClientDocument = ({ id, ...client }: Client): ClientDocument => ({
  ...client,
  _id: id,
  secrets: client.secrets.map((secret) => ({ ...secret, createdAt: new Date(secret.createdAt) })),
  claims: Object.entries(client.claims).map(([name, source]) => ({ name, source })),
  branding: {
    accent: client.branding.accent,
    texts: Object.entries(client.branding.texts).map(([locale, texts]) => ({ locale, ...texts })),
  },
  createdAt: new Date(client.createdAt),
  updatedAt: new Date(client.updatedAt),
  needle: clientNeedle({ id, name: client.name }),
});

/** What a client that a node of a version before wrote lacks: it goes on with codes and browsers only, and looks plain. */
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
  lifetimes: USUAL_LIFETIMES,
  registrationTokenHash: null,
} as const;

const NO_CLAIMS: ClientDocument['claims'] = [];
const PLAIN: ClientDocument['branding'] = { ...PLAIN_BRANDING, texts: [] };

export const toClient = ({
  _id,
  needle: _,
  claims = NO_CLAIMS,
  branding = PLAIN,
  ...stored
}: ClientDocument): Client => ({
  ...FORMER,
  ...stored,
  id: _id,
  claims: Object.fromEntries(claims.map(({ name, source }) => [name, source])),
  branding: {
    accent: branding.accent,
    texts: Object.fromEntries(branding.texts.map(({ locale, ...texts }) => [locale, texts])),
  },
  secrets: stored.secrets.map(({ salt, hash, createdAt }) => ({ salt, hash, createdAt: createdAt.getTime() })),
  createdAt: stored.createdAt.getTime(),
  updatedAt: stored.updatedAt.getTime(),
});
