import type { Member } from '../../domain/organization.ts';
import type { OrganizationStore } from '../../ports/store/organizations.ts';
import { above, oneOf, otherThan } from './comparisons.ts';
import {
  type MemberDocument,
  memberKey,
  type OrganizationDocument,
  toMember,
  toMemberDocument,
} from './documents/organization.ts';
import type { Models } from './models.ts';
import { storeUnavailable } from './unavailable.ts';
import { insertNew } from './writes.ts';

type Members = Pick<OrganizationStore, 'putMember' | 'removeMember' | 'findMember' | 'members' | 'memberships'>;

/**
 * Members of organizations. Two documents cannot be written at once, so a member counts only while its organization has the
 * life that it was written for: who removes an organization has removed all members with that one write, and what is left
 * of them after a crash is found by nobody.
 */
export function createMembers(models: Models): Members {
  const { members } = models;
  const lifeOf = (id: string) => livesOf(models, [id]).then((lives) => lives.get(id) ?? null);
  return {
    putMember: (member) => putMember(models, member),
    async removeMember(organizationId, accountId) {
      const life = await lifeOf(organizationId);
      if (life === null) return false;
      const { deletedCount } = await members.deleteOne({ _id: memberKey(organizationId, accountId), life });
      return deletedCount === 1;
    },
    async findMember(organizationId, accountId) {
      const [life, found] = await Promise.all([
        lifeOf(organizationId),
        members.findOne({ _id: memberKey(organizationId, accountId) }).lean<MemberDocument>(),
      ]);
      return found !== null && found.life === life ? toMember(found) : null;
    },
    async members(organizationId, after, limit) {
      const life = await lifeOf(organizationId);
      if (life === null) return [];
      const beyond = after === null ? {} : { accountId: above(after) };
      const page = members
        .find({ organizationId, ...beyond, life })
        .sort({ accountId: 1 })
        .limit(limit);
      return (await page.lean<MemberDocument[]>()).map(toMember);
    },
    memberships: (accountId, limit) => memberships(models, accountId, limit),
  };
}

/** The lives of those organizations that are there. */
async function livesOf({ organizations }: Models, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await organizations.find({ _id: oneOf(ids) }, { life: 1 }).lean<OrganizationDocument[]>();
  return new Map(found.map(({ _id, life }) => [_id, life]));
}

/** How often others may add, remove and add the same member while somebody tries to. */
const TURNS = 20;

async function putMember(models: Models, member: Member): Promise<boolean> {
  const { members } = models;
  const { organizationId, roles } = member;
  const life = (await livesOf(models, [organizationId])).get(organizationId);
  if (life === undefined) return false;
  const document = toMemberDocument(member, life);
  const { _id } = document;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const changed = await members.updateOne({ _id, life }, { $set: { roles: [...roles] } });
    if (changed.matchedCount === 1 || (await insertNew(members, document))) {
      // It may have been removed in between, and its members before this one was there.
      if ((await livesOf(models, [organizationId])).get(organizationId) === life) return true;
      await members.deleteOne({ _id, life });
      return false;
    }
    await members.deleteOne({ _id, life: otherThan(life) });
  }
  throw storeUnavailable(new Error('a member did not hold still'));
}

/** Page by page, because those left behind by a crash are in the way, and cleared out of it. */
async function memberships(models: Models, accountId: string, limit: number): Promise<Member[]> {
  const { members } = models;
  const alive: Member[] = [];
  let after: string | null = null;
  while (alive.length < limit) {
    const beyond: object = after === null ? {} : { organizationId: above(after) };
    const page: MemberDocument[] = await members
      .find({ accountId, ...beyond })
      .sort({ organizationId: 1 })
      .limit(limit)
      .lean<MemberDocument[]>();
    const ids = page.map(({ organizationId }) => organizationId);
    const lives = await livesOf(models, ids);
    const isAlive = ({ organizationId, life }: MemberDocument): boolean => lives.get(organizationId) === life;
    const dead = page.filter((one) => !isAlive(one));
    await Promise.all(dead.map(({ _id, life }) => members.deleteOne({ _id, life })));
    alive.push(...page.filter(isAlive).map(toMember));
    after = ids.at(-1) ?? null;
    if (after === null || page.length < limit) break;
  }
  return alive.slice(0, limit);
}
