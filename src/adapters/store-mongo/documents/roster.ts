import { ADMIN_ROLES, type Administrator } from '../../../domain/administration.ts';
import { declared, moment, momentOf, momentOrNull, nested, oneWordOf, text, toMoment, whole } from './declared.ts';

/** All administrators, as they lie in `administrators`: one document, so that one condition sees who else is an owner. */
export interface RosterDocument {
  readonly _id: string;
  readonly administrators: readonly AdministratorDocument[];
}

type AdministratorDocument = Omit<Administrator, 'invitedAt' | 'acceptedAt'> & {
  readonly invitedAt: Date;
  readonly acceptedAt: Date | null;
};

export const rosterSchema = declared<RosterDocument>('administrators', {
  _id: text,
  administrators: [
    nested({
      email: text,
      role: oneWordOf(...ADMIN_ROLES),
      accountId: text,
      invitedAt: moment,
      invitedBy: text,
      acceptedAt: momentOrNull,
      version: whole,
    }),
  ],
});

export const toAdministratorDocument = (administrator: Administrator): AdministratorDocument => ({
  ...administrator,
  invitedAt: new Date(administrator.invitedAt),
  acceptedAt: momentOf(administrator.acceptedAt),
});

export const toAdministrator = (stored: AdministratorDocument): Administrator => ({
  email: stored.email,
  role: stored.role,
  accountId: stored.accountId,
  invitedAt: stored.invitedAt.getTime(),
  invitedBy: stored.invitedBy,
  acceptedAt: toMoment(stored.acceptedAt),
  version: stored.version,
});
