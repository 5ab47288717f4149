import type { Connection, Model } from 'mongoose';
import { type AccountDocument, accountSchema, type ClaimDocument, claimSchema } from './documents/account.ts';
import { type AdminKeyDocument, adminKeySchema } from './documents/admin-key.ts';
import { type ArtifactDocument, artifactSchema } from './documents/artifact.ts';
import { type BudgetDocument, budgetSchema } from './documents/budget.ts';
import { type ChallengeDocument, challengeSchema } from './documents/challenge.ts';
import { type ClientDocument, clientSchema } from './documents/client.ts';
import { type EventDocument, eventSchema, type TallyDocument, tallySchema } from './documents/event.ts';
import { type KeyDocument, keySchema, type MetaDocument, metaSchema } from './documents/installation.ts';
import { type MessageDocument, messageSchema } from './documents/message.ts';
import {
  type MemberDocument,
  memberSchema,
  type OrganizationDocument,
  organizationSchema,
} from './documents/organization.ts';
import { type ResourceDocument, resourceSchema } from './documents/resource.ts';
import { type RosterDocument, rosterSchema } from './documents/roster.ts';

/** The collections of one database. */
export interface Models {
  readonly challenges: Model<ChallengeDocument>;
  readonly outbox: Model<MessageDocument>;
  readonly budgets: Model<BudgetDocument>;
  readonly accounts: Model<AccountDocument>;
  readonly claims: Model<ClaimDocument>;
  readonly clients: Model<ClientDocument>;
  readonly resources: Model<ResourceDocument>;
  readonly organizations: Model<OrganizationDocument>;
  readonly members: Model<MemberDocument>;
  readonly artifacts: Model<ArtifactDocument>;
  readonly keys: Model<KeyDocument>;
  readonly adminKeys: Model<AdminKeyDocument>;
  readonly rosters: Model<RosterDocument>;
  readonly events: Model<EventDocument>;
  readonly tallies: Model<TallyDocument>;
  readonly meta: Model<MetaDocument>;
}

export const modelsOf = (connection: Connection): Models => ({
  challenges: connection.model<ChallengeDocument>('challenge', challengeSchema),
  outbox: connection.model<MessageDocument>('message', messageSchema),
  budgets: connection.model<BudgetDocument>('budget', budgetSchema),
  accounts: connection.model<AccountDocument>('account', accountSchema),
  claims: connection.model<ClaimDocument>('identifier', claimSchema),
  clients: connection.model<ClientDocument>('client', clientSchema),
  resources: connection.model<ResourceDocument>('resource', resourceSchema),
  organizations: connection.model<OrganizationDocument>('organization', organizationSchema),
  members: connection.model<MemberDocument>('member', memberSchema),
  artifacts: connection.model<ArtifactDocument>('artifact', artifactSchema),
  keys: connection.model<KeyDocument>('signingKey', keySchema),
  adminKeys: connection.model<AdminKeyDocument>('adminKey', adminKeySchema),
  rosters: connection.model<RosterDocument>('roster', rosterSchema),
  events: connection.model<EventDocument>('event', eventSchema),
  tallies: connection.model<TallyDocument>('tally', tallySchema),
  meta: connection.model<MetaDocument>('meta', metaSchema),
});
