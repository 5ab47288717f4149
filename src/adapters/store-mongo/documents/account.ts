import type { Account, ProvenIdentifier } from '../../../domain/account.ts';
import type { Identifier } from '../../../domain/identifier.ts';
import { declared, flag, moment, momentOrNull, nested, oneWordOf, text, whole } from './declared.ts';

/** An account as it lies in `accounts`. */
export interface AccountDocument {
  readonly _id: string;
  readonly identifiers: readonly (Omit<ProvenIdentifier, 'verifiedAt'> & { readonly verifiedAt: Date })[];
  /** JSON: what is in there is nobody's schema, and `$set` in it is a name like any other. */
  readonly attributes: string;
  readonly consents: readonly {
    readonly clientId: string;
    readonly scopes: readonly string[];
    readonly claims: readonly string[];
    readonly grantedAt: Date;
  }[];
  readonly status: Account['status'];
  readonly createdAt: Date;
  readonly version: number;
  /**
   * When the account was written, until it holds all of its identifiers (identifier-claims.ts); null from then on.
   */
  readonly pendingSince: Date | null;
}

/** Who owns an identifier, as it lies in `identifiers`: the unique `_id` is what makes accounts unique. */
export interface ClaimDocument {
  /** `channel:value`. */
  readonly _id: string;
  readonly accountId: string;
}

export const accountSchema = declared<AccountDocument>('accounts', {
  _id: text,
  identifiers: [nested({ channel: text, value: text, verifiedAt: moment, primary: flag })],
  attributes: text,
  consents: [nested({ clientId: text, scopes: [String], claims: [String], grantedAt: moment })],
  status: oneWordOf('active', 'disabled'),
  createdAt: moment,
  version: whole,
  pendingSince: momentOrNull,
});

accountSchema.index(
  { pendingSince: 1 },
  { name: 'pending', partialFilterExpression: { pendingSince: { $gte: new Date(0) } } },
);

export const claimSchema = declared<ClaimDocument>('identifiers', { _id: text, accountId: text });

/** Channels are words of ours and hold no colon: no two identifiers share a key. */
export const claimKey = ({ channel, value }: Identifier): string => `${channel}:${value}`;

export const toAccountDocument = ({ id, ...account }: Account, pendingSince: Date | null): AccountDocument => ({
  ...account,
  _id: id,
  identifiers: account.identifiers.map((entry) => ({ ...entry, verifiedAt: new Date(entry.verifiedAt) })),
  attributes: JSON.stringify(account.attributes),
  consents: account.consents.map((consent) => ({ ...consent, grantedAt: new Date(consent.grantedAt) })),
  createdAt: new Date(account.createdAt),
  pendingSince,
});

export const toAccount = (stored: AccountDocument): Account => ({
  id: stored._id,
  identifiers: stored.identifiers.map(({ channel, value, verifiedAt, primary }) => ({
    channel,
    value,
    verifiedAt: verifiedAt.getTime(),
    primary,
  })),
  attributes: JSON.parse(stored.attributes) as Account['attributes'],
  consents: stored.consents.map(({ clientId, scopes, claims, grantedAt }) => ({
    clientId,
    scopes,
    claims,
    grantedAt: grantedAt.getTime(),
  })),
  status: stored.status,
  createdAt: stored.createdAt.getTime(),
  version: stored.version,
});
