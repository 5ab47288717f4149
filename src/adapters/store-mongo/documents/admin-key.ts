import { ADMIN_SCOPES, type AdminKey } from '../../../domain/administration.ts';
import { declared, moment, momentOf, momentOrNull, oneWordOf, text, toMoment } from './declared.ts';

/** A key of the Admin API as it lies in `adminKeys`. */
export interface AdminKeyDocument extends Omit<AdminKey, 'id' | 'createdAt' | 'expiresAt'> {
  readonly _id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export const adminKeySchema = declared<AdminKeyDocument>('adminKeys', {
  _id: text,
  name: text,
  scope: oneWordOf(...ADMIN_SCOPES),
  hash: text,
  createdAt: moment,
  expiresAt: momentOrNull,
});

export const toAdminKeyDocument = ({ id, ...key }: AdminKey): AdminKeyDocument => ({
  ...key,
  _id: id,
  createdAt: new Date(key.createdAt),
  expiresAt: momentOf(key.expiresAt),
});

export const toAdminKey = ({ _id, name, scope, hash, createdAt, expiresAt }: AdminKeyDocument): AdminKey => ({
  id: _id,
  name,
  scope,
  hash,
  createdAt: createdAt.getTime(),
  expiresAt: toMoment(expiresAt),
});
