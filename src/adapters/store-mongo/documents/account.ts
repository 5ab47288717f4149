import type { Account, AccountIdentifier, Hold, RememberedDevice } from '../../../domain/account.ts';
import { type Channel, type Identifier, maskIdentifier } from '../../../domain/identifier.ts';
import {
  declared,
  flag,
  moment,
  momentOf,
  momentOrNull,
  nested,
  oneWordOf,
  text,
  toMoment,
  whole,
} from './declared.ts';

/** An account as it lies in `accounts`. */
export interface AccountDocument {
  readonly _id: string;
  readonly identifiers: readonly (Omit<AccountIdentifier, 'verifiedAt'> & { readonly verifiedAt: Date | null })[];
  /** JSON: what is in there is nobody's schema, and `$set` in it is a name like any other. */
  readonly attributes: string;
  readonly consents: readonly {
    readonly clientId: string;
    readonly scopes: readonly string[];
    readonly claims: readonly string[];
    readonly grantedAt: Date;
  }[];
  readonly devices: readonly DeviceDocument[];
  readonly held: HoldDocument | null;
  readonly status: Account['status'];
  readonly createdAt: Date;
  readonly version: number;
  /**
   * When the account was written, until it holds all of its identifiers (identifier-claims.ts); null from then on.
   */
  readonly pendingSince: Date | null;
}

type DeviceDocument = Omit<RememberedDevice, 'createdAt' | 'expiresAt'> & {
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

/** The same as `Hold`. */
export interface HoldDocument {
  readonly since: Date;
  readonly until: Date;
}

/** Who owns an identifier, as it lies in `identifiers`: the unique `_id` is what makes accounts unique. */
export interface ClaimDocument {
  /** `channel:value`. */
  readonly _id: string;
  readonly accountId: string;
  /** As `maskIdentifier` has it; one of the version before lacks it until the next start (prepare.ts). */
  readonly masked?: string;
  /** For an account that was there before: what it gets, as long as it is of this version (identifier-claims.ts). */
  readonly joining?: {
    readonly version: number;
    readonly verifiedAt: Date;
    /**
     * What is held of the account from then on; in the claim, because anybody may take the second step. One of the
     * version before lacks it, and changes nothing of that.
     */
    readonly held?: HoldDocument | null;
  };
}

const hold = { type: nested({ since: moment, until: moment }), default: null } as const;

export const accountSchema = declared<AccountDocument>('accounts', {
  _id: text,
  identifiers: [nested({ channel: text, value: text, verifiedAt: momentOrNull, primary: flag })],
  attributes: text,
  consents: [nested({ clientId: text, scopes: [String], claims: [String], grantedAt: moment })],
  devices: [nested({ id: text, name: String, createdAt: moment, expiresAt: moment })],
  held: hold,
  status: oneWordOf('active', 'disabled'),
  createdAt: moment,
  version: whole,
  pendingSince: momentOrNull,
});

accountSchema.index(
  { pendingSince: 1 },
  { name: 'pending', partialFilterExpression: { pendingSince: { $gte: new Date(0) } } },
);

export const claimSchema = declared<ClaimDocument>('identifiers', {
  _id: text,
  accountId: text,
  masked: String,
  joining: { type: nested({ version: whole, verifiedAt: moment, held: hold }) },
});

claimSchema.index({ masked: 1, accountId: 1 }, { name: 'masked' });

/** Channels are words of ours and hold no colon: no two identifiers share a key. */
export const claimKey = ({ channel, value }: Identifier): string => `${channel}:${value}`;

export const maskOfClaim = (key: string): string => maskIdentifier(toIdentifier(key));

export function toIdentifier(key: string): Identifier {
  const colon = key.indexOf(':');
  return { channel: key.slice(0, colon) as Channel, value: key.slice(colon + 1) };
}

export const toAccountDocument = ({ id, ...account }: Account, pendingSince: Date | null): AccountDocument => ({
  ...account,
  _id: id,
  identifiers: toIdentifierDocuments(account.identifiers),
  attributes: JSON.stringify(account.attributes),
  consents: account.consents.map((consent) => ({ ...consent, grantedAt: new Date(consent.grantedAt) })),
  devices: account.devices.map((device) => ({
    ...device,
    createdAt: new Date(device.createdAt),
    expiresAt: new Date(device.expiresAt),
  })),
  held: toHoldDocument(account.held),
  createdAt: new Date(account.createdAt),
  pendingSince,
});

export const toIdentifierDocuments = (identifiers: readonly AccountIdentifier[]): AccountDocument['identifiers'] =>
  identifiers.map((entry) => ({ ...entry, verifiedAt: momentOf(entry.verifiedAt) }));

export const toHoldDocument = (held: Hold | null): HoldDocument | null =>
  held === null ? null : { since: new Date(held.since), until: new Date(held.until) };

/** An account that a node of the version before wrote lacks the field. */
export const toHold = (held: HoldDocument | null | undefined): Hold | null =>
  held == null ? null : { since: held.since.getTime(), until: held.until.getTime() };

export const toAccount = (stored: AccountDocument): Account => ({
  id: stored._id,
  identifiers: stored.identifiers.map(({ channel, value, verifiedAt, primary }) => ({
    channel,
    value,
    verifiedAt: toMoment(verifiedAt),
    primary,
  })),
  attributes: JSON.parse(stored.attributes) as Account['attributes'],
  consents: stored.consents.map(({ clientId, scopes, claims, grantedAt }) => ({
    clientId,
    scopes,
    claims,
    grantedAt: grantedAt.getTime(),
  })),
  devices: devicesOf(stored),
  held: toHold(stored.held),
  status: stored.status,
  createdAt: stored.createdAt.getTime(),
  version: stored.version,
});

/** An account that a node of the version before wrote lacks the field. */
const devicesOf = ({ devices = [] }: Partial<AccountDocument>): RememberedDevice[] =>
  devices.map(({ id, name, createdAt, expiresAt }) => ({
    id,
    name,
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt.getTime(),
  }));
